/*
 * Owns: time limits: wait_for, and timeout scopes (asyncio.wait_for, asyncio.timeout).
 * Must not know: what runs under the limit.
 */
#ifndef CAWAIT_TIMEOUT_H
#define CAWAIT_TIMEOUT_H

#include <cawait/task.h>
#include <cawait/try.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAW_NEVER __builtin_inf()

/*
 * The seconds of a limit count from when the loop next looks at its clock: at the end of its turn, or some jobs before; never too
 * early. So a limit that is not reached, the usual case, costs no look at the clock, which is dearer than all the rest of it. asyncio
 * looks at once; the difference shows in a task that enters a limit and then computes for long without an await: that time is not
 * counted. caw_timeout_when looks, too, and so does whatever takes a time on the clock (CAW_WITH_TIMEOUT_AT).
 */

/*
 * caw_wait_for(handle, seconds): awaits it, in the same task, and gives its result; if that takes longer it is cancelled, waited
 * for, and TimeoutError raised. Consumes the handle. CAW_NEVER: no limit. 0 or less: a result that is there is given, anything else
 * is cancelled at once (a coroutine never starts). If the inside swallows the cancellation and returns, its result is given.
 * Where it cannot be waited for (ValueError: the limit is NaN; MemoryError) it is cancelled, too.
 * Being cancelled cancels the inside. Source: asyncio.wait_for; rules 21-27.
 */
#ifndef __cplusplus
#define caw_wait_for(handle, seconds)                                                                                          \
    (CAW__USED(__typeof__(handle))                                                                                             \
         caw__wait_for(caw_base(handle), (seconds), caw__shared_shape(CAW__SHAPE(CAW__RESULT(handle)))))
#else
#define caw_wait_for(handle, seconds) (CAW__HERE(), caw__wait_for_of(+(handle), (seconds)))
#endif

/*
 * CAW_WITH_TIMEOUT(scope, seconds) { ... } CAW_END_TIMEOUT; runs a block under a limit: when it is over, the task is cancelled at its
 * next suspension, and the CancelledError that leaves the block becomes TimeoutError. `scope` is a caw_timeout * for the calls
 * below, valid in the block. A block that never suspends is never interrupted. Nests; an outside cancellation in the same moment
 * wins, and so does one that was asked for before and comes with the first suspension (asyncio's timeout(0) swallows it). Use inside an
 * async function; may await; `return` it by CAW_RETURN. CAW_NEVER: no limit; NaN: ValueError; no memory: MemoryError. Source:
 * asyncio.timeout; rules 21-26.
 *
 * CAW_WITH_TIMEOUT_AT(scope, when) { ... } CAW_END_TIMEOUT; the same with a time on the loop's clock (caw_time), one that several
 * blocks can share. One that is past: over at the next suspension. Source: asyncio.timeout_at.
 *
 * CAW_MOVE_ON_AFTER(scope, seconds) { ... } CAW_END_MOVE_ON; the same, but that CancelledError goes no further: the function goes on
 * after the block. `scope` is declared beside the block, not inside, so that it can still be asked there; it needs braces around
 * both under an `if`, and another name than others beside it. Any other error leaves the block as it is, and so does a
 * CancelledError that somebody else asked for, too. Source: trio's and anyio's move_on_after; asyncio has none.
 *
 *     CAW_MOVE_ON_AFTER(search, 2) {
 *         best = CAW_AWAIT(better_move(best));
 *     } CAW_END_MOVE_ON;
 *     if (caw_timeout_expired(search)) ...
 */
typedef struct caw_timeout {
    struct caw__limit *limit; /* private, all of it; NULL: the block has been left */
    double             when;
    bool               expired;
} caw_timeout;

/* When the limit is over, on the loop's clock; INFINITY: never. */
double caw_timeout_when(const caw_timeout *scope);
/* Whether it was over before the block was left: from the moment when the task was cancelled on. Source: Timeout.expired. */
bool caw_timeout_expired(const caw_timeout *scope);
/*
 * Another limit, on the loop's clock; INFINITY: none. From the block or from anywhere else while it runs. 0; -CAW_RUNTIME_ERROR once it
 * has expired or the block has been left, -CAW_VALUE_ERROR for a NaN, -CAW_MEMORY_ERROR: nothing changes. Source: Timeout.reschedule.
 */
int caw_timeout_reschedule(caw_timeout *scope, double when);

