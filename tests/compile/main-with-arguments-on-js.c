// first: duplicate symbol: main
// host: js
#include <cawait.h>

static CAW_ASYNC(int, work, int count)
{
    CAW_BEGIN(int) {
        CAW_RETURN(count);
    } CAW_END;
}

int main(int argc, char **argv)
{
    int value;
    (void)argv;
    return caw_run(work(argc), &value) != NULL;
}
