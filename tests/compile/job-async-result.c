// first: CAW_JOB: the result type is another than the function's, or its handle's
// at: CAW_JOB
#include <cawait.h>

static CAW_ASYNC(double, half, int n)
{
    CAW_BEGIN(double) {
        CAW_RETURN(n / 2.0);
    } CAW_END;
}
CAW_JOB(int, half, int, n);
