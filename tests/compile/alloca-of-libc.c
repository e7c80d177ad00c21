// first: alloca: not in an async function, whose stack is another one after an await; use an array of fixed size, or malloc and CAW_DEFER(free, it)
// at: char *text = alloca(n);
// lines: 8, as it is a macro of the C library's
#include <alloca.h>
#include <cawait.h>

CAW_ASYNC(int, caller, unsigned n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(1));
        char *text = alloca(n);
        CAW_RETURN(text[0]);
    } CAW_END;
}
