/*
 * Owns: several awaitables of one result type of which one is wanted: the first to end, the first to succeed.
 * Must not know: why one was first.
 *
 * Both are structured: nothing that was given to them still runs when they are done. asyncio has neither; JavaScript's
 * Promise.race and Promise.any leave the others running, asyncio's staggered_race cancels them and does not wait.
 */
#ifndef CAWAIT_RACE_H
#define CAWAIT_RACE_H

#include <cawait/gather.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * caw_race(a, b, ...): up to 16 awaitables of one result type; coroutines become tasks, in the order of the arguments. Consumes
 * them all. The first to end, with a result or an error, decides: the others are cancelled, waited for, and then its result is
 * given or its error raised. One that is cancelled from elsewhere ends with CancelledError, which is raised, as by a gather.
 *
 *     caw_string *text = CAW_AWAIT(caw_race(caw_ref(download), from_cache(url)));
 *     if (caw_cancelled(download)) ...                                             // which one: ask those that you kept
 *
 * caw_any_of(a, b, ...): the same, but an error or a cancellation from elsewhere only leaves the field to the others: the first
 * result decides. When none is left ExceptionGroup is raised, of their errors in the order given; CancelledError when all were
 * cancelled. KeyboardInterrupt, SystemExit and their like decide at once, as in a task group.
 *
 * Both alike: of several that end in one pass the first to end is taken, of those that had ended before the call the first given;
 * what is then cancelled before it began never runs. Who refuses to be cancelled is waited for. What the others end with is lost: an
 * error counts as seen, as in a gather. Done two passes after the last end; a handle given twice counts once.
 *
 * Cancelling it (or the task that awaits it) cancels all that have not ended, again each time it is asked; when all have ended
 * CancelledError is raised, even if one of them has a result after all. Dropping it changes nothing: it goes on unheard. Only who
 * is in a circle of tasks that wait for each other is let go while others of them still run: a cancellation cuts the circle.
 *
 * caw_race_array(T, handles, count), caw_any_of_array(T, handles, count): the same for an array of caw_any * (caw_base(handle))
 * whose results are T; another type is a TypeError when it decides.
 * Never NULL. What is refused has dropped everything: ValueError for none and for another loop's future, TypeError for an awaitable
 * of your own (give it to caw_spawn), RuntimeError outside a loop, MemoryError.
 */
#define caw_race(...) CAW__RACE(caw__race, __VA_ARGS__)
#define caw_any_of(...) CAW__RACE(caw__any_of, __VA_ARGS__)
#define caw_race_array(T, handles, count) (CAW__USED(caw_of(T)) caw__race((handles), (count), caw__shared_shape(CAW__SHAPE(T))))
#define caw_any_of_array(T, handles, count)                                                                                    \
    (CAW__USED(caw_of(T)) caw__any_of((handles), (count), caw__shared_shape(CAW__SHAPE(T))))

/* ---- Private ----------------------------------------------------------------------------------------------------- */
CAW__HANDLE caw_any *caw__race(caw_any *const *handles, size_t count, uint32_t shape);
CAW__HANDLE caw_any *caw__any_of(caw_any *const *handles, size_t count, uint32_t shape);

#ifndef __cplusplus
/* The array of the first one's type refuses handles of another. */
#define CAW__FIRST(a, ...) a
#define CAW__FIRST_TYPE(...) __typeof__(CAW__FIRST(__VA_ARGS__, ))
#define CAW__RACE(function, ...)                                                                                               \
    (CAW__USED(CAW__FIRST_TYPE(__VA_ARGS__))                                                                                   \
         function((caw_any *const[]){CAW__EACH(caw_base, __VA_ARGS__)},                                                        \
                  sizeof((CAW__FIRST_TYPE(__VA_ARGS__)[]){__VA_ARGS__}) / sizeof(CAW__FIRST_TYPE(__VA_ARGS__)),                \
                  caw__shared_shape(CAW__SHAPE(CAW__RESULT(CAW__FIRST(__VA_ARGS__, ))))))
#else
#define CAW__RACE(function, ...) (CAW__HERE(), caw__race_of(function, CAW__EACH(+, __VA_ARGS__)))
extern "C++" template <class T, class... H>
CAW__HANDLE inline caw__of<T> caw__race_of(caw_any *(*function)(caw_any *const *, size_t, uint32_t), T (*first)(caw_any *),
                                           H... more)
{
    static_assert((__is_same(H, caw__of<T>) && ... && true), "what is raced has one result type");
    caw_any *const all[] = {(caw_any *)first, (caw_any *)more...};
    return (caw__of<T>)function(all, sizeof...(more) + 1, caw__shaped<T>());
}
#endif

#ifdef __cplusplus
}
#endif
#endif
