// first: call to undeclared function 'this_works_only_in_an_async_generator_between_CAW_BEGIN_GEN_and_CAW_END_GEN'
// at: CAW_YIELD(1);
#include <cawait.h>

CAW_ASYNC(int, give, void)
{
    CAW_BEGIN(int) {
        CAW_YIELD(1);
        CAW_RETURN(1);
    } CAW_END;
}
