// first: call to undeclared function 'this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END'
// at: CAW_AWAIT(caw_sleep(1));
#include <cawait.h>

CAW_ASYNC(int, give, void)
{
    CAW_AWAIT(caw_sleep(1));
    CAW_RETURN(1);
}
