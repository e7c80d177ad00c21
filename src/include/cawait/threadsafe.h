/*
 * Owns: what another thread may ask of a loop: to call a function, to run a coroutine and tell what came of it (loop.call_soon_threadsafe,
 * asyncio.run_coroutine_threadsafe).
 * Must not know: how threads are made. Objects never leave their thread (base.h): these two are the messages.
 *
 *     static CAW_ASYNC(double, mean_of, void *table) { ... }
 *
 *     caw_concurrent *c = caw_run_coroutine_threadsafe(loop, mean_of, table);     // in any thread
 *     double          mean;
 *     caw_error      *error = caw_concurrent_result(c, 5.0, &mean);               // this thread waits for 5 seconds at most
 *     caw_concurrent_free(c);
 */
#ifndef CAWAIT_THREADSAFE_H
#define CAWAIT_THREADSAFE_H

#include <cawait/executor.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Calls function(argument) in a pass of the loop, in its thread, in the order of these calls; wakes the loop, if it waits. From any thread,
 * and from a job; the loop need not run yet. What the loop's own thread has made ready meanwhile comes first. Returns 0; -CAW_RUNTIME_ERROR
 * when there is no such loop open; -CAW_MEMORY_ERROR. What is called may do what a callback may: to end a run, caw_stop. In a program that
 * has this call, a loop that runs for ever waits for others, where it would report a deadlock. Native hosts, and Emscripten with -pthread;
 * elsewhere, where there are no threads, for loops of the own one. Source: loop.call_soon_threadsafe.
 */
int caw_call_soon_threadsafe(caw_loop *loop, void (*function)(void *), void *argument);

/* What was asked of a loop; of no thread: all may use it, of whom one frees it. */
typedef struct caw_concurrent caw_concurrent;

/*
 * Calls function(argument) in the loop's thread, an async function of one pointer, and runs what it returns as a task. Its result goes
 * as a job's does (executor.h): so no pointer that is another thread's object. NULL: no such loop is open, or no memory. Source:
 * asyncio.run_coroutine_threadsafe.
 */
#define caw_run_coroutine_threadsafe(loop, function, argument)                                                                 \
    caw__run_threadsafe((loop),                                                                                                \
                        (caw__threadsafe *)(void (*)(void))(1 ? (function) : ((void)(function)(argument), (function))),        \
                        (void *)(uintptr_t)(argument), CAW__JOB_RESULT(CAW__RESULT((function)(argument))),                     \
                        CAW__SHAPE(CAW__RESULT((function)(argument))))
/*
 * Waits until it is done, `seconds` at most (INFINITY: for ever), and gives the result to *out; NULL for void, or to drop it. Returns
 * NULL, or the error, a new reference of this thread: what the task failed with, CancelledError, TimeoutError (it goes on), RuntimeError in
 * the loop's own thread, which would wait for itself, and in JavaScript's main thread, which may not block; TypeError for an `out` of another type. Again: the same. Source:
 * concurrent.futures.Future.result.
 */
#define caw_concurrent_result(concurrent, seconds, out) caw__concurrent_result((concurrent), (seconds), (out), sizeof(*(out)))
/* Whether it is: then its result is there at once. */
bool caw_concurrent_done(const caw_concurrent *concurrent);
/* Cancels the task, and whoever waits gets a CancelledError at once. False: it is done already. Source: Future.cancel. */
bool caw_concurrent_cancel(caw_concurrent *concurrent);
/* Nobody asks any more; what was asked for goes on. NULL is ignored. (A void *, for CAW_DEFER.) */
void caw_concurrent_free(void *concurrent);

/* ---- Private ----------------------------------------------------------------------------------------------------- */
typedef caw_any *caw__threadsafe(void *argument);
caw_concurrent  *caw__run_threadsafe(caw_loop *loop, caw__threadsafe *function, void *argument, char code, uint32_t shape);
CAW__REFERENCE caw_error *caw__concurrent_result(caw_concurrent *concurrent, double seconds, void *out, size_t size);

#ifdef __cplusplus
}
#endif
#endif
