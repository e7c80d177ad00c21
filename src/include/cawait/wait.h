/*
 * Owns: waiting for others without taking part in how they end: wait, cancel_and_wait (asyncio.wait).
 * Must not know: what they do, or what becomes of their results.
 */
#ifndef CAWAIT_WAIT_H
#define CAWAIT_WAIT_H

#include <cawait/gather.h>
#include <cawait/timeout.h>

#ifdef __cplusplus
extern "C" {
#endif

/* When a wait is over; whatever the mode, when all have ended or the time is over. */
typedef enum caw_wait_mode {
    CAW_ALL_COMPLETED,
    CAW_FIRST_COMPLETED, /* one has ended, however */
    CAW_FIRST_EXCEPTION /* one has failed; a cancellation is no failure. What it looked at counts as retrieved, as in asyncio */
} caw_wait_mode;

/* What a wait gives: those that are done and those that are not, each in the order given. Counted; read only. */
typedef struct caw_waited caw_waited;

/*
 * caw_wait(a, b, ...): waits until up to 16 tasks and futures, of any result types, have ended, however they do. Consumes the
 * references given: the result holds them. Keep those that you want to ask by name:
 *
 *     caw_unref(CAW_AWAIT(caw_wait_until(CAW_FIRST_COMPLETED, 5, caw_ref(a), caw_ref(b))));
 *     if (caw_done(a)) ...
 *
 * caw_wait_until(mode, seconds, a, b, ...): until `mode` is met or `seconds` are over; CAW_NEVER: no limit. An end by time is no
 * error: all are pending then, perhaps. More than one may be done after CAW_FIRST_COMPLETED.
 * caw_wait_array(handles, count, mode, seconds): the same for an array of caw_any * (CAW__TAKE(handle)).
 *
 * It cancels nothing: being cancelled, or dropped, leaves them as they are. It always suspends, even if all have ended; it resumes
 * two passes after the one that made the difference. A handle given twice counts once. Nothing happens before it is awaited.
 * Raises, having dropped what was given: ValueError for none, a NaN or another mode, TypeError for a coroutine (give it to
 * caw_spawn first). Source: asyncio.wait; rules 4, 17.
 */
#define caw_wait(...) caw_wait_until(CAW_ALL_COMPLETED, CAW_NEVER, __VA_ARGS__)
#ifndef __cplusplus
#define caw_wait_until(mode, seconds, ...)                                                                                     \
    caw_wait_array(CAW__LIST(caw_any *const, CAW__EACH(CAW__TAKE, __VA_ARGS__)), (mode), (seconds))
#else
#define caw_wait_until(mode, seconds, ...) (CAW__HERE(), caw__wait_of((mode), (seconds), CAW__EACH(CAW__TAKE, __VA_ARGS__)))
#endif
CAW__HANDLE caw_of(caw_waited *) caw_wait_array(caw_any *const *handles, size_t count, caw_wait_mode mode, double seconds);

/* How many are done, and pending; both as they were when the wait ended. */
size_t caw_waited_done_count(const caw_waited *waited);
size_t caw_waited_pending_count(const caw_waited *waited);
/* The one at `index` of the done, of the pending; borrowed. NULL past the last. */
caw_any *caw_waited_done(const caw_waited *waited, size_t index);
caw_any *caw_waited_pending(const caw_waited *waited, size_t index);

/*
 * caw_cancel_and_wait(handle): requests cancellation now, in this call, and gives what is done once the task has really ended,
 * however it ends: a result, another error or its CancelledError are not raised here; ask the task, or its error is reported as
 * any that nobody retrieved. Consumes the reference. Awaiting what is done does not suspend; else it resumes two passes after the
 * end. A CancelledError that comes out of the await is always one's own: the task then goes on ending by itself and is not
 * cancelled again. A coroutine is dropped. The current task: RuntimeError, nothing is cancelled; no memory to wait: MemoryError,
 * the cancellation was requested. Source: none public; what asyncio.wait_for does.
 *
 *     CAW_AWAIT(caw_cancel_and_wait(caw_ref(task)));
 *     if (!caw_cancelled(task)) ...                       // it had an answer after all
 */
#define caw_cancel_and_wait(handle) caw__cancel_and_wait(CAW__TAKE(handle))

/* ---- Private ----------------------------------------------------------------------------------------------------- */
CAW__HANDLE caw_of(void) caw__cancel_and_wait(caw_any *any);
CAW__HANDLE caw_of(void) caw__cancel_then_wait(caw_any *any); /* the current task, too: it is cancelled as it waits */

#ifdef __cplusplus
extern "C++" template <class... H>
CAW__HANDLE inline caw__of<caw_waited *> caw__wait_of(caw_wait_mode mode, double seconds, H... handles)
{
    caw_any *const all[] = {handles...};
    return caw_wait_array(all, sizeof...(handles), mode, seconds);
}
}
#endif
#endif
