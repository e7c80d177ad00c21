// refused: caw__inside_CAW_BEGIN
#include <cawait.h>

int wait_here(void);
int wait_here(void)
{
    CAW_AWAIT(caw_sleep(1)); // not in an async function
    return 0;
}
