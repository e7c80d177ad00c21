// first: unused variable 'CAW_WITH_TIMEOUT_without_CAW_END_TIMEOUT'
// at: CAW_WITH_TIMEOUT(scope, 1) {
#include <cawait.h>

CAW_ASYNC(void, enter, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 1) {
            CAW_AWAIT(caw_sleep(1));
        }
    } CAW_END;
}
