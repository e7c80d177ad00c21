// refused: incompatible pointer to integer conversion
#include <cawait.h>

void set(caw_of(int) future);
void set(caw_of(int) future) { (void)caw_set_result(future, "text"); }
