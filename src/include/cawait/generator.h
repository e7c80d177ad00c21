/*
 * Owns: async generators: CAW_ASYNC_GEN, CAW_YIELD, anext, asend, athrow, aclose; and the loops over them, CAW_FOR_AWAIT.
 * Must not know: what drives a step; a generator runs in the task that awaits its next item.
 *
 *     CAW_ASYNC_GEN(int, countdown, int from)          // item type, name, parameters; `static CAW_ASYNC_GEN(...)` works too
 *     {
 *         CAW_BEGIN_GEN(int) {
 *             for (int i = from; i > 0; i--) {
 *                 CAW_AWAIT(caw_sleep(1));
 *                 CAW_YIELD(i);
 *             }
 *         } CAW_END_GEN;
 *     }
 *
 *     CAW_FOR_AWAIT(int i, countdown(3)) {             // in an async function
 *         printf("%d\n", i);
 *     } CAW_END_FOR;
 *
 * Declared elsewhere as: caw_gen(int) countdown(int from);
 * Calling it runs nothing and costs one allocation, all there is: an item costs none. A body ends by its end or CAW_RETURN(), and
 * may use all that an async function may: CAW_TRY, CAW_DEFER... Do not yield inside a timeout scope or a task group: they belong
 * to the task that entered them, and cancel that one, wherever it is then (PEP 789). The checked build reports it, at once and with
 * both lines. The one CAW_YIELD of a generator that CAW_WITH_AS runs may: its block is inside the scope.
 */
#ifndef CAWAIT_GENERATOR_H
#define CAWAIT_GENERATOR_H

#include <cawait/task.h>
#include <cawait/try.h>
#include <cawait/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * caw_gen(T): the typed handle of an async generator of Ts: counted (caw_ref, caw_unref). The last reference to one that stands at a
 * CAW_YIELD closes it in a task of its own, as asyncio's finalizer does; better close it where you are, by CAW_FOR_AWAIT or
 * caw_aclose, so that its cleanup runs in your task, before you go on. With its loop closed, only its CAW_DEFERs run, and a report
 * says so.
 */
typedef struct caw_generator caw_generator;
#define caw_gen(T) __typeof__(T(*)(caw_generator *))

/*
 * caw_anext(g): an awaitable of the next item; borrows g (until it was awaited it holds a reference of its own). Raises what the body
 * raises; StopAsyncIteration when it has ended, also ever after. RuntimeError while another task runs a step of it. An error that
 * leaves the body ends it; being cancelled inside it is such an error. A StopAsyncIteration that the body raises comes out as
 * RuntimeError. Source: anext(), agen.__anext__.
 */
#define caw_anext(g) (CAW__USED(caw_of(CAW__ITEM(g))) caw__anext(CAW__GENERATOR_OF(g)))

/*
 * caw_asend(g, value): as caw_anext, and hands the body a caw_value (taken over), which it gets by CAW_SENT() after the CAW_YIELD.
 * TypeError before the first item unless it is caw_none(). Source: agen.asend.
 */
#define caw_asend(g, value) (CAW__USED(caw_of(CAW__ITEM(g))) caw__asend(CAW__GENERATOR_OF(g), (value)))

/*
 * caw_athrow(g, error): raises the error at the CAW_YIELD where the body stands, consumes it, and gives the next item, if the body
 * goes on to one. Before the first step the body never runs: the generator has ended and the error comes out. After its end nothing
 * is raised: the result is a zero. Source: agen.athrow.
 */
#define caw_athrow(g, error) (CAW__USED(caw_of(CAW__ITEM(g))) caw__athrow(CAW__GENERATOR_OF(g), (error)))

/*
 * caw_aclose(g): raises GeneratorExit where the body stands, so that its CAW_FINALLY run, which may await; gives nothing. Before the
 * first step the body never runs; after the end it does nothing. A body that yields instead of ending: RuntimeError "async generator
 * ignored GeneratorExit". Borrows g. Source: agen.aclose.
 */
#define caw_aclose(g) caw__aclose(CAW__GENERATOR_OF(g))

/*
 * Closes all generators of `loop` (NULL: the running one) that have begun and not ended, oldest first, at once; what their cleanup
 * raises goes to the exception handler. caw_run does it before it closes the loop. Source: loop.shutdown_asyncgens.
 */
CAW__HANDLE caw_of(void) caw_shutdown_generators(caw_loop *loop);

