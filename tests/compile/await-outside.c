// first: call to undeclared function 'this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END'
// at: CAW_AWAIT(caw_sleep(1));
#include <cawait.h>

CAW_ASYNC(int, wait_there, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(1);
    } CAW_END;
}

int wait_here(void);
int wait_here(void)
{
    CAW_AWAIT(caw_sleep(1));
    CAW_AWAIT(caw_sleep(2));
    return 0;
}
