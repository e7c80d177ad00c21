// refused: incompatible pointer types passing
#include <cawait.h>

static CAW_ASYNC(int, length, const char **text)
{
    CAW_BEGIN(int) {
        CAW_RETURN(**text);
    } CAW_END;
}

static CAW_ASYNC(void, all, void)
{
    CAW_BEGIN(void) {
        double numbers[] = {1, 2};
        caw_unref(CAW_AWAIT(caw_map(length, numbers, 2, 1)));
    } CAW_END;
}

int main(void) { return caw_run(all(), NULL) != NULL; }
