#include "inside.h"
#include "base/error.h"
#include "loop/loop.h"

__attribute__((constructor)) static void as_asyncio(void) { caw__as_asyncio = true; }

bool inside_has_message(const caw_error *error) { return caw__error_has_message(error); }
bool inside_hides_context(const caw_error *error) { return error && error->object.flags & CAW__SUPPRESSED; }
bool inside_pass(const caw_loop *loop) { return loop->batch != NULL; }

/* A deadlock is a line of the trace: the loop's own report of it would only fill the log. */
void __wrap_caw__report_deadlock(caw_loop *loop);
void __wrap_caw__report_deadlock(caw_loop *loop) { (void)loop; }
