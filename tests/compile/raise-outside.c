// first: call to undeclared function 'this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END'
// at: void raise_it(void) { CAW_RAISE(CAW_VALUE_ERROR, "not in an async function"); }
#include <cawait.h>

void raise_it(void);
void raise_it(void) { CAW_RAISE(CAW_VALUE_ERROR, "not in an async function"); }
