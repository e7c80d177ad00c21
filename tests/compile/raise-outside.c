// refused: use of undeclared
#include <cawait.h>

void fail(void);
void fail(void) { CAW_RAISE(CAW_VALUE_ERROR, "not in an async function"); }
