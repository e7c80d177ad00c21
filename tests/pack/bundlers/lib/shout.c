#include "shout.h"

const char *shout(void) { return "!"; }
