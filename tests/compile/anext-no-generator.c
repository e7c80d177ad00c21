// refused: error:
#include <cawait.h>

CAW_ASYNC(void, use, caw_of(int) task)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_anext(task)); // a task is no generator
    } CAW_END;
}
