// refused: is not a function or function pointer
#include <cawait.h>

void start(caw_error *error);
void start(caw_error *error) { caw_unref(caw_spawn(error)); }
