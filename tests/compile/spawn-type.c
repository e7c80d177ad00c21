// refused: incompatible function pointer types
#include <cawait.h>

caw_of(double) measure(void);
caw_of(int) start(void);
caw_of(int) start(void)
{
    caw_of(int) task = caw_spawn(measure());
    return task;
}
