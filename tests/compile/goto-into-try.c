// refused: cannot jump from this goto statement to its label
#include <cawait.h>

CAW_ASYNC(int, caller, int n)
{
    CAW_BEGIN(int) {
        if (n) goto inside;
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1));
        inside:
            n++;
        } CAW_FINALLY {
            n++;
        }
        CAW_END_TRY;
        CAW_RETURN(n);
    } CAW_END;
}
