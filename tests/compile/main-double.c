// first: CAW_MAIN: the function must be CAW_ASYNC(int, name, void); its int is the exit code
// at: CAW_MAIN(start)
#include <cawait.h>

CAW_ASYNC(double, start, void)
{
    CAW_BEGIN(double) {
        CAW_RETURN(1.5);
    } CAW_END;
}
CAW_MAIN(start)
