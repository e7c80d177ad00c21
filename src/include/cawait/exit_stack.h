/*
 * Owns: exit stacks: what is to be done at the end of a block, collected while it runs (contextlib.AsyncExitStack).
 * Must not know: what the managers on it do.
 *
 *     CAW_WITH_EXIT_STACK(stack) {
 *         for (size_t i = 0; i < count; i++) CAW_AWAIT(caw_exit_stack_enter(stack, caw_lock_with(locks[i])));
 *         CAW_CHECK(caw_exit_stack_callback(stack, caw_unref, buffer));
 *         ...
 *     } CAW_END_EXIT_STACK;                          // the last one first
 *
 * The exits run as if the managers stood in nested CAW_WITHs: each gets the error that left the block or the exit before it, may
 * swallow it, and an error it raises replaces that one, which becomes its context. All of them run.
 */
#ifndef CAWAIT_EXIT_STACK_H
#define CAWAIT_EXIT_STACK_H

#include <cawait/with.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counted object. */
typedef struct caw_exit_stack caw_exit_stack;

/* CAW_WITH_EXIT_STACK(stack) { ... } CAW_END_EXIT_STACK;  a block with a stack of its own; `stack` is a caw_exit_stack *, borrowed. */
#define CAW_WITH_EXIT_STACK(stack)                                                                                             \
    {                                                                                                                          \
        CAW__QUIET                                                                                                             \
        CAW__USE(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                           \
        CAW__INSIDE(this_works_only_after_CAW_WITH_EXIT_STACK)                                                                 \
        caw_exit_stack *const stack = caw_exit_stack_new();                                                                    \
        (void)stack;                                                                                                           \
        CAW__LOUD                                                                                                              \
        CAW__WITH(caw__exit_stack_with(stack))                                                                                 \
        CAW__MUST_END CAW_WITH_EXIT_STACK_without_CAW_END_EXIT_STACK;                                                          \
        CAW__LOUD

#define CAW_END_EXIT_STACK                                                                                                     \
    CAW__ONLY(this_works_only_after_CAW_WITH_EXIT_STACK)                                                                       \
    (void)sizeof CAW_WITH_EXIT_STACK_without_CAW_END_EXIT_STACK;                                                               \
    CAW__END_WITH

/* An empty stack; NULL without memory. */
CAW__REFERENCE caw_exit_stack *caw_exit_stack_new(void);
/* A manager that unwinds the stack at the end of its block; borrows it. The stack may be used again. */
caw_with caw_exit_stack_with(caw_exit_stack *stack);

/*
 * Enters a manager, and puts its exit on the stack; when enter fails, nothing is put there. Borrows the stack. The manager's release,
 * if it has one, is called after its exit, or when enter failed. Source: enter_async_context.
 */
CAW__HANDLE caw_of(void) caw_exit_stack_enter(caw_exit_stack *stack, caw_with manager);
/*
 * Puts the exit of a manager there, which was entered otherwise or has no enter. 0, or -CAW_MEMORY_ERROR: then nothing happened, the
 * manager is still yours. Source: push_async_exit.
 */
CAW__NODISCARD int caw_exit_stack_push(caw_exit_stack *stack, caw_with manager);
/*
 * Calls function(argument) when it is its turn. 0, or -CAW_MEMORY_ERROR: then it was called now, so that nothing is lost, as by
 * CAW_DEFER. Source: callback.
 */
CAW__NODISCARD int caw_exit_stack_callback(caw_exit_stack *stack, void (*function)(void *argument), void *argument);
/* Awaits function(argument) when it is its turn. 0, or -CAW_MEMORY_ERROR: then nothing happened. Source: push_async_callback. */
CAW__NODISCARD int caw_exit_stack_async_callback(caw_exit_stack *stack, caw_of(void) (*function)(void *argument),
                                                 void           *argument);

/*
 * Everything moves to a new stack, so that this one's block ends without it; NULL without memory: then nothing moved. A stack given
 * back without having been unwound runs nothing but releases: caw_unref(caw_exit_stack_pop_all(stack)) calls everything off.
 * Source: pop_all.
 */
CAW__NODISCARD caw_exit_stack *caw_exit_stack_pop_all(caw_exit_stack *stack);
/* Unwinds it now; raises what the exits raise and do not swallow. Borrows the stack. Source: aclose. */
CAW__HANDLE caw_of(void) caw_exit_stack_aclose(caw_exit_stack *stack);

/* ---- Private ----------------------------------------------------------------------------------------------------- */
caw_with caw__exit_stack_with(caw_exit_stack *stack); /* owns it; NULL raises MemoryError */

#ifdef __cplusplus
}
#endif
#endif
