// first: unused variable 'CAW_TRY_without_CAW_END_TRY'
// at: } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
#include <cawait.h>

CAW_ASYNC(int, give, void)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_TRY {
                CAW_AWAIT(caw_sleep(1));
            } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            }
        } CAW_FINALLY {
        }
        CAW_END_TRY;
        CAW_RETURN(1);
    } CAW_END;
}
