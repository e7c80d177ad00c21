/*
 * Owns: running a program: CAW_MAIN, caw_run (asyncio.run), caw_run_until_complete; interrupting it.
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
 * code (1 and a report when it fails, 130 after a KeyboardInterrupt); on JavaScript it starts when the module is loaded, and
 * app.done settles with the int once it has ended as caw_run does: every task that is left is cancelled and waited for, async
 * generators are closed. Calls of exported functions that have not ended are such tasks: their promises are rejected with an
 * AbortError. But the loop stays open, and functions may be called after that; so tasks that cleanup makes are cancelled as well, where
 * caw_run closes them with the loop. A program that has main(), too, begins by that on hosts that block, and by CAW_MAIN in JavaScript.
 */
#define CAW_MAIN(function)                                                                                                     \
    caw_of(int) caw__main(void);                                                                                               \
    caw_of(int) caw__main(void)                                                                                                \
    {                                                                                                                          \
        enum { caw__async_int = CAW__IS_MAIN(function) };                                                                      \
        _Static_assert(caw__async_int, "CAW_MAIN: the function must be CAW_ASYNC(int, name, void); its int is the exit code"); \
        caw__main_link();                                                                                                      \
        return CAW__MAIN_OF(function)();                                                                                       \
    }

/*
 * Runs an awaitable in a new loop, then cancels every task that is left, in order of creation, waits for all of them, reports those
 * that failed, closes the async generators that are left, and the loop: a caw_runner (runner.h) used once. Consumes the handle. The
 * result goes to *out (NULL: dropped; for void give NULL). Returns NULL, or the error it ended with, a new reference: also
 * RuntimeError when a loop is running, on a deadlock, and on hosts that cannot block; KeyboardInterrupt after caw_interrupt;
 * KeyboardInterrupt or SystemExit when any task has failed with that, at once. Source: asyncio.run; rules 43-45.
 *
 *     caw_error *error = caw_run(main_(), &code);
 *     caw_error *error = caw_run(main_(), &code, .debug = true);
 */
typedef struct caw_run_options {
    char caw__none      CAW__UNSET; /* so that giving none is an initializer, too */
    bool debug          CAW__UNSET; /* caw_loop_set_debug */
    double slow_seconds CAW__UNSET; /* its second parameter */
} caw_run_options;
#define caw_run(handle, ...) CAW__RUN(handle, __VA_ARGS__, )
#ifndef __cplusplus
#define CAW__RUN(handle, out, ...)                                                                                             \
    caw__run(caw_base(handle), caw__shared_shape(CAW__SHAPE(CAW__RESULT(handle))),                                             \
             1 ? (out) : (CAW__STORED_RESULT(handle) *)0, CAW__GIVEN(caw_run_options, .caw__none = 0, __VA_ARGS__))
#else
#define CAW__RUN(handle, out, ...) caw__run_of(+(handle), (out), CAW__GIVEN(caw_run_options, .caw__none = 0, __VA_ARGS__))
#endif

/*
 * Runs `loop` until the awaitable is done; other tasks stay as they are and go on in the next run. As caw_run otherwise.
 * RuntimeError if caw_stop came first. Source: loop.run_until_complete.
 */
#ifndef __cplusplus
#define caw_run_until_complete(loop, handle, out)                                                                              \
    caw__run_until_complete((loop), caw_base(handle), caw__shared_shape(CAW__SHAPE(CAW__RESULT(handle))),                      \
                            1 ? (out) : (CAW__STORED_RESULT(handle) *)0)
#else
#define caw_run_until_complete(loop, handle, out) caw__run_until_complete_of((loop), +(handle), (out))
#endif

/*
 * Interrupts the run of `loop` (NULL: the one in this thread), as asyncio.Runner does on SIGINT. May be called from a signal
 * handler, from any callback and any task; it takes effect before the next job. The first one in a run of caw_run or caw_runner_run
 * cancels the main task. If that then ends with CancelledError, and nobody else has cancelled it, the run gives KeyboardInterrupt;
 * a main task that catches the CancelledError and returns gives its result. The second one, and the first one where there is no main
 * task to cancel (it has ended, the shutdown has begun, or it is a caw_run_forever or caw_run_until_complete), ends the run with
 * KeyboardInterrupt at once; what was ready stays so. What runs is never interrupted between two awaits: a loop that never awaits
 * goes on. A loop is interrupted from its own thread: where there are several, block the signal in the others. Returns whether there
 * was a run to interrupt. Source: asyncio.Runner; rule 44.
 *
 * On the native host Ctrl-C (SIGINT) does this by itself while a loop is run in the main thread, unless the program has taken that signal.
 * WASI has no signals. On JavaScript nothing is run by C: this does what app.interrupt() does, to CAW_MAIN, and so does
 * load(..., { signal }). There, and under caw_loop_turn, a task that fails with KeyboardInterrupt or SystemExit has failed as with any
 * other error.
 */
bool caw_interrupt(caw_loop *loop);

/* ---- Private ----------------------------------------------------------------------------------------------------- */
caw_error  *caw__run(caw_any *any, uint32_t shape, void *out, const caw_run_options *options) CAW__NODISCARD;
caw_error  *caw__run_until_complete(caw_loop *loop, caw_any *any, uint32_t shape, void *out) CAW__NODISCARD;
CAW__HANDLE caw_of(int) caw__main(void);
void        caw__main_link(void); /* links what starts it, of the host's */

/* C++ says what is wrong by itself. */
#ifdef __cplusplus
#define CAW__IS_MAIN(function) 1
#define CAW__MAIN_OF(function) function
#else
#define CAW__IS_MAIN(function) __builtin_types_compatible_p(__typeof__(&*(function)), __typeof__(&caw__main))
#define CAW__MAIN_OF(function) __builtin_choose_expr(caw__async_int, function, caw__main)
#endif

#ifdef __cplusplus
extern "C++" {
template <class T>
CAW__NODISCARD inline caw_error *caw__run_of(T (*handle)(caw_any *), typename caw__stored_as<T>::type *out,
                                             const caw_run_options *options)
{
    return caw__run((caw_any *)handle, caw__shaped<T>(), out, options);
}
template <class T>
CAW__NODISCARD inline caw_error *caw__run_until_complete_of(caw_loop                         *loop, T (*handle)(caw_any *),
                                                            typename caw__stored_as<T>::type *out)
{
    return caw__run_until_complete(loop, (caw_any *)handle, caw__shaped<T>(), out);
}
}
}
#endif
#endif
