// refused: called object type 'int' is not a function or function pointer
#include <cawait.h>

int main(void) { return caw_run(123, NULL) != NULL; }
