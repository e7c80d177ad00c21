// first: CAW_MAIN: the function must be CAW_ASYNC(int, name, void); its int is the exit code
// at: CAW_MAIN(start)
#include <cawait.h>

CAW_DECLARE(int, start, int count, char **arguments);
CAW_MAIN(start)
