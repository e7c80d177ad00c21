/* What somebody steps through in Chromium's DevTools: devtools.mjs knows its lines by what stands in them. */
#include <cawait.h>
#include <cawait/export.h>

static __attribute__((noinline)) double weighed(double value, int weight)
{
    double sum = value;
    for (int i = 0; i < weight; i++) sum = sum * 1.0000001 + 0.5; /* the hot line */
    return sum;
}

static CAW_ASYNC(double, settle, int rounds)
{
    CAW_BEGIN(double) {
        double sum = 0;
        for (int i = 0; i < rounds; i++) {
            CAW_AWAIT(caw_sleep(0));
            sum = weighed(sum, 200000); /* after an await */
        }
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, settle, int, rounds);
