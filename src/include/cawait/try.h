/*
 * Owns: raising and handling errors inside async functions: CAW_RAISE, CAW_TRY / EXCEPT / FINALLY / END_TRY.
 * Must not know: where an error comes from. Costs nothing until used.
 *
 *     CAW_TRY {
 *         CAW_AWAIT(work());
 *     } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {      // any number of these; error is a caw_error *, borrowed in the block
 *         puts(caw_error_message(error));
 *     } CAW_FINALLY {                               // at most one, last; may await
 *         CAW_AWAIT(cleanup());
 *     } CAW_END_TRY;
 *
 * Every section may await, raise, return, and hold other CAW_TRYs. `break`, `continue` and `goto` must not leave a section, as C
 * cannot run the finally block on their way: break and continue that try are raised as RuntimeError (put the loop inside); a goto
 * is refused by the compiler, at the first line behind it that asks (an await, a CAW_RETURN, the end of a block), and so are a goto
 * and a case into a section.
 * How: a section is a block with a local label; what leaves it notes why and jumps there, and the next macro looks at the note.
 */
#ifndef CAWAIT_TRY_H
#define CAWAIT_TRY_H

#include <cawait/coro.h>

#ifdef __cplusplus
extern "C" {
#endif
caw_error *caw__error_loop_left(const caw__desc *desc, unsigned line);
caw_error *caw__error_reraise(const caw__co *self);
caw_error *caw__error_given(caw_error *error); /* itself; a TypeError for NULL */

/* What the CAW_EXCEPT_GROUPs of a CAW_TRY have come to; NULL: none has run. Errors given are consumed, unless NULL comes back. */
typedef struct caw__clause {
    caw_error *matched; /* what the present one gets; NULL: it does not run */
} caw__clause;
caw__clause *caw__clause_next(caw__clause *last, caw_error *error, caw_error_type type);
caw_error   *caw__clause_end(caw__clause *last, caw_error *error); /* what is raised in the end, or NULL */
#ifdef __cplusplus
}
#endif

/*
 * Raises an error value; consumes it. NULL: a TypeError. The error being handled, here or where this function is awaited, becomes its
 * context in place of the one it had; if it is in the history of that one, it is taken out there. Not where a group, a cause or a member
 * would make a circle of them: then all stays as it was. Source: raise; _PyErr_SetObject (there also what an eager task's maker handles).
 */
