// first: unused variable 'CAW_WITH_without_CAW_END_WITH'
// at: CAW_WITH(caw_nullcontext()) {
#include <cawait.h>

CAW_ASYNC(void, enter, void)
{
    CAW_BEGIN(void) {
        CAW_WITH(caw_nullcontext()) {
            CAW_AWAIT(caw_sleep(1));
        }
    } CAW_END;
}
