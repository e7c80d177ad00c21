/*
 * CAW_MAIN's int is the exit code; what was printed is there.
 */
#include <cawait.h>
#include <stdio.h>

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0.01));
        printf("bye");
        CAW_RETURN(7);
    } CAW_END;
}
CAW_MAIN(main_)
