/*
 * Owns: running a program: CAW_MAIN, caw_run (asyncio.run), caw_run_until_complete.
 * Must not know: which host it runs on.
 */
#ifndef CAWAIT_RUN_H
#define CAWAIT_RUN_H

#include <cawait/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CAW_MAIN(function): makes `caw_of(int) function(void)` the program. Hosts that block run it to the end and its int is the exit
 * code (1 and a report when it fails); on JavaScript it starts when the module is loaded, and app.done settles with the int.
 */
#define CAW_MAIN(function)                                                                                                     \
    caw_of(int) caw__main(void);                                                                                               \
    caw_of(int) caw__main(void) { return function(); }

/*
 * Runs an awaitable in a new loop, then cancels every task that is left, waits for them, reports those that failed, and closes
 * the loop. Consumes the handle. The result goes to *out (NULL: dropped; for void give NULL). Returns NULL, or the error it ended
 * with, a new reference: also RuntimeError when a loop is running, on a deadlock, and on hosts that cannot block.
 * Source: asyncio.run; rule 43.
 */
#define caw_run(handle, out)                                                                                                   \
    caw__run(caw_base(handle), CAW__SHAPE(CAW__RESULT(handle)), 1 ? (out) : (CAW__STORED_RESULT(handle) *)0)

/*
 * Runs `loop` until the awaitable is done; other tasks stay as they are and go on in the next run. As caw_run otherwise.
 * RuntimeError if caw_stop came first. Source: loop.run_until_complete.
 */
#define caw_run_until_complete(loop, handle, out)                                                                              \
    caw__run_until_complete((loop), caw_base(handle), CAW__SHAPE(CAW__RESULT(handle)),                                         \
                            1 ? (out) : (CAW__STORED_RESULT(handle) *)0)

/* ---- Private ----------------------------------------------------------------------------------------------------- */
caw_error *caw__run(caw_any *any, uint32_t shape, void *out) CAW__NODISCARD;
caw_error *caw__run_until_complete(caw_loop *loop, caw_any *any, uint32_t shape, void *out) CAW__NODISCARD;
caw_of(int) caw__main(void);

#ifdef __cplusplus
}
#endif
#endif
