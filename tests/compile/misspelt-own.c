// first: call to undeclared function 'twise'
// at: caw_wait_for(twise(n), 5)
// lines: 12, as the compiler shows what it proposes, and that is made by a macro of a macro
#include <cawait.h>

CAW_ASYNC(int, twice, int n)
{
    CAW_BEGIN(int) {
        CAW_RETURN(2 * n);
    } CAW_END;
}

CAW_ASYNC(int, caller, int n)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_wait_for(twise(n), 5)));
    } CAW_END;
}
