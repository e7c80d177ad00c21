// refused: with an expression of incompatible type
#include <cawait.h>

CAW_ASYNC(void, caller, caw_lock *lock)
{
    CAW_BEGIN(void) {
        CAW_WITH(lock) {
        }
        CAW_END_WITH;
    } CAW_END;
}
