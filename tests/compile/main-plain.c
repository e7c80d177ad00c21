// first: CAW_MAIN: the function must be CAW_ASYNC(int, name, void); its int is the exit code
// at: CAW_MAIN(start)
#include <cawait.h>

static int start(void) { return 1; }
CAW_MAIN(start)
