/*
 * Linked beside virtual.c: the virtual clock keeps to the host's. It still goes from deadline to deadline, so that a program prints the
 * same on the busiest machine; but it gets to one only when as much time has passed on the host's own clock, for which the host's own
 * timer, or its wait, is asked. A host whose timers never come hangs here; one whose timers come early is asked again.
 */
#include "clock.h"

const bool clock_real = true;
