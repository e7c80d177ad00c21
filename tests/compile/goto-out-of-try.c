// refused: a goto has left a CAW_TRY, CAW_WITH or CAW_FOR_AWAIT block and comes here
// refused: goto-out-of-try.c:17
#include <cawait.h>

CAW_ASYNC(int, caller, int n)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1));
            if (n < 0) goto cleanup;
        } CAW_FINALLY {
            n++;
        }
        CAW_END_TRY;
        n++;
    cleanup:
        CAW_RETURN(n);
    } CAW_END;
}
