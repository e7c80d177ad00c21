// refused: pointer type mismatch
#include <cawait.h>

caw_of(int) start(void);
void run_it(void);
void run_it(void)
{
    double d;
    caw_unref(caw_run(start(), &d));
}
