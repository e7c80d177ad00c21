// refused: is not a function or function pointer
#include <cawait.h>

caw_of(caw_results *) both(int n);
caw_of(caw_results *) both(int n) { return caw_gather(caw_sleep(1), n); }
