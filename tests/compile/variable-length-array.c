// refused: variable length array used
#include <cawait.h>

CAW_ASYNC(int, caller, int n)
{
    CAW_BEGIN(int) {
        char text[n];
        text[0] = 1;
        CAW_AWAIT(caw_sleep(1));
        CAW_RETURN(text[0]);
    } CAW_END;
}
