// refused: it looks into groups, so it cannot catch them
#include <cawait.h>

CAW_ASYNC(void, caller, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1));
        } CAW_EXCEPT_GROUP(CAW_EXCEPTION_GROUP, group) {
        }
        CAW_END_TRY;
    } CAW_END;
}
