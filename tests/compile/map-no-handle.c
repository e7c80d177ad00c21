// refused: is not a function or function pointer
#include <cawait.h>

static int *length(int *n) { return n; }

static CAW_ASYNC(void, all, void)
{
    CAW_BEGIN(void) {
        int numbers[] = {1, 2};
        caw_unref(CAW_AWAIT(caw_map(length, numbers, 2, 1)));
    } CAW_END;
}

int main(void) { return caw_run(all(), NULL) != NULL; }
