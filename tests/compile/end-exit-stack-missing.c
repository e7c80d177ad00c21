// first: unused variable 'CAW_WITH_EXIT_STACK_without_CAW_END_EXIT_STACK'
// at: CAW_WITH_EXIT_STACK(stack) {
#include <cawait.h>

CAW_ASYNC(void, enter, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_EXIT_STACK(stack) {
            CAW_AWAIT(caw_sleep(1));
        }
    } CAW_END;
}
