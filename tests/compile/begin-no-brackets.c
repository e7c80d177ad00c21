// first: use of undeclared identifier 'CAW_BEGIN'
// at: CAW_BEGIN
// lines: 10, as the compiler has one error of the name and one of the end
#include <cawait.h>

CAW_ASYNC(int, twice, int n)
{
    CAW_BEGIN
    {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(2 * n);
    }
    CAW_END
        ;
}
