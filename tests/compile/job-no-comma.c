// first: CAW_JOB: the type, a comma, the name of each parameter: (int, add, int, a, int, b)
// at: CAW_JOB
#include <cawait.h>

static int add(int a, int b) { return a + b; }
CAW_JOB(int, add, int a, int b);
