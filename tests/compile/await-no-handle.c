// refused: called object type 'int' is not a function or function pointer
#include <cawait.h>

CAW_ASYNC(void, caller, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(42);
    } CAW_END;
}
