// refused: address-of-label
// refused: computed-goto.c:8
#include <cawait.h>

CAW_ASYNC(int, machine, int n)
{
    CAW_BEGIN(int) {
        static void *const steps[] = {&&one, &&two};
        goto              *steps[n & 1];
    one:
        CAW_AWAIT(caw_sleep(1));
    two:
        CAW_RETURN(n);
    } CAW_END;
}
