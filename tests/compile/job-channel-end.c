// first: CAW_JOB: an end of a channel is for an async function, which can wait
// at: CAW_JOB
#include <cawait.h>

static void counts(int to, caw_sender *numbers) { (void)to, (void)numbers; }
CAW_JOB(void, counts, int, to, caw_sender *, numbers);
