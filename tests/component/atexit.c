/*
 * What atexit() was told is done before the host has the result, after which it would be lost.
 */
#include <cawait.h>
#include <stdio.h>
#include <stdlib.h>

static void bye(void) { puts("ok what is left for the end is done"); }

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        atexit(bye);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)