/* ---- Private ----------------------------------------------------------------------------------------------------- */

struct caw_generator {
    caw__object    object; /* one reference a handle, one a step that is under way or about to be */
    caw_any       *next;   /* the frame's promise: what a step awaits */
    caw_error     *thrown; /* to be raised by the CAW_YIELD where it stands */
    caw_loop      *loop;   /* in whose list it is; NULL: it has not begun, or ended, or its loop is closed */
    caw_generator *before, *after;
    caw_value      sent;
    bool           begun;
    bool           closed;  /* by aclose, whether it has ended or not */
    bool           managed; /* runs a CAW_WITH_AS: its yield is the block */
    uint8_t        idle;    /* nobody has it any more: */
    caw_any       *closer;  /* the task that closes it then, a reference; NULL: none yet, or it is in its eager first step */
    caw__slot      closing; /* where that finds an error that came before its first step */
};

/*
 * In caw_generator.idle: somebody has it; or, nobody: a callback that is to close it has it; there was no way to schedule that, and it
 * has itself until the end of the loop; and a task was made to close it.
 */
enum { CAW__WANTED = 0, CAW__TO_BE_CLOSED = 1, CAW__LEFT = 2, CAW__BEING_CLOSED = 4 };

extern const struct caw__type caw__generator_type;
extern CAW__TLS caw_generator caw__no_generator; /* immortal: its steps raise MemoryError */

void       caw__generator_begin(caw_generator *g);
void       caw__generator_idle(caw_generator *g); /* its last reference is gone, at a yield */
void       caw__generator_in_scope(caw_generator *g, unsigned line, unsigned scope); /* it yields there, see PEP 789 */
caw_error *caw__generator_end(caw_generator *g, caw_error *error);
void       caw__generator_clear(caw_generator *g); /* it has ended, or will not go on: what it holds besides its frame */
caw_error *caw__generator_refuse(const caw_any *step);
caw_error *caw__generator_take(caw_generator *g);
caw_value  caw__generator_sent(caw_generator *g);
CAW__HANDLE caw_any *caw__asend(caw_generator *g, caw_value value);
CAW__HANDLE caw_any *caw__athrow(caw_generator *g, caw_error *error);
CAW__HANDLE          caw_of(void) caw__aclose(caw_generator *g);
caw_any             *caw__iteration_leave(caw_generator *g);

static inline caw_any *caw__anext(caw_generator *g)
{
    if (CAW__UNLIKELY(g->object.refs == CAW__IMMORTAL)) return caw__no_memory;
    CAW__OURS(g);
    g->object.refs++;
    return g->next;
}

#ifdef __cplusplus
}
#endif

#ifdef __cplusplus
#define CAW__ITEM(...) decltype(caw__result_of(caw__raw(__VA_ARGS__)))
#define CAW__GENERATOR_OF(g) caw__generator_of(caw__raw(g))
extern "C++" template <class T> inline caw_generator *caw__generator_of(T (*handle)(caw_generator *))
{
    return (caw_generator *)handle;
}
#else
#define CAW__ITEM(g) __typeof__((g)((caw_generator *)0))
#define CAW__GENERATOR_OF(g) ((caw_generator *)(1 ? (g) : (CAW__ITEM(g)(*)(caw_generator *))0))
#endif

#if !defined(__cplusplus) && !defined(CAW_NO_ASYNC)

