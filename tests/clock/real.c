/* The clock is the host's own. */
#include "clock.h"

void clock_restart(void) {}
void clock_jump(double deadline) { (void)deadline; }
