// first: unused variable 'CAW_TRY_without_CAW_END_TRY'
// at: CAW_TRY {
#include <cawait.h>

CAW_ASYNC(int, give, void)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1));
        }
        CAW_RETURN(1);
    } CAW_END;
}

CAW_ASYNC(int, give_more, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(2);
    } CAW_END;
}
