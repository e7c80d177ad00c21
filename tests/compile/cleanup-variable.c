// refused: cannot jump from this asm goto statement
// refused: jump exits scope of variable with __attribute__((cleanup))
#include <cawait.h>

void close_it(int *file);

CAW_ASYNC(void, caller, void)
{
    CAW_BEGIN(void) {
        __attribute__((cleanup(close_it))) int file = 3;
        CAW_AWAIT(caw_sleep(1));
        (void)file;
    } CAW_END;
}
