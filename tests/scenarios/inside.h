/*
 * Owns: what the interpreter must know of the library that is not in its manual.
 * Must not know: what it is for.
 */
#ifndef SCENARIO_INSIDE_H
#define SCENARIO_INSIDE_H

#include <cawait.h>

/* Whether an error has a message, if only an empty one. */
bool inside_has_message(const caw_error *error);
/* Whether its context is not to be shown (__suppress_context__). */
bool inside_hides_context(const caw_error *error);
/* Whether a turn has ended in the middle of a pass. */
bool inside_pass(const caw_loop *loop);

#endif
