// first: call to undeclared function 'this_works_only_after_CAW_WITH'
// at: CAW_END_WITH;
#include <cawait.h>

CAW_ASYNC(void, caller, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            {
            }
            CAW_END_WITH;
        } CAW_FINALLY {
        }
        CAW_END_TRY;
    } CAW_END;
}
