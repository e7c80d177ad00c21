/*
 * An error that leaves CAW_MAIN is reported and makes the exit code 1.
 */
#include <cawait.h>

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0.01));
        CAW_RAISE(CAW_VALUE_ERROR, "number %d", 13);
    } CAW_END;
}
CAW_MAIN(main_)