#define CAW__BODY_OF_GEN(T) __typeof__(T(**)(struct caw__not_return_but_CAW_RETURN *))
#define CAW_ASYNC_GEN(T, name, ...)                                                                                            \
    CAW__ASYNC(__COUNTER__, caw_gen(T), CAW__BODY_OF_GEN(T), name, __VA_ARGS__)                                                \
    _Static_assert(!(caw__number_of_##name == CAW_CORO_NAMES), CAW__ONE_MORE);                                                 \
    CAW__ASYNC_BODY(CAW__BODY_OF_GEN(T), name, __VA_ARGS__)

/* CAW_BEGIN_GEN(T) { ... } CAW_END_GEN; the _OWNING form as CAW_BEGIN_OWNING. */
#define CAW_BEGIN_GEN(T)                                                                                                       \
    CAW__MUST_END CAW_BEGIN_GEN_without_CAW_END_GEN;                                                                           \
    CAW__LOUD     CAW__BEGIN_GEN(T, (void)0)
#define CAW_BEGIN_GEN_OWNING(T, give_up)                                                                                       \
    CAW__MUST_END CAW_BEGIN_GEN_without_CAW_END_GEN;                                                                           \
    CAW__LOUD     CAW__BEGIN_GEN(T, give_up)
#define CAW__BEGIN_GEN(T, give_up)                                                                                             \
    CAW__INSIDE(this_works_only_in_an_async_generator_between_CAW_BEGIN_GEN_and_CAW_END_GEN)                                   \
    _Static_assert(!CAW__IS_VOID(T), "CAW_BEGIN_GEN: an async generator gives items, which cannot be void");                   \
    typedef caw__nothing caw__result_type __attribute__((unused));                                                             \
    typedef CAW__BODY_OF_GEN(T) caw__handle_type;                                                                              \
    typedef CAW__STORED(T) caw__item_type __attribute__((unused));                                                             \
    enum { caw__shape = 0, caw__void = 1, caw__item_shape = CAW__SHAPE(T) };                                                   \
    CAW__DESCRIBE(caw__item_shape);                                                                                            \
    static caw__generator_desc caw__generator_desc_here = {.desc = CAW__DESC(caw__item_shape),                                 \
                                                           .refuse = caw__generator_refuse};                                   \
    caw__unmarked:                                                                                                             \
    __attribute__((unused));                                                                                                   \
    caw_generator caw__inside_CAW_BEGIN_GEN;                                                                                   \
    CAW__FRAME(&caw__no_generator, CAW__GENERATOR_PREPARE(), give_up)                                                          \
    caw__result_type caw__result = {0};                                                                                        \
    _Bool            caw__returned = 0;                                                                                        \
    (void)caw__result, (void)caw__returned;                                                                                    \
    caw__generator_begin(&caw__inside_CAW_BEGIN_GEN);

#define CAW__GENERATOR_PREPARE()                                                                                               \
    __extension__({                                                                                                            \
        CAW__OFFSET_SET(&caw__generator_desc_here, (char *)&caw__inside_CAW_BEGIN_GEN - (char *)&caw__inside_CAW_BEGIN);       \
        caw__inside_CAW_BEGIN.desc = &caw__generator_desc_here.desc;                                                           \
        caw__inside_CAW_BEGIN.state = CAW__GENERATOR;                                                                          \
        caw__inside_CAW_BEGIN_GEN = (caw_generator){                                                                           \
            .object = {CAW__BY_THREAD.kind = CAW__OBJECT, .refs = 1, .type = &caw__generator_type},                            \
            .next = (caw_any *)&caw__inside_CAW_BEGIN,                                                                         \
        };                                                                                                                     \
    })

/* The frame stays until the last reference is gone, and is then destroyed from where it stands; here, if this step had that one. */
#define CAW_END_GEN                                                                                                            \
    CAW__LOUD(void) 0;                                                                                                         \
    CAW__ONLY(this_works_only_in_an_async_generator_between_CAW_BEGIN_GEN_and_CAW_END_GEN)                                     \
    (void)sizeof CAW_BEGIN_GEN_without_CAW_END_GEN;                                                                            \
    CAW__CHECK_BLOCK();                                                                                                        \
    caw__leave:                                                                                                                \
    __attribute__((unused));                                                                                                   \
    CAW__DEFERRED();                                                                                                           \
    if (caw__leaving != CAW__RAISING) caw__error = NULL;                                                                       \
    else caw__error = caw__error_leaves(&caw__inside_CAW_BEGIN, caw__error, caw__line);                                        \
    caw__inside_CAW_BEGIN.kind = CAW__EXHAUSTED;                                                                               \
    caw__inside_CAW_BEGIN.slot->error = caw__generator_end(&caw__inside_CAW_BEGIN_GEN, caw__error);                            \
    caw__finish(caw__inside_CAW_BEGIN.slot);                                                                                   \
    if (--caw__inside_CAW_BEGIN_GEN.object.refs) CAW__SUSPEND_TO(caw__empty, (void)0);                                         \
    caw__generator_clear(&caw__inside_CAW_BEGIN_GEN);                                                                          \
    CAW__EXIT((char *)__builtin_coro_promise(caw__frame, _Alignof(caw__co), 0) + CAW__OFFSET(&caw__generator_desc_here),       \
              (void)0)

/*
 * CAW_YIELD(value): gives an item to whoever awaits the next one and stands here until the one after it is asked for. A statement.
 * Raises what caw_athrow and caw_aclose throw. A counted item's reference goes over to the receiver. May be anywhere in the body but
 * a CAW_DEFER; whatever is alive here stays alive.
 */
#define CAW_YIELD(value)                                                                                                       \
    do {                                                                                                                       \
        CAW__ONLY(this_works_only_in_an_async_generator_between_CAW_BEGIN_GEN_and_CAW_END_GEN)                                 \
        caw__item_type caw__item = (value);                                                                                    \
        CAW__CHECK_BLOCK();                                                                                                    \
        CAW__CHECK_YIELD();                                                                                                    \
        if (CAW__LIKELY(caw__inside_CAW_BEGIN.out != NULL)) *(caw__item_type *)caw__inside_CAW_BEGIN.out = caw__item;          \
        else caw__result_drop(caw__item_shape, &caw__item);                                                                    \
        caw__inside_CAW_BEGIN.kind = CAW__FRESH;                                                                               \
        caw__finish(caw__inside_CAW_BEGIN.slot);                                                                               \
        if (CAW__UNLIKELY(--caw__inside_CAW_BEGIN_GEN.object.refs == 0)) caw__generator_idle(&caw__inside_CAW_BEGIN_GEN);      \
        CAW__SUSPEND();                                                                                                        \
        if (CAW__UNLIKELY(caw__inside_CAW_BEGIN_GEN.thrown != NULL))                                                           \
            CAW__PASS_ON(caw__error_chained(&caw__inside_CAW_BEGIN, caw__generator_take(&caw__inside_CAW_BEGIN_GEN)));         \
    } while (0)

#ifdef CAW_CHECKED
#define CAW__CHECK_YIELD()                                                                                                     \
    if (caw__scope_line != 0 && !caw__inside_CAW_BEGIN_GEN.managed)                                                            \
    caw__generator_in_scope(&caw__inside_CAW_BEGIN_GEN, __LINE__, (unsigned)caw__scope_line)
#else
#define CAW__CHECK_YIELD() (void)0
#endif

/* In a generator, after a CAW_YIELD: the caw_value that caw_asend gave, now yours; caw_none() when it was a plain step. */
#define CAW_SENT() caw__generator_sent(&caw__inside_CAW_BEGIN_GEN)

/*
 * CAW_FOR_AWAIT(declaration, generator) { ... } CAW_END_FOR; awaits one item after the other and runs the block with each; consumes
 * the reference to the generator. `break` and `continue` work. However it is left (end, break, CAW_RETURN, error, cancellation), if
 * that was the last reference the generator is closed and its cleanup awaited before anything else goes on; who kept one
 * (caw_ref(g)) may go on with it later. An error of the cleanup replaces the one that left the block. Source: async for, except that
 * Python leaves the closing to a finalizer.
 */
#define CAW_FOR_AWAIT(declaration, generator)                                                                                  \
    {                                                                                                                          \
        CAW__QUIET                                                                                                             \
        CAW__USE(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                           \
        __auto_type const caw__iterated = (generator);                                                                         \
        caw_generator    *caw__closing = CAW__GENERATOR_OF(caw__iterated);                                                     \
        int               caw__cut_off = 0; /* the frame is destroyed where it stands in the loop */                           \
        CAW__LOUD                                                                                                              \
        CAW__FOR(declaration, caw_anext(caw__iterated))                                                                        \
        CAW__MUST_END this_loop_needs_a_CAW_END_FOR;                                                                           \
        CAW__INSIDE(this_works_only_after_CAW_FOR_AWAIT_or_CAW_FOR_NEXT)                                                       \
        CAW__LOUD

/*
 * CAW_FOR_NEXT(declaration, expression) { ... } CAW_END_FOR; evaluates the expression, a handle, before each round and awaits it;
 * ends when that raises StopAsyncIteration. For iterators of one's own: CAW_FOR_NEXT(int x, cursor_next(&cursor)). Source: async for
 * over an object with __anext__.
 */
#define CAW_FOR_NEXT(declaration, expression)                                                                                  \
    {                                                                                                                          \
        CAW__ONLY(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                          \
        caw_generator *caw__closing = NULL;                                                                                    \
        int            caw__cut_off = 0;                                                                                       \
        CAW__FOR(declaration, expression)                                                                                      \
        CAW__MUST_END this_loop_needs_a_CAW_END_FOR;                                                                           \
        CAW__INSIDE(this_works_only_after_CAW_FOR_AWAIT_or_CAW_FOR_NEXT)                                                       \
        CAW__LOUD

#define CAW__FOR(declaration, expression)                                                                                      \
    {                                                                                                                          \
        __label__ caw__leave, caw__destroy;                                                                                    \
        CAW__CHECK_BLOCK();                                                                                                    \
        caw__cut_off = 1;                                                                                                      \
        CAW__ENTER_BLOCK(caw__cut_off)                                                                                         \
        caw__cut_off = 0;                                                                                                      \
        for (;;) {                                                                                                             \
            CAW__QUIET                                                                                                         \
            __auto_type caw__h = (expression);                                                                                 \
            CAW__STORED_RESULT(caw__h) caw__v;                                                                                 \
            caw__slot caw__s;                                                                                                  \
            caw__s.waiter = (uintptr_t)&caw__inside_CAW_BEGIN | CAW__INLINE;                                                   \
            caw__s.error = NULL;                                                                                               \
            CAW__STANDS();                                                                                                     \
            if (caw__await(&caw__inside_CAW_BEGIN, (caw_any *)caw__h, &caw__s, &caw__v)) CAW__SUSPEND();                       \
            if (CAW__UNLIKELY(caw__s.error != NULL)) {                                                                         \
                if (!caw_error_is(caw__s.error, CAW_STOP_ASYNC_ITERATION)) CAW__PASS_ON(caw__s.error);                         \
                caw_unref(caw__s.error);                                                                                       \
                break;                                                                                                         \
            }                                                                                                                  \
            declaration = caw__v;                                                                                              \
            CAW__LOUD

#define CAW_END_FOR                                                                                                            \
    CAW__ONLY(this_works_only_after_CAW_FOR_AWAIT_or_CAW_FOR_NEXT)                                                             \
    (void)sizeof this_loop_needs_a_CAW_END_FOR;                                                                                \
    CAW__CHECK_BLOCK();                                                                                                        \
    }                                                                                                                          \
    caw__leave:                                                                                                                \
    __attribute__((unused));                                                                                                   \
    if (0) {                                                                                                                   \
    caw__destroy:                                                                                                              \
        __attribute__((unused));                                                                                               \
        caw__cut_off = 1;                                                                                                      \
    }                                                                                                                          \
    }                                                                                                                          \
    caw__in_block = caw__block;                                                                                                \
    if (caw__cut_off) {                                                                                                        \
        caw_unref(caw__closing);                                                                                               \
        goto caw__destroy;                                                                                                     \
    }                                                                                                                          \
    if (caw__closing) {                                                                                                        \
        CAW__QUIET                                                                                                             \
        caw_any *caw__h = caw__iteration_leave(caw__closing);                                                                  \
        CAW__LOUD                                                                                                              \
        if (caw__h) {                                                                                                          \
            CAW__QUIET caw__slot caw__s;                                                                                       \
            caw__defer           caw__mark;                                                                                    \
            CAW__LOUD                                                                                                          \
            if (caw__leaving == CAW__RAISING) caw__handle(&caw__inside_CAW_BEGIN, &caw__mark, caw__error);                     \
            caw__s.waiter = (uintptr_t)&caw__inside_CAW_BEGIN | CAW__INLINE;                                                   \
            caw__s.error = NULL;                                                                                               \
            CAW__STANDS();                                                                                                     \
            if (caw__await(&caw__inside_CAW_BEGIN, caw__h, &caw__s, NULL)) CAW__SUSPEND();                                     \
            caw__handled(&caw__inside_CAW_BEGIN, &caw__mark);                                                                  \
            if (CAW__UNLIKELY(caw__s.error != NULL)) {                                                                         \
                if (caw__leaving == CAW__RAISING) caw_unref(caw__error);                                                       \
                caw__error = caw__s.error;                                                                                     \
                caw__line = CAW__LINE;                                                                                         \
                caw__leaving = CAW__RAISING;                                                                                   \
            }                                                                                                                  \
        }                                                                                                                      \
    }                                                                                                                          \
    if (caw__leaving != CAW__STAY) goto caw__leave;                                                                            \
    }

#endif
#endif
