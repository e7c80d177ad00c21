// refused: alloca: not in an async function
// refused: alloca.c:10:
// refused: alloca.c:12:
#include <alloca.h>
#include <cawait.h>

CAW_ASYNC(int, caller, unsigned n)
{
    CAW_BEGIN(int) {
        char *text = __builtin_alloca(n);
        CAW_AWAIT(caw_sleep(1));
        char *more = alloca(n);
        CAW_RETURN(text[0] + more[0]);
    } CAW_END;
}
