// refused: variable-length-array-before-begin.c:8:15: error: variable length array used
// refused: variable-length-array-before-begin.c:18:15: error: variable length array used
#include <cawait.h>
#include <string.h>

CAW_ASYNC(int, caller, int n)
{
    char text[n];
    memset(text, n, (size_t)n);
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(1));
        CAW_RETURN(text[0]);
    } CAW_END;
}

CAW_ASYNC_GEN(int, giver, int n)
{
    char text[n];
    memset(text, n, (size_t)n);
    CAW_BEGIN_GEN(int) { CAW_YIELD(text[0]); }
    CAW_END_GEN;
}
