// first: call to undeclared function 'this_works_only_with_CAW_JOB_of_mean'
// at: CAW_RETURN(CAW_AWAIT(caw_run
// lines: 8, as the name is put together by the macro
#include <cawait.h>

static double mean(double a, double b) { return (a + b) / 2; }

CAW_ASYNC(double, both, void)
{
    CAW_BEGIN(double) {
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(NULL, mean, 1, 2)) + mean(1, 2));
    } CAW_END;
}
