// refused: pointer type mismatch
#include <cawait.h>

int read_it(caw_of(int) future);
int read_it(caw_of(int) future)
{
    double d;
    return caw_result(future, &d);
}
