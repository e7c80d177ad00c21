// accepted
/* alloca beside async functions, by all its names, and in what they call. */
#include <cawait.h>
#include <alloca.h>

static inline int sum(unsigned n)
{
    int *numbers = alloca(n * sizeof *numbers), *others = __builtin_alloca(n * sizeof *others), total = 0;
    for (unsigned i = 0; i < n; i++) others[i] = numbers[i] = (int)i;
    for (unsigned i = 0; i < n; i++) total += numbers[i] * others[i];
    return total;
}

CAW_DECLARE(int, caller, unsigned n);

CAW_ASYNC(int, caller, unsigned n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(1));
        CAW_RETURN(sum(n));
    } CAW_END;
}