#define CAW_WITH_TIMEOUT(scope, seconds)                                                                                       \
    {                                                                                                                          \
        CAW__ONLY(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                          \
        CAW__WITH_TIMEOUT(scope, caw__timeout_enter(caw__timeout, (seconds)))                                                  \
        CAW__MUST_END CAW_WITH_TIMEOUT_without_CAW_END_TIMEOUT;                                                                \
        CAW__INSIDE(this_works_only_after_CAW_WITH_TIMEOUT)                                                                    \
        CAW__LOUD
#define CAW_WITH_TIMEOUT_AT(scope, when)                                                                                       \
    {                                                                                                                          \
        CAW__ONLY(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                          \
        CAW__WITH_TIMEOUT(scope, caw__timeout_enter_at(caw__timeout, (when)))                                                  \
        CAW__MUST_END CAW_WITH_TIMEOUT_without_CAW_END_TIMEOUT;                                                                \
        CAW__INSIDE(this_works_only_after_CAW_WITH_TIMEOUT)                                                                    \
        CAW__LOUD
#define CAW_END_TIMEOUT                                                                                                        \
    CAW__ONLY(this_works_only_after_CAW_WITH_TIMEOUT)                                                                          \
    (void)sizeof CAW_WITH_TIMEOUT_without_CAW_END_TIMEOUT;                                                                     \
    CAW__END_TIMEOUT

#define CAW_MOVE_ON_AFTER(scope, seconds)                                                                                      \
    CAW__ONLY(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                              \
    caw_timeout scope[1];                                                                                                      \
    CAW_CHECK(caw__timeout_enter(scope, (seconds)));                                                                           \
    CAW__IN_TIMEOUT(scope)                                                                                                     \
    CAW__MUST_END CAW_MOVE_ON_AFTER_without_CAW_END_MOVE_ON;                                                                   \
    CAW__INSIDE(this_works_only_after_CAW_MOVE_ON_AFTER)                                                                       \
    CAW__LOUD
#define CAW_END_MOVE_ON                                                                                                        \
    CAW__ONLY(this_works_only_after_CAW_MOVE_ON_AFTER)                                                                         \
    (void)sizeof CAW_MOVE_ON_AFTER_without_CAW_END_MOVE_ON;                                                                    \
    CAW__LEAVE_TIMEOUT(true);                                                                                                  \
    }

/* ---- Private ----------------------------------------------------------------------------------------------------- */
CAW__HANDLE caw_any *caw__wait_for(caw_any *any, double seconds, uint32_t shape);
int                  caw__timeout_enter(caw_timeout *scope, double seconds);
int                  caw__timeout_enter_at(caw_timeout *scope, double when);
int                  caw__timeout_exit(caw_timeout *scope, int leaving, caw_error **error, bool move_on);

#define CAW__WITH_TIMEOUT(scope, enter)                                                                                        \
    CAW__QUIET                                                                                                                 \
    caw_timeout        caw__timeout[1];                                                                                        \
    caw_timeout *const scope = caw__timeout;                                                                                   \
    (void)scope;                                                                                                               \
    CAW__LOUD                                                                                                                  \
    CAW_CHECK(enter);                                                                                                          \
    CAW__TIMEOUT_SECTION(caw__timeout)

/* A block in a scope that has been entered. */
#define CAW__IN_TIMEOUT(entered)                                                                                               \
    {                                                                                                                          \
        CAW__TIMEOUT_SECTION(entered)
#define CAW__END_TIMEOUT                                                                                                       \
    CAW__LEAVE_TIMEOUT(false);                                                                                                 \
    }

#define CAW__TIMEOUT_SECTION(entered)                                                                                          \
    CAW__QUIET                                                                                                                 \
    caw_timeout *const caw__scope = (entered);                                                                                 \
    CAW__SECTION_ALONE                                                                                                         \
    CAW__LOUD                                                                                                                  \
    CAW__TASK_SCOPE                                                                                                            \
    CAW__SECTION

#define CAW__LEAVE_TIMEOUT(move_on)                                                                                            \
    CAW__SECTION_END                                                                                                           \
    caw__leaving = caw__timeout_exit(caw__scope, caw__leaving, &caw__error, (move_on));                                        \
    if (caw__leaving != CAW__STAY) goto caw__leave

#ifdef __cplusplus
extern "C++" template <class T> CAW__HANDLE inline caw__of<T> caw__wait_for_of(T (*handle)(caw_any *), double seconds)
{
    return (caw__of<T>)caw__wait_for((caw_any *)handle, seconds, caw__shaped<T>());
}
}
#endif
#endif
