// refused: cannot jump from switch statement to this case label
#include <cawait.h>

CAW_ASYNC(int, caller, caw_lock *lock, int n)
{
    CAW_BEGIN(int) {
        switch (n) {
        case 0: CAW_WITH(caw_lock_with(lock)) {
                CAW_AWAIT(caw_sleep(1));
            case 1: n++;
            }
            CAW_END_WITH;
        }
        CAW_RETURN(n);
    } CAW_END;
}
