// first: undefined symbol: caw_stdin_line_is_of_the_wasip1_host
// host: js
#include <cawait.h>
#include <cawait/stdin.h>

static CAW_ASYNC(int, get, void)
{
    CAW_BEGIN(int) {
        caw_unref(CAW_AWAIT(caw_stdin_line()));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(get)
