// refused: incompatible type 'void'
#include <cawait.h>

CAW_ASYNC(void, caller, void)
{
    CAW_BEGIN(void) {
        int n = CAW_AWAIT(caw_sleep(1));
        (void)n;
    } CAW_END;
}
