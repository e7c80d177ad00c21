// first: unused variable 'this_loop_needs_a_CAW_END_FOR'
// at: CAW_FOR_AWAIT(int i, count()) {
#include <cawait.h>

caw_gen(int) count(void);

CAW_ASYNC(void, enter, void)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(int i, count()) {
            CAW_AWAIT(caw_sleep(1));
        }
    } CAW_END;
}
