// first: call to undeclared function 'CAW_END_works_only_after_CAW_BEGIN'
// at: CAW_END
#include <cawait.h>

CAW_ASYNC(int, give, void)
{
    {
    }
    CAW_END
        ;
}
