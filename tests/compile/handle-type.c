// refused: incompatible function pointer types
#include <cawait.h>

caw_of(double) measure(void);
void use(caw_of(int) handle);
void pass(void);
void pass(void) { use(measure()); }
