// first: unused variable 'CAW_MOVE_ON_AFTER_without_CAW_END_MOVE_ON'
// at: CAW_MOVE_ON_AFTER(scope, 1) {
#include <cawait.h>

CAW_ASYNC(void, enter, void)
{
    CAW_BEGIN(void) {
        CAW_MOVE_ON_AFTER(scope, 1) {
            CAW_AWAIT(caw_sleep(1));
        }
    } CAW_END;
}
