// first: declaration of 'struct this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END' will not be visible
// at: CAW_AWAIT(caw_sleep(1));
// flags: -std=gnu2x
#include <cawait.h>

CAW_ASYNC(int, wait_there, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(1);
    } CAW_END;
}

int wait_here(void);
int wait_here(void)
{
    CAW_AWAIT(caw_sleep(1));
    CAW_AWAIT(caw_sleep(2));
    return 0;
}
