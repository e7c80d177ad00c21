// refused: incompatible function pointer types
#include <cawait.h>

void set(caw_of(int) future);
void set(caw_of(int) future) { (void)caw_set_done(future); }
