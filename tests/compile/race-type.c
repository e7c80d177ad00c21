// refused: incompatible function pointer types initializing
#include <cawait.h>

static CAW_ASYNC(int, a, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_race(a(), caw_sleep(1))));
    } CAW_END;
}

int main(void) { return caw_run(a(), NULL) != NULL; }
