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
 * caw_wait_for(handle, seconds): awaits it, in the same task, and gives its result; if that takes longer it is cancelled, waited
 * for, and TimeoutError raised. Consumes the handle. CAW_NEVER: no limit. 0 or less: a result that is there is given, anything else
 * is cancelled at once (a coroutine never starts). If the inside swallows the cancellation and returns, its result is given.
 * Being cancelled cancels the inside. Source: asyncio.wait_for; rules 21-27.
 */
#define caw_wait_for(handle, seconds)                                                                                          \
    ((__typeof__(handle))caw__wait_for(caw_base(handle), (seconds), CAW__SHAPE(CAW__RESULT(handle))))

/*
 * CAW_WITH_TIMEOUT(scope, seconds) { ... } CAW_END_TIMEOUT; runs a block under a limit: when it is over, the task is cancelled at its
 * next suspension, and the CancelledError that leaves the block becomes TimeoutError. `scope` is a caw_timeout * for the calls
 * below, valid in the block. A block that never suspends is never interrupted. Nests; an outside cancellation in the same moment
 * wins. Use inside an async function; may await; `return` it by CAW_RETURN. Source: asyncio.timeout.
 */
typedef struct caw_timeout caw_timeout;

/* When the limit is over, on the loop's clock; INFINITY: never. */
double caw_timeout_when(const caw_timeout *scope);
/* Whether it has expired. */
bool caw_timeout_expired(const caw_timeout *scope);
/* Another limit, on the loop's clock; INFINITY: none. 0, or -CAW_RUNTIME_ERROR when it has expired. Source: Timeout.reschedule. */
int caw_timeout_reschedule(caw_timeout *scope, double when);

#define CAW_WITH_TIMEOUT(scope, seconds) CAW__WITH_TIMEOUT(scope, caw__timeout_enter(seconds))
#define CAW__WITH_TIMEOUT(scope, entered)                                                                                      \
    {                                                                                                                          \
        CAW__QUIET                                                                                                             \
        caw_timeout *const scope = (entered), *const caw__scope = scope;                                                       \
        (void)scope;                                                                                                           \
        if (CAW__UNLIKELY(!scope)) CAW_RAISE(CAW_MEMORY_ERROR, NULL);                                                          \
        int        caw__round = 0;                                                                                             \
        caw_error *caw__handled = NULL, *const caw__outer = caw__handling;                                                     \
        CAW__LOUD                                                                                                              \
        CAW__SECTION

#define CAW_END_TIMEOUT                                                                                                        \
    CAW__SECTION_END                                                                                                           \
    caw__leaving = caw__timeout_exit(caw__scope, caw__leaving, &caw__error);                                                   \
    if (caw__leaving != CAW__STAY) goto caw__leave;                                                                            \
    }

/* ---- Private ----------------------------------------------------------------------------------------------------- */
caw_any     *caw__wait_for(caw_any *any, double seconds, uint32_t shape);
caw_timeout *caw__timeout_enter(double seconds);
int          caw__timeout_exit(caw_timeout *scope, int leaving, caw_error **error);

#ifdef __cplusplus
}
#endif
#endif
