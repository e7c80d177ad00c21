// first: duplicate symbol: __main_void
// host: js
#include <cawait.h>

static CAW_ASYNC(int, work, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(1);
    } CAW_END;
}

int main(void)
{
    int value;
    return caw_run(work(), &value) != NULL;
}
