/*
 * Owns: async context managers: CAW_WITH, and what a manager of one's own is (async with, __aenter__, __aexit__).
 * Must not know: what any manager manages. A lock's, a semaphore's, a condition's are in their own headers.
 *
 *     CAW_WITH(caw_lock_with(lock)) {
 *         CAW_AWAIT(update());
 *     } CAW_END_WITH;
 *
 * A manager of one's own is a pointer and a table of up to three functions:
 *
 *     static CAW_ASYNC(void, begin, void *self) { ... }                       // raises: the block does not run
 *     static CAW_ASYNC(bool, end, void *self, caw_error *error) { ... }       // true: the block's error goes no further
 *     static const caw_with_type transaction_type = {.enter = begin, .exit = end};
 *     static caw_with transaction(database *db) { return (caw_with){db, &transaction_type}; }
 */
#ifndef CAWAIT_WITH_H
#define CAWAIT_WITH_H

#include <cawait/try.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * enter: makes the awaitable that CAW_WITH awaits before its block; an error it raises is raised in place of the block, and exit is
 *     not called. NULL, as a member or as what it returns: there is nothing to wait for.
 * exit: makes the awaitable that is awaited when the block is left, however that is: at its end, by CAW_RETURN, an error, a
 *     cancellation, GeneratorExit (the loop is closed), break or continue. `error` is what leaves the block, borrowed until the exit
 *     has ended; NULL: none. If the exit gives true the error goes no further. An error it raises replaces the block's, which becomes
 *     its context; raising the block's own again (CAW_RAISE_ERROR(caw_ref(error))) only lets it go on. NULL, as a member or as what
 *     it returns: nothing to wait for, the error goes on.
 * release: gives up `self`, for a manager that owns it; called once, after the exit or when enter failed, even when the coroutine is
 *     cut off. NULL, the usual case: self is borrowed and must stay until the block has been left.
 * of_task: what it manages belongs to the task that entered it, as a task group does: a generator must not yield inside (PEP 789).
 * enter and exit may be async functions, or plain ones that do what is to be done at once and return NULL: then a with costs no
 * allocation. An async exit that gets no memory for its frame does not run: MemoryError is raised.
 * Source: __aenter__, __aexit__.
 */
typedef struct caw_with_type {
    caw_of(void) (*enter)(void *self);
    caw_of(bool) (*exit)(void *self, caw_error *error);
    void (*release)(void *self);
    bool of_task;
} caw_with_type;

/* A manager, passed by value. Whoever has one uses it once: in CAW_WITH, or on an exit stack. */
typedef struct caw_with {
    void                *self;
    const caw_with_type *type;
} caw_with;

/* What a plain exit returns to swallow the error at once. */
#define CAW_SWALLOW ((caw_of(bool))caw__swallow())

/*
 * CAW_WITH(manager) { ... } CAW_END_WITH;  in an async function. The block may await, raise, return and hold others. `break` and
 * `continue` must not leave it: they are raised as RuntimeError, after which the exit runs, as in CAW_TRY. Source: async with.
 */
#define CAW_WITH(manager)                                                                                                      \
    {                                                                                                                          \
        CAW__ONLY(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                          \
        CAW__WITH(manager)                                                                                                     \
        CAW__MUST_END CAW_WITH_without_CAW_END_WITH;                                                                           \
        CAW__INSIDE(this_works_only_after_CAW_WITH)                                                                            \
        CAW__LOUD
#define CAW__WITH(manager)                                                                                                     \
    CAW__QUIET                                                                                                                 \
    const caw_with caw__with = (manager);                                                                                      \
    caw__defers = 1;                                                                                                           \
    CAW__WITH_AROUND                                                                                                           \
    CAW__SECTION_ALONE                                                                                                         \
    {                                                                                                                          \
        char caw__v;                                                                                                           \
        CAW__WITH_AWAIT(caw__with_enter(&caw__inside_CAW_BEGIN, caw__with), &caw__v)                                           \
        if (CAW__UNLIKELY(caw__s.error != NULL)) {                                                                             \
            caw__with_release(&caw__inside_CAW_BEGIN, caw__with);                                                              \
            CAW__PASS_ON(caw__s.error);                                                                                        \
        }                                                                                                                      \
    }                                                                                                                          \
    CAW__LOUD                                                                                                                  \
    CAW__SECTION                                                                                                               \
    CAW__WITH_SCOPE
#ifdef CAW_CHECKED
#define CAW__WITH_AROUND const unsigned caw__around_line = caw__scope_line;
#define CAW__WITH_SCOPE                                                                                                        \
    CAW__QUIET                                                                                                                 \
    const unsigned caw__scope_line = caw__with.type->of_task ? __LINE__ : caw__around_line;                                    \
    CAW__LOUD(void) caw__scope_line;
#else
#define CAW__WITH_AROUND
#define CAW__WITH_SCOPE
#endif

#define CAW_END_WITH                                                                                                           \
    CAW__ONLY(this_works_only_after_CAW_WITH)                                                                                  \
    (void)sizeof CAW_WITH_without_CAW_END_WITH;                                                                                \
    CAW__END_WITH
#define CAW__END_WITH                                                                                                          \
    CAW__SECTION_END                                                                                                           \
    {                                                                                                                          \
        CAW__QUIET                                                                                                             \
        bool caw__swallowed = false;                                                                                           \
        if (caw__leaving == CAW__RAISING) caw__handle(&caw__inside_CAW_BEGIN, &caw__mark, caw__error);                         \
        CAW__WITH_AWAIT(caw__with_exit(caw__with, caw__error), &caw__swallowed)                                                \
        caw__handled(&caw__inside_CAW_BEGIN, &caw__mark);                                                                      \
        caw__with_release(&caw__inside_CAW_BEGIN, caw__with);                                                                  \
        caw__leaving = caw__with_left(caw__leaving, &caw__error, caw__swallowed, caw__s.error);                                \
        if (CAW__UNLIKELY(caw__s.error != NULL)) caw__line = CAW__LINE;                                                        \
        CAW__LOUD                                                                                                              \
    }                                                                                                                          \
    if (caw__leaving != CAW__STAY) goto caw__leave;                                                                            \
    }

/* A manager that does nothing, for a place where only sometimes one is needed. Source: contextlib.nullcontext. */
caw_with caw_nullcontext(void);

/* ---- Private ----------------------------------------------------------------------------------------------------- */

/* Awaits, unless it is NULL; the outcome stays in caw__s. */
#define CAW__WITH_AWAIT(handle, out)                                                                                           \
    caw_any  *caw__h = (handle);                                                                                               \
    caw__slot caw__s = {.waiter = (uintptr_t)&caw__inside_CAW_BEGIN | CAW__INLINE};                                            \
    CAW__STANDS();                                                                                                             \
    if (caw__h && caw__await(&caw__inside_CAW_BEGIN, caw__h, &caw__s, (out))) CAW__SUSPEND();

caw_any *caw__with_enter(caw__co *co, caw_with with);
caw_any *caw__with_exit(caw_with with, caw_error *error);
void     caw__with_release(caw__co *co, caw_with with);
int      caw__with_left(int leaving, caw_error **error, bool swallow, caw_error *raised);
caw_with caw__with_no_memory(void); /* entering it raises MemoryError */
caw_any *caw__swallow(void);        /* an immortal future whose result is true */

#ifdef __cplusplus
}
#endif
#endif
