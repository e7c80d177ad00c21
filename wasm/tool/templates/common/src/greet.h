/* The part of the program that knows no host: it can be tested where time is virtual. */
#ifndef GREET_H
#define GREET_H

#include <cawait.h>

/* A greeting of a name, after a moment of thought. The caller owns it. */
CAW_DECLARE(caw_string *, greet, const char *name);

#endif
