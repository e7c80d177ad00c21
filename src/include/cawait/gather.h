/*
 * Owns: gather: several awaitables at once, results in the order of the arguments (asyncio.gather).
 * Must not know: how a child is scheduled.
 */
#ifndef CAWAIT_GATHER_H
#define CAWAIT_GATHER_H

#include <cawait/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a gather gives: the outcomes of its children in the order of the arguments. Counted; read only. */
typedef struct caw_results caw_results;

/*
 * caw_gather(a, b, ...): up to 16 awaitables, of any result types; coroutines become tasks, in the order of the arguments. Consumes
 * them all. Done when all are done; the first child that fails or is cancelled fails it at once, while its siblings go on running.
 * caw_gather_settled(...): waits for all whatever happens, and puts errors among the results (return_exceptions=True).
 * caw_gather_array(handles, count): the same for an array of caw_any * (caw_base(handle)); NULL or 0: a done gather of nothing.
 * Cancelling the gather cancels every child. An awaitable of your own (caw_awaitable) must be given to caw_spawn first.
 * A handle given twice counts once and is twice among the results. It lives until its children are done, whoever drops it; over a
 * plain future that nobody completes, until the loop is closed, which cancels it. Source: asyncio.gather; rules 18-20.
 *
 *     caw_results *r = CAW_AWAIT(caw_gather(size("a"), name("b")));
 *     CAW_DEFER(caw_unref, r);
 *     printf("%d %s\n", caw_result_at(r, 0, int), caw_result_at(r, 1, const char *));
 */
#define caw_gather(...) CAW__GATHER(false, __VA_ARGS__)
#define caw_gather_settled(...) CAW__GATHER(true, __VA_ARGS__)
CAW__HANDLE caw_of(caw_results *) caw_gather_array(caw_any *const *handles, size_t count);
CAW__HANDLE caw_of(caw_results *) caw_gather_settled_array(caw_any *const *handles, size_t count);

size_t caw_results_count(const caw_results *results);
/*
 * The result of child `index` as a T, with which you are one more owner of it. Zero, and a report, when there is none: index out of
 * range, another T, the child failed (ask caw_error_at first after caw_gather_settled), or no memory to copy it (caw_value_copy).
 * Another T is told by its size and its kind: integers (signed or not, and enums), bool, floating numbers, pointers, structs, each
 * counted type and caw_value; pointers to different things of the program's, or structs of one size, are not told apart.
 */
#define caw_result_at(results, index, T)                                                                                       \
    __extension__({                                                                                                            \
        T caw__at = CAW__ZERO;                                                                                                 \
        caw__results_read((results), (index), &caw__at, caw__shared_shape(CAW__SHAPE(T)));                                     \
        caw__at;                                                                                                               \
    })
/* The error of child `index`, borrowed; NULL when it has a result. A cancelled child has a CancelledError. */
caw_error *caw_error_at(caw_results *results, size_t index);

/* ---- Private ----------------------------------------------------------------------------------------------------- */
CAW__HANDLE caw_of(caw_results *) caw__gather(caw_any *const *handles, size_t count, bool settled);
int         caw__results_read(const caw_results *results, size_t index, void *out, uint32_t shape);

#ifndef __cplusplus
#define CAW__GATHER(settled, ...) caw__gather(CAW__LIST(caw_any *const, CAW__EACH(CAW__TAKE, __VA_ARGS__)), settled)
#else
#define CAW__GATHER(settled, ...) (CAW__HERE(), caw__gather_of((settled), CAW__EACH(CAW__TAKE, __VA_ARGS__)))
#endif

/* caw_base(a), caw_base(b)... for up to 16 */
#define CAW__EACH(f, ...) CAW__EACH_N(__VA_ARGS__, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)(f, __VA_ARGS__)
#define CAW__EACH_N(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, count, ...) CAW__CAT(CAW__EACH_, count)
#define CAW__EACH_1(f, a) f(a)
#define CAW__EACH_2(f, a, ...) f(a), CAW__EACH_1(f, __VA_ARGS__)
#define CAW__EACH_3(f, a, ...) f(a), CAW__EACH_2(f, __VA_ARGS__)
#define CAW__EACH_4(f, a, ...) f(a), CAW__EACH_3(f, __VA_ARGS__)
#define CAW__EACH_5(f, a, ...) f(a), CAW__EACH_4(f, __VA_ARGS__)
#define CAW__EACH_6(f, a, ...) f(a), CAW__EACH_5(f, __VA_ARGS__)
#define CAW__EACH_7(f, a, ...) f(a), CAW__EACH_6(f, __VA_ARGS__)
#define CAW__EACH_8(f, a, ...) f(a), CAW__EACH_7(f, __VA_ARGS__)
#define CAW__EACH_9(f, a, ...) f(a), CAW__EACH_8(f, __VA_ARGS__)
#define CAW__EACH_10(f, a, ...) f(a), CAW__EACH_9(f, __VA_ARGS__)
#define CAW__EACH_11(f, a, ...) f(a), CAW__EACH_10(f, __VA_ARGS__)
#define CAW__EACH_12(f, a, ...) f(a), CAW__EACH_11(f, __VA_ARGS__)
#define CAW__EACH_13(f, a, ...) f(a), CAW__EACH_12(f, __VA_ARGS__)
#define CAW__EACH_14(f, a, ...) f(a), CAW__EACH_13(f, __VA_ARGS__)
#define CAW__EACH_15(f, a, ...) f(a), CAW__EACH_14(f, __VA_ARGS__)
#define CAW__EACH_16(f, a, ...) f(a), CAW__EACH_15(f, __VA_ARGS__)

#ifdef __cplusplus
extern "C++" template <class... H> CAW__HANDLE inline caw__of<caw_results *> caw__gather_of(bool settled, H... handles)
{
    caw_any *const all[] = {handles...};
    return caw__gather(all, sizeof...(handles), settled);
}
}
#endif
#endif
