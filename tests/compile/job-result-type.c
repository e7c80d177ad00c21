// first: CAW_JOB: this result type cannot leave a worker; give a caw_string * or a struct
// at: CAW_JOB
#include <cawait.h>

static const char *name(int n) { return n ? "one" : "none"; }
CAW_JOB(const char *, name, int, n);
