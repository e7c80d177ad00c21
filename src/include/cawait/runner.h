/*
 * Owns: the runner: several runs in one loop and one context, then one shutdown (asyncio.Runner).
 * Must not know: which host it runs on.
 */
#ifndef CAWAIT_RUNNER_H
#define CAWAIT_RUNNER_H

#include <cawait/run.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A plain struct of the program's, on the stack or static; zero is a good one. The loop, and the context as a copy of the current
 * one, are made when first needed. Must not be copied or moved once it was used, and is to be closed. For hosts that block.
 * Source: asyncio.Runner. Instead of a loop_factory, set up what caw_runner_loop gives.
 *
 *     caw_runner runner = {.debug = true};
 *     caw_error *error = caw_runner_run(&runner, first(), &n);
 *     if (!error) error = caw_runner_run(&runner, second(n), NULL);      // same loop, and what first() set in its context is there
 *     caw_runner_close(&runner);
 */
typedef struct caw_runner {
    bool         debug; /* caw_loop_set_debug, and its second parameter */
    double       slow_seconds;
    caw_loop    *caw__loop; /* from here on private */
    caw_context *caw__context;
    int          caw__state;
} caw_runner;

/* Its loop, borrowed, made if need be; NULL when the runner is closed or there is no memory. Source: Runner.get_loop. */
caw_loop *caw_runner_loop(caw_runner *runner);

/*
 * Runs an awaitable, as a task of its own, in the runner's loop and its context (not in a copy: what one run sets the next one sees);
 * tasks that are left go on in the next run. `out` and what is returned: see caw_run. RuntimeError when a loop is running in this
 * thread, the host cannot block, or the runner is closed; after any error it can be used again. caw_interrupt cancels the task.
 * Source: Runner.run.
 */
typedef struct caw_runner_run_options {
    char caw__none       CAW__UNSET; /* so that giving none is an initializer, too */
    caw_context *context CAW__UNSET; /* run in this one instead; borrowed */
} caw_runner_run_options;
#define caw_runner_run(runner, handle, ...) CAW__RUNNER_RUN(runner, handle, __VA_ARGS__, )
#ifndef __cplusplus
#define CAW__RUNNER_RUN(runner, handle, out, ...)                                                                              \
    caw__runner_run((runner), caw_base(handle), caw__shared_shape(CAW__SHAPE(CAW__RESULT(handle))),                            \
                    1 ? (out) : (CAW__STORED_RESULT(handle) *)0,                                                               \
                    CAW__GIVEN(caw_runner_run_options, .caw__none = 0, __VA_ARGS__))
#else
#define CAW__RUNNER_RUN(runner, handle, out, ...)                                                                              \
    caw__runner_run_of((runner), +(handle), (out), CAW__GIVEN(caw_runner_run_options, .caw__none = 0, __VA_ARGS__))
#endif

/*
 * Cancels every task that is left, waits for all of them, reports those that failed; then closes the async generators that are left,
 * in a run of its own, and the loop. Tasks that are made meanwhile are not cancelled, but closed with the loop. Returns 0, also when it was
 * never used or is closed already; -CAW_RUNTIME_ERROR inside a running loop, and nothing happens; -CAW_KEYBOARD_INTERRUPT or
 * -CAW_SYSTEM_EXIT when that broke off the waiting: the loop is closed nevertheless. Source: Runner.close; rule 43.
 */
int caw_runner_close(caw_runner *runner);

/* ---- Private ----------------------------------------------------------------------------------------------------- */
caw_error *caw__runner_run(caw_runner *runner, caw_any *any, uint32_t shape, void *out,
                           const caw_runner_run_options *options) CAW__NODISCARD;

#ifdef __cplusplus
extern "C++" template <class T>
CAW__NODISCARD inline caw_error *caw__runner_run_of(caw_runner                       *runner, T (*handle)(caw_any *),
                                                    typename caw__stored_as<T>::type *out,
                                                    const caw_runner_run_options     *options)
{
    return caw__runner_run(runner, (caw_any *)handle, caw__shaped<T>(), out, options);
}
}
#endif
#endif
