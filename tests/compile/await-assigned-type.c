// refused: incompatible pointer types
#include <cawait.h>

caw_of(const char *) name(void);

CAW_ASYNC(void, caller, void)
{
    CAW_BEGIN(void) {
        double *d = CAW_AWAIT(name());
        *d = 1;
    } CAW_END;
}
