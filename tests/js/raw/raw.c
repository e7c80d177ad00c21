/* Functions exported by hand, and a table of numbers in memory. */
#include <cawait.h>
#include <cawait/export.h>

static float table[4];

__attribute__((export_name("table"))) float *get_table(void) { return table; }
__attribute__((export_name("twice"))) int    twice(int n) { return 2 * n; }

CAW_ASYNC(double, sum, void)
{
    CAW_BEGIN(double) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN((double)(table[0] + table[1] + table[2] + table[3]));
    } CAW_END;
}
CAW_EXPORT(double, sum);
