// refused: array size is negative
#include <cawait.h>

typedef struct large {
    char bytes[4 << 20];
} large;

CAW_ASYNC(large, too_large, large *given)
{
    CAW_BEGIN(large) {
        CAW_RETURN(*given);
    } CAW_END;
}
