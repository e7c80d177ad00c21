// first: alloca: not in an async function, whose stack is another one after an await; use an array of fixed size, or malloc and CAW_DEFER(free, it)
// at: char *text = __builtin_alloca(n);
#include <cawait.h>

CAW_ASYNC(int, caller, unsigned n)
{
    char *text = __builtin_alloca(n);
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(1));
        CAW_RETURN(text[0]);
    } CAW_END;
}
