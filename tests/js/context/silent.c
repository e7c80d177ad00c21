/* Prints nothing, and calls nothing of JavaScript's. */
#include <cawait.h>
#include <cawait/export.h>

CAW_ASYNC(int, naps, int times)
{
    CAW_BEGIN(int) {
        for (int i = 0; i < times; i++) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(times);
    } CAW_END;
}
CAW_EXPORT(int, naps, int, times);
