// first: unused variable 'CAW_BEGIN_without_CAW_END'
// at: CAW_BEGIN(int) {
#include <cawait.h>

CAW_ASYNC(int, give, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(1));
        CAW_RETURN(1);
    }
}

CAW_ASYNC(int, give_more, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(2);
    } CAW_END;
}
