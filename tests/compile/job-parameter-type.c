// first: CAW_JOB: a parameter of this type cannot go to a worker
// at: CAW_JOB
#include <cawait.h>

static int length(caw_queue *of) { return (int)caw_queue_size(of); }
CAW_JOB(int, length, caw_queue *, of);
