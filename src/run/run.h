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

/* ---- A run in parts, for a host that drives it (wasip3); where the host blocks, run.c goes from one to the next ------------- */

typedef struct caw__run_parts {
    caw_loop *loop, *outer;
    bool      once;
    int       status;
} caw__run_parts;
typedef enum caw__run_state { CAW__RUN_GOES_ON, CAW__RUN_WAITS, CAW__RUN_OVER } caw__run_state;

void caw__run_begin(caw__run_parts *run, caw_loop *loop);
/* A turn; *deadline: until when it waits. `budget` NULL: the loop's own. */
caw__run_state caw__run_turn(caw__run_parts *run, const caw_budget *budget, double *deadline);
/* It waited, and caw__host_wait would have given `status`. */
caw__run_state caw__run_waited(caw__run_parts *run, int status);
/* What caw_run_forever gives; an error that broke it off is in loop->raised still. */
int caw__run_end(caw__run_parts *run);

/* Ends the run in the pass in which the future's callbacks run; NULL: no memory. */
typedef struct caw__stopper caw__stopper;
caw__stopper               *caw__stop_when_done(caw_loop *loop, struct caw_future *future);
/* It has ended, with that status: NULL, or what ended it before the future was done. */
caw_error *caw__stopped(caw__stopper *stopper, struct caw_future *future, int status);
/* The rest of caw__run_outcome, after `error`. */
caw_error *caw__outcome_of(struct caw_future *future, caw_error *error, void *out);
/* What a main task's outcome becomes in a run that was interrupted (runner.c); consumes the error. */
caw_error *caw__main_outcome(caw_loop *loop, caw_task *task, caw_error *error);

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