#define CAW_RAISE_ERROR(error_)                                                                                                \
    do {                                                                                                                       \
        CAW__ONLY(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                          \
        CAW__PASS_ON(caw__raised(&caw__inside_CAW_BEGIN, (error_)));                                                           \
    } while (0)

/* It goes on as it is. */
#define CAW__PASS_ON(error_)                                                                                                   \
    do {                                                                                                                       \
        CAW__CHECK_BLOCK();                                                                                                    \
        caw__error = (error_);                                                                                                 \
        caw__line = CAW__LINE;                                                                                                 \
        caw__leaving = CAW__RAISING;                                                                                           \
        goto caw__leave;                                                                                                       \
    } while (0)

/* CAW_RAISE(CAW_VALUE_ERROR, "bad port %d", port): raises a new error; format as caw_error_new, NULL for the type's own text. */
#define CAW_RAISE(...)                                                                                                         \
    do {                                                                                                                       \
        CAW__ONLY(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                          \
        CAW__PASS_ON(caw__raised(&caw__inside_CAW_BEGIN, caw_error_new(__VA_ARGS__)));                                         \
    } while (0)

/* Raises the error being handled again, unchanged: in a CAW_EXCEPT block, or awaited from one. Elsewhere: RuntimeError. Source: raise. */
#define CAW_RERAISE()                                                                                                          \
    do {                                                                                                                       \
        CAW__ONLY(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                          \
        CAW__PASS_ON(caw__error_reraise(&caw__inside_CAW_BEGIN));                                                              \
    } while (0)

/* CAW_CHECK(call): raises the error behind a negative return; gives the value otherwise: int n = CAW_CHECK(caw_queue_put_nowait(q, caw_int(1))); */
#define CAW_CHECK(call)                                                                                                        \
    CAW__QUIET({                                                                                                               \
        CAW__USE(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                           \
        __auto_type caw__n = (call);                                                                                           \
        if (CAW__UNLIKELY(caw__n < 0)) CAW_RAISE_ERROR(caw_error_from_code((int)caw__n));                                      \
        caw__n;                                                                                                                \
    })                                                                                                                         \
    CAW__LOUD

/* In caw__round: the frame is destroyed where it stands in the section (it ignored GeneratorExit). */
enum { CAW__CUT_OFF = 2 };

/* The one-round loop tells a break or continue (round still open) from the end of the section and from a jump to the label. */
#define CAW__SECTION                                                                                                           \
    CAW__QUIET for (int caw__once = 1; caw__once; caw__once = 0) CAW__LOUD                                                     \
    {                                                                                                                          \
        __label__ caw__leave, caw__destroy;                                                                                    \
        caw__round = 1;                                                                                                        \
        CAW__ENTER_BLOCK(caw__round)

/* The variables of a section outside a CAW_TRY. */
#define CAW__SECTION_ALONE                                                                                                     \
    CAW__CHECK_BLOCK();                                                                                                        \
    int        caw__round = 0;                                                                                                 \
    caw_error *caw__caught_error = NULL;                                                                                       \
    caw__defer caw__mark;                                                                                                      \
    enum { caw__kept = CAW__STAY };                                                                                            \
    caw_error *const   caw__kept_error = NULL;                                                                                 \
    caw__clause *const caw__clauses = NULL;

#define CAW__SECTION_END                                                                                                       \
    CAW__CHECK_BLOCK();                                                                                                        \
    caw__leave:                                                                                                                \
    __attribute__((unused));                                                                                                   \
    caw__round = 0;                                                                                                            \
    if (0) {                                                                                                                   \
    caw__destroy:                                                                                                              \
        __attribute__((unused));                                                                                               \
        caw__round = CAW__CUT_OFF;                                                                                             \
    }                                                                                                                          \
    }                                                                                                                          \
    caw__in_block = caw__block;                                                                                                \
    caw__handled(&caw__inside_CAW_BEGIN, &caw__mark);                                                                          \
    if (caw__round == CAW__CUT_OFF) {                                                                                          \
        caw_unref(caw__caught_error);                                                                                          \
        if (caw__kept == CAW__RAISING) caw_unref(caw__kept_error);                                                             \
        if (caw__clauses) caw_unref(caw__clause_end(caw__clauses, NULL));                                                      \
        goto caw__destroy;                                                                                                     \
    }                                                                                                                          \
    if (caw__round && caw__leaving == CAW__STAY) {                                                                             \
        caw__leaving = CAW__RAISING;                                                                                           \
        caw__error = caw__raised(&caw__inside_CAW_BEGIN, caw__error_loop_left(&caw__desc_here, __LINE__));                     \
        caw__line = CAW__LINE;                                                                                                 \
        caw__round = 0;                                                                                                        \
    }                                                                                                                          \
    if (caw__caught_error) {                                                                                                   \
        caw_unref(caw__caught_error);                                                                                          \
        caw__caught_error = NULL;                                                                                              \
    }

#define CAW_TRY                                                                                                                \
    {                                                                                                                          \
        CAW__QUIET                                                                                                             \
        CAW__USE(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                           \
        CAW__INSIDE(this_works_only_after_CAW_TRY)                                                                             \
        CAW__CHECK_BLOCK();                                                                                                    \
        int          caw__round = 0, caw__caught = 0, caw__kept = CAW__STAY, caw__last = 0;                                    \
        caw_error   *caw__caught_error = NULL, *caw__kept_error = NULL;                                                        \
        unsigned     caw__kept_line = 0;                                                                                       \
        caw__defer   caw__mark;                                                                                                \
        caw__clause *caw__clauses = NULL;                                                                                      \
        (void)caw__caught, (void)caw__kept_line, (void)caw__last;                                                              \
        CAW__LOUD                                                                                                              \
        CAW__SECTION                                                                                                           \
        CAW__MUST_END CAW_TRY_without_CAW_END_TRY;                                                                             \
        CAW__LOUD

/* Known to the optimizer, as caw__block is. */
void caw__after_finally(void) __attribute__((error("CAW_FINALLY is the last of a CAW_TRY, and there is one")));

#define CAW_EXCEPT(type, name)                                                                                                 \
    CAW__ONLY(this_works_only_after_CAW_TRY)                                                                                   \
    (void)sizeof CAW_TRY_without_CAW_END_TRY;                                                                                  \
    caw__last ? caw__after_finally() : (void)0;                                                                                \
    CAW__SECTION_END                                                                                                           \
    CAW__QUIET typedef struct caw__CAW_EXCEPT caw__one_kind_in_a_CAW_TRY __attribute__((unused));                              \
    CAW__LOUD                                                                                                                  \
    if (caw__leaving == CAW__RAISING && !caw__caught && caw_error_is(caw__error, (type))) CAW__SECTION                         \
    CAW__MUST_END    CAW_TRY_without_CAW_END_TRY;                                                                              \
    caw_error *const name = caw__error;                                                                                        \
    CAW__LOUD(void) name;                                                                                                      \
    caw__caught = 1;                                                                                                           \
    caw__caught_error = caw__error;                                                                                            \
    caw__handle(&caw__inside_CAW_BEGIN, &caw__mark, caw__error);                                                               \
    caw__error = NULL;                                                                                                         \
    caw__leaving = CAW__STAY;

/*
 * CAW_EXCEPT_GROUP(type, name) { ... }: catches the errors of that type inside a group, as a group; `name` is that group, borrowed in
 * the block. Any number of these, in place of CAW_EXCEPT: each gets what those before it left, so several may run. An error that is
 * no group is caught as a group of one. What none caught is raised on in the group's structure. CAW_RERAISE() (or raising `name`)
 * lets the block's part go on, too; other errors that blocks raise are put before what goes on, in a group with an empty message; a
 * single one with nothing else to go on leaves bare. No CAW_RETURN in the block, no group types, no CAW_EXCEPT beside it: refused by
 * the compiler. Without memory to take the group apart, MemoryError is raised in its place and no block runs.
 * Source: except*; PEP 654. There, raising the block's own group by name counts as a new error.
 */
#define CAW_EXCEPT_GROUP(type, name)                                                                                           \
    CAW__ONLY(this_works_only_after_CAW_TRY)                                                                                   \
    (void)sizeof CAW_TRY_without_CAW_END_TRY;                                                                                  \
    caw__last ? caw__after_finally() : (void)0;                                                                                \
    CAW__SECTION_END                                                                                                           \
    CAW__QUIET typedef struct caw__CAW_EXCEPT_GROUP caw__one_kind_in_a_CAW_TRY __attribute__((unused));                        \
    CAW__LOUD                                                                                                                  \
    if (caw__leaving == CAW__RAISING || caw__clauses) {                                                                        \
        caw__clauses = caw__clause_next(caw__clauses, caw__error, (type));                                                     \
        if (caw__clauses) {                                                                                                    \
            caw__error = NULL;                                                                                                 \
            caw__leaving = CAW__STAY;                                                                                          \
        }                                                                                                                      \
    }                                                                                                                          \
    if (caw__clauses && caw__clauses->matched) CAW__SECTION                                                                    \
    _Static_assert((type) != CAW_EXCEPTION_GROUP && (type) != CAW_BASE_EXCEPTION_GROUP,                                        \
                   "CAW_EXCEPT_GROUP: it looks into groups, so it cannot catch them");                                         \
    CAW__MUST_END CAW_TRY_without_CAW_END_TRY;                                                                                 \
    enum { caw__except_group = 1 };                                                                                            \
    caw_error *const name = caw__clauses->matched;                                                                             \
    CAW__LOUD(void) name;                                                                                                      \
    caw__caught_error = caw_ref(name);                                                                                         \
    caw__handle(&caw__inside_CAW_BEGIN, &caw__mark, caw__caught_error);

/* After the last of them. The values go by value: a CAW_TRY without any costs nothing for this. */
#define CAW__CLAUSES_END                                                                                                       \
    if (caw__clauses) {                                                                                                        \
        caw__error = caw__clause_end(caw__clauses, caw__error);                                                                \
        caw__leaving = caw__error ? CAW__RAISING : CAW__STAY;                                                                  \
        caw__clauses = NULL;                                                                                                   \
    }

#define CAW_FINALLY                                                                                                            \
    CAW__ONLY(this_works_only_after_CAW_TRY)                                                                                   \
    (void)sizeof CAW_TRY_without_CAW_END_TRY;                                                                                  \
    caw__last ? caw__after_finally() : (void)0;                                                                                \
    CAW__SECTION_END                                                                                                           \
    CAW__CLAUSES_END                                                                                                           \
    caw__last = 1;                                                                                                             \
    caw__kept = caw__leaving;                                                                                                  \
    caw__kept_error = caw__error;                                                                                              \
    caw__kept_line = caw__line;                                                                                                \
    caw__leaving = CAW__STAY;                                                                                                  \
    caw__error = NULL;                                                                                                         \
    if (caw__kept == CAW__RAISING) caw__handle(&caw__inside_CAW_BEGIN, &caw__mark, caw__kept_error);                           \
    CAW__SECTION                                                                                                               \
    CAW__MUST_END CAW_TRY_without_CAW_END_TRY;                                                                                 \
    CAW__LOUD

#define CAW_END_TRY                                                                                                            \
    CAW__ONLY(this_works_only_after_CAW_TRY)                                                                                   \
    (void)sizeof CAW_TRY_without_CAW_END_TRY;                                                                                  \
    CAW__SECTION_END                                                                                                           \
    CAW__CLAUSES_END                                                                                                           \
    if (caw__leaving == CAW__STAY) {                                                                                           \
        caw__leaving = caw__kept;                                                                                              \
        caw__error = caw__kept_error;                                                                                          \
        caw__line = caw__kept_line;                                                                                            \
    } else if (caw__kept == CAW__RAISING) {                                                                                    \
        caw_unref(caw__kept_error);                                                                                            \
    }                                                                                                                          \
    if (caw__leaving != CAW__STAY) goto caw__leave;                                                                            \
    }

#endif
