// refused: caw__not_return_but_CAW_RETURN
#include <cawait.h>

CAW_ASYNC(void, caller, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1));
        return caw_sleep(1);
    } CAW_END;
}
