// first: call to undeclared function 'caw_slep'
// at: CAW_AWAIT(caw_slep(1));
// refused: did you mean 'caw_sleep'?
// lines: 8, as the compiler shows what it proposes
#include <cawait.h>

CAW_ASYNC(void, caller, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_slep(1));
    } CAW_END;
}
