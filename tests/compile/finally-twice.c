// refused: finally-twice.c:12:9: error: call to 'caw__after_finally' declared with 'error' attribute: CAW_FINALLY is the last of
#include <cawait.h>

CAW_ASYNC(int, caller, int n)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(n));
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(1));
        }
        CAW_FINALLY
        {
            CAW_AWAIT(caw_sleep(2));
        }
        CAW_END_TRY;
        CAW_RETURN(1);
    } CAW_END;
}
