// refused: called object type 'caw_lock *' (aka 'struct caw_lock *') is not a function or function pointer
#include <cawait.h>

CAW_ASYNC(void, caller, caw_lock *lock)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(lock);
    } CAW_END;
}
