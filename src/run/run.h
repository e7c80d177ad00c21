/*
 * Owns: running to the end, for the files of this room.
 * Must not know: who asked for the run.
 */
#ifndef CAW_RUN_ROOM_H
#define CAW_RUN_ROOM_H

#include "task/task.h"
#include <cawait/run.h>

/* Why `loop` cannot be run now; NULL: it can. */
caw_error *caw__run_refusal(const caw_loop *loop);
/* What becomes of what is to be run but has a result of another type: it is dropped. Gives the error. */
caw_error *caw__run_unfit(caw_any *any);
/* Runs until `future` is done; the pass in which its callbacks run is the last. NULL, or what ended the run before. */
caw_error *caw__run_until_done(caw_loop *loop, struct caw_future *future);
/* The same, and its outcome: the value to *out, unless `out` is NULL, or the error. Gives back a reference. */
caw_error *caw__run_outcome(caw_loop *loop, struct caw_future *future, void *out);

/* ---- The end of a run (leavers.c) ------------------------------------------------------------------------------------------ */

/* The tasks that a run leaves behind. */
typedef struct caw__leavers {
    caw_loop *loop;
    caw_any **tasks;
    size_t    room, count;
} caw__leavers;

/*
 * Rule 43: asks all to end, in order of creation. Gives a new reference to a future that is done when they are; NULL: there are none,
 * or no memory (closing the loop will close them). What is spawned meanwhile is not asked.
 */
struct caw_future *caw__leavers_ask(caw__leavers *them, caw_loop *loop);
/* Lets go of them; if all have `ended`, what failed on the way is reported. */
void caw__leavers_gone(caw__leavers *them, bool ended);

#endif
