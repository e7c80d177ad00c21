/*
 * Owns: futures: a result that will be there later, its callbacks, its cancellation (asyncio.Future).
 * Must not know: tasks (task.h) or coroutines.
 */
#ifndef CAWAIT_FUTURE_H
#define CAWAIT_FUTURE_H

#include <cawait/context.h>
#include <cawait/coro.h>
#include <cawait/loop.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A pending future of T on the running loop, or on `loop`. Source: loop.create_future(). A new reference; never NULL: when
 * there is no memory or no running loop, a future that has already failed (MemoryError, RuntimeError) is returned.
 * Alignment of T is at most that of a double.
 */
#define caw_future(T) (CAW__USED(caw_of(T)) caw__future_new(NULL, caw__shared_shape(CAW__SHAPE(T))))
#define caw_future_on(loop, T) (CAW__USED(caw_of(T)) caw__future_new((loop), caw__shared_shape(CAW__SHAPE(T))))

/*
 * Sets the result and schedules every callback, in the order they were added (they run in the loop's next pass, never here).
 * The value is taken over: a counted value's reference now belongs to the future. For caw_of(void): caw_set_done(f).
 * Returns 0; -CAW_INVALID_STATE_ERROR when the future is done already (the value is released); -CAW_RUNTIME_ERROR for a task;
 * -CAW_TYPE_ERROR for a future of another type, whose handle was cast.
 * May be called from any callback. Source: Future.set_result.
 */
#ifndef __cplusplus
#define caw_set_result(future, value)                                                                                          \
    __extension__({                                                                                                            \
        CAW__STORED_RESULT(future) caw__value = (value);                                                                       \
        caw__future_set(caw_base(future), &caw__value, CAW__SHAPE(CAW__RESULT(future)));                                       \
    })
#else
#define caw_set_result(future, ...) caw__set_result_of(caw__raw(future), (__VA_ARGS__))
#endif
#ifdef __cplusplus
#define caw_set_done(future) caw__future_set(caw__void_base_of(caw__raw(future)), NULL, 0)
#else
#define caw_set_done(future) caw__future_set((caw_any *)(caw_of(void)){(future)}, NULL, 0)
#endif

/*
 * Fails the future; consumes `error` in every case. As caw_set_result otherwise. StopAsyncIteration and GeneratorExit are
 * refused with -CAW_TYPE_ERROR: they would be taken for the end of a loop by whoever awaits. Source: Future.set_exception.
 */
#define caw_set_error(future, error) caw__future_fail(caw_base(future), (error))

/* State, of futures and tasks alike; a coroutine is never done. done: has a result, an error, or was cancelled. */
#define caw_done(future) caw__future_done(caw_base(future))
#define caw_cancelled(future) caw__future_cancelled(caw_base(future))

/*
 * Reads the result into *out, a T *, which becomes one more owner of it; reading again gives it again. Returns 0;
 * -CAW_INVALID_STATE_ERROR while pending; -CAW_CANCELLED_ERROR; the negative type of the error it failed with; -CAW_MEMORY_ERROR,
 * too, when it cannot be copied (caw_value_copy).
 * out NULL only asks. Marks an error as retrieved. Source: Future.result.
 */
#ifndef __cplusplus
#define caw_result(future, out)                                                                                                \
    caw__future_result(caw_base(future), 1 ? (out) : (CAW__STORED_RESULT(future) *)0,                                          \
                       caw__shared_shape(CAW__SHAPE(CAW__RESULT(future))))
#else
#define caw_result(future, out) caw__result_to(caw__raw(future), (out))
#endif

/*
 * The error the future failed with, a new reference, or NULL: no error. Pending: a new InvalidStateError; cancelled: a
 * CancelledError, as what awaiting it would raise. Marks it as retrieved. Source: Future.exception.
 */
#define caw_exception(future) caw__future_error(caw_base(future))

/*
 * Cancels. A plain future: becomes cancelled now and its callbacks are scheduled. A task: CancelledError is raised inside it at
 * its next step; it may clean up, or refuse. A gather: all its children are cancelled. `message` (copied, may be NULL) is the
 * CancelledError's. Returns whether cancellation was requested: false when already done. Borrows the handle.
 * Source: Future.cancel, Task.cancel; rules 9-13.
 */
#define caw_cancel(future, message) caw__cancel(caw_base(future), (message))

/*
 * Calls callback(argument, future) by call_soon once the future is done, at once if it is: never from inside this call. In the
 * order added; in a copy of the context current now. The future handed over is borrowed. Returns 0 or -CAW_MEMORY_ERROR,
 * -CAW_TYPE_ERROR for a coroutine, -CAW_RUNTIME_ERROR once its loop is closed; callbacks of a future that was pending then never run
 * (in asyncio completing it raises). Source: Future.add_done_callback.
 */
typedef void caw_done_callback(void *argument, caw_any *future);
#define caw_add_done_callback(future, callback, argument) caw__future_watch(caw_base(future), (callback), (argument))
/* Removes every entry of this callback and argument that is not scheduled yet; returns how many. */
#define caw_remove_done_callback(future, callback, argument) caw__future_unwatch(caw_base(future), (callback), (argument))

/* The loop a future or task belongs to. */
#define caw_loop_of(future) caw__future_loop(caw_base(future))

/* ---- Private ----------------------------------------------------------------------------------------------------- */
CAW__HANDLE caw_any      *caw__future_new(caw_loop *loop, uint32_t shape);
int                       caw__future_set(caw_any *future, void *value, uint32_t shape);
int                       caw__future_fail(caw_any *future, caw_error *error);
bool                      caw__future_done(const caw_any *future);
bool                      caw__future_cancelled(const caw_any *future);
int                       caw__future_result(caw_any *future, void *out, uint32_t shape);
CAW__REFERENCE caw_error *caw__future_error(caw_any *future);
bool                      caw__cancel(caw_any *future, const char *message);
int                       caw__future_watch(caw_any *future, caw_done_callback *callback, void *argument);
int                       caw__future_unwatch(caw_any *future, caw_done_callback *callback, void *argument);
caw_loop                 *caw__future_loop(const caw_any *future);

#ifdef __cplusplus
extern "C++" {
template <class T> inline int caw__set_result_of(T (*future)(caw_any *), typename caw__stored_as<T>::type value)
{
    return caw__future_set((caw_any *)future, &value, caw__shape<T>());
}
template <class T> inline int caw__result_to(T (*future)(caw_any *), typename caw__stored_as<T>::type *out)
{
    return caw__future_result((caw_any *)future, out, caw__shaped<T>());
}
}
}
#endif
#endif
