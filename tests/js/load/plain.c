/* The least that can be loaded. */
#include <cawait.h>
#include <cawait/export.h>

CAW_ASYNC(int, answer, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(42);
    } CAW_END;
}
CAW_EXPORT(int, answer);
