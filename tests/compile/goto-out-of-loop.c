// refused: a goto has left a CAW_TRY, CAW_WITH or CAW_FOR_AWAIT block and comes here
#include <cawait.h>

CAW_ASYNC(void, caller, caw_gen(int) numbers)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(int n, numbers) {
            if (n > 3) goto found;
        }
        CAW_END_FOR;
    found:;
    } CAW_END;
}
