/*
 * Calls an async function and never awaits it: a checked build says so when the loop closes.
 */
#include <cawait.h>

static CAW_ASYNC(void, greet, void)
{
    CAW_BEGIN(void) {
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        (void)greet();
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)
