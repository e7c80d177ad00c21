/*
 * Awaits what nobody will ever set.
 */
#include <cawait.h>

static CAW_ASYNC(int, stuck, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_future(int)));
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(caw_spawn(stuck(), .name = "stuck one")));
    } CAW_END;
}
CAW_MAIN(main_)
