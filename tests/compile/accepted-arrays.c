// accepted
#include <cawait.h>
#include <string.h>

/* A parameter is a pointer, whatever its array's length is said to be; behind an async function arrays are C's again. */
CAW_ASYNC(int, caller, int n, int numbers[n])
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(1));
        CAW_RETURN(numbers[0]);
    } CAW_END;
}

CAW_ASYNC_GEN(int, giver, int n)
{
    CAW_BEGIN_GEN(int) { CAW_YIELD(n); }
    CAW_END_GEN;
}

int plain(int n);
int plain(int n)
{
    char text[n];
    memset(text, 1, (size_t)n);
    return text[0];
}
