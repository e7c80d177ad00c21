/*
 * Owns: as_completed: several awaitables, one after another in the order in which they end (asyncio.as_completed).
 * Must not know: what becomes of those that nobody asks for.
 *
 *     caw_completions *it = caw_as_completed(caw_ref(ipv4), caw_ref(ipv6));
 *     CAW_DEFER(caw_unref, it);
 *     CAW_FOR_NEXT(caw_any *first, caw_next_completed(it)) {               // which one: a done task or future
 *         if (first == caw_base(ipv6)) ...
 *         caw_unref(first);
 *     } CAW_END_FOR;
 *
 *     CAW_FOR_NEXT(double size, caw_next_result(it, double)) {             // or only what it gave; its error is raised
 *         total += size;
 *     } CAW_END_FOR;
 */
#ifndef CAWAIT_AS_COMPLETED_H
#define CAWAIT_AS_COMPLETED_H

#include <cawait/gather.h>
#include <cawait/timeout.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counted. Dropping it drops the interest in those that have not ended: they go on; its time limit is off. */
typedef struct caw_completions caw_completions;

/*
 * caw_as_completed(a, b, ...): up to 16 awaitables, of any result types; coroutines become tasks, in the order of the arguments.
 * Consumes them all. A handle given twice counts once.
 * caw_as_completed_within(seconds, a, b, ...): once that time is over, from this call on, every next of one that has not ended by
 * then raises TimeoutError; nothing is cancelled. CAW_NEVER: no limit.
 * caw_as_completed_array(handles, count, seconds): the same for an array of caw_any * (caw_base(handle)); none: an end at once.
 * A new reference. NULL without memory, having dropped what was given; a next of NULL raises MemoryError, so it needs no check.
 * What it refuses (no running loop, another loop's future, a NaN, an awaitable of your own that was not given to caw_spawn) is
 * dropped with all the rest, and every next raises RuntimeError, ValueError or TypeError. Source: asyncio.as_completed.
 */
#define caw_as_completed(...) caw_as_completed_within(CAW_NEVER, __VA_ARGS__)
#ifndef __cplusplus
#define caw_as_completed_within(seconds, ...)                                                                                  \
    caw_as_completed_array(CAW__LIST(caw_any *const, CAW__EACH(CAW__TAKE, __VA_ARGS__)), (seconds))
#else
#define caw_as_completed_within(seconds, ...) (CAW__HERE(), caw__as_completed_of((seconds), CAW__EACH(CAW__TAKE, __VA_ARGS__)))
#endif
CAW__REFERENCE caw_completions *caw_as_completed_array(caw_any *const *handles, size_t count, double seconds);

/*
 * Gives the next that has ended: itself, a new reference, whatever its outcome; the same handle that was given, or the task made of
 * a coroutine. Resumes two passes after the end; at once if one has ended before. Raises StopAsyncIteration when as many have
 * been asked for as there are, TimeoutError when the time is over. Borrows `it` and keeps a reference until it ends.
 * Several may be waiting: each takes one of them, first come, first served. One that is cancelled, or gets no memory, counts as asked
 * for all the same, so that one of those given is left over, as in asyncio. Source: async for, __anext__; rule 4.
 */
CAW__HANDLE caw_of(caw_any *) caw_next_completed(caw_completions *it);

/*
 * caw_next_result(it, T): gives the result of the next that has ended, a T, or raises its error (CancelledError if it was
 * cancelled). It counts as asked for from this call on, awaited or not; otherwise as caw_next_completed, and both may be used on one
 * iterator. TypeError when the result is no T. Source: for, __next__.
 */
#define caw_next_result(it, T) (CAW__USED(caw_of(T)) caw__next_result((it), caw__shared_shape(CAW__SHAPE(T))))

/* ---- Private ----------------------------------------------------------------------------------------------------- */
CAW__HANDLE caw_any *caw__next_result(caw_completions *it, uint32_t shape);

#ifdef __cplusplus
extern "C++" template <class... H> CAW__REFERENCE inline caw_completions *caw__as_completed_of(double seconds, H... handles)
{
    caw_any *const all[] = {handles...};
    return caw_as_completed_array(all, sizeof...(handles), seconds);
}
}
#endif
#endif
