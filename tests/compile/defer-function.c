// refused: incompatible function pointer types passing
#include <cawait.h>

void close_it(int *file);

CAW_ASYNC(void, caller, int *file)
{
    CAW_BEGIN(void) {
        CAW_DEFER(close_it, file);
        CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}
