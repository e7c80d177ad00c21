/*
 * Owns: one async function over many inputs, so many at once.
 * Must not know: what the function does.
 *
 *     CAW_ASYNC(double, page_size, const char **url) { ... }
 *
 *     const char  *urls[] = {"https://...", ...};
 *     caw_results *sizes = CAW_AWAIT(caw_map(page_size, urls, sizeof urls / sizeof *urls, 8));
 *     CAW_DEFER(caw_unref, sizes);
 *     printf("%g\n", caw_result_at(sizes, 0, double));
 */
#ifndef CAWAIT_MAP_H
#define CAWAIT_MAP_H

#include <cawait/gather.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * caw_map(function, inputs, count, limit): calls function(&inputs[i]) for each of the `count` inputs, in order, and runs what it
 * returns as tasks, at most `limit` at once: the first ones from this call on, each other one when one has ended. Gives the
 * results in the order of the inputs, as a gather (caw_result_at). The inputs are borrowed until it is done. Every task has a copy of
 * the context that is current now.
 *
 * The first error, or cancellation from elsewhere, ends it: no other input is begun, all that run are cancelled and waited for, then
 * it is raised. What those end with is lost: an error counts as seen, as in a gather. Cancelling it (or the task that awaits
 * it) does the same, each time it is asked, and CancelledError is raised when all have ended. Dropping it changes nothing. So: once
 * it is done, nothing of it runs (but for a circle, see race.h). Done two passes after the last end; count 0: at once.
 * Never NULL. ValueError for a limit of 0, RuntimeError outside a loop, MemoryError: nothing was called then.
 * asyncio has none; what its users build of a Semaphore and a TaskGroup.
 */
#ifndef __cplusplus
#define caw_map(function, inputs, count, limit)                                                                                \
    (CAW__USED(caw_of(caw_results *)) caw__map((caw__applied *)(void (*)(void))(CAW__APPLIED(function, inputs)),               \
                                               (void *)(uintptr_t)(inputs), sizeof *(inputs), (count), (limit)))
#else
#define caw_map(function, inputs, count, limit)                                                                                \
    (CAW__USED(caw_of(caw_results *))                                                                                          \
         caw__map(caw__applying<function>((inputs)), (void *)(uintptr_t)(inputs), sizeof *(inputs), (count), (limit)))
#endif

/* ---- Private ----------------------------------------------------------------------------------------------------- */
typedef caw_any     *caw__applied(void *input);
CAW__HANDLE caw_any *caw__map(caw__applied *function, void *inputs, size_t size, size_t count, size_t limit);

/* The function, once the compiler has seen that it takes such an input and gives a handle. */
#define CAW__APPLIED(function, inputs) (1 ? (function) : ((void)sizeof(caw_base((function)(inputs))), (function)))

#ifdef __cplusplus
}
/* What calls the function, as an object that it returns goes another way than a handle. */
template <auto *function, class T> constexpr caw__applied *caw__applying(T *)
{
    return [](void *input) -> caw_any * { return CAW__TAKE(function((T *)input)); };
}
#endif
#endif
