/*
 * Owns: task groups: tasks that end before the block that started them does (asyncio.TaskGroup).
 * Must not know: what the children do.
 *
 *     CAW_WITH_TASK_GROUP(group) {
 *         CAW_GROUP_START(group, worker(1));
 *         caw_auto size = caw_group_spawn(group, page_size(url), .name = "size");
 *         CAW_DEFER(caw_unref, size);
 *         ...
 *     } CAW_END_TASK_GROUP;                          // every child has ended here
 *
 * The end of the block waits for the children. When one fails, the others and the block are cancelled, and when all have ended, an
 * ExceptionGroup "unhandled errors in a TaskGroup" is raised with the children's errors in the order in which they failed, and last
 * the block's own. When the block fails or is cancelled, the children are cancelled. Children are cancelled in the order of their
 * creation. That a child is cancelled, or ends by CancelledError, is no error.
 *
 * Which error leaves, when there are several kinds: KeyboardInterrupt or SystemExit (bare, the others go to the exception handler);
 * else a group of errors, after which a cancellation from outside is raised at the task's next suspension; else a cancellation from
 * outside; else none. A lone GeneratorExit of the block leaves bare.
 * Source: asyncio.TaskGroup as of 3.15 with the fixes of 3.16; rules 28-32.
 */
#ifndef CAWAIT_TASK_GROUP_H
#define CAWAIT_TASK_GROUP_H

#include <cawait/task.h>
#include <cawait/with.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counted object. */
typedef struct caw_task_group caw_task_group;

/*
 * CAW_WITH_TASK_GROUP(group) { ... } CAW_END_TASK_GROUP;  a block with a group of its own, in an async function. `group` is a
 * caw_task_group *, borrowed; after the block it is gone, unless a reference was taken. A group without children ends without
 * suspending; otherwise the block goes on two passes after the last child has ended. break and continue: as in CAW_WITH.
 */
#define CAW_WITH_TASK_GROUP(group)                                                                                             \
    {                                                                                                                          \
        CAW__QUIET                                                                                                             \
        CAW__USE(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                           \
        CAW__INSIDE(this_works_only_after_CAW_WITH_TASK_GROUP)                                                                 \
        caw_task_group *const group = caw_task_group_new();                                                                    \
        (void)group;                                                                                                           \
        CAW__LOUD                                                                                                              \
        CAW__TASK_SCOPE                                                                                                        \
        CAW__WITH(caw__task_group_with(group))                                                                                 \
        CAW__MUST_END CAW_WITH_TASK_GROUP_without_CAW_END_TASK_GROUP;                                                          \
        CAW__LOUD

#define CAW_END_TASK_GROUP                                                                                                     \
    CAW__ONLY(this_works_only_after_CAW_WITH_TASK_GROUP)                                                                       \
    (void)sizeof CAW_WITH_TASK_GROUP_without_CAW_END_TASK_GROUP;                                                               \
    CAW__END_WITH

/*
 * The same in two steps, for a group that is given to somebody before its block: a group that was not entered yet, NULL without
 * memory; and a manager that borrows it: CAW_WITH(caw_task_group_with(group)) { ... } CAW_END_WITH; A group is entered once: later
 * the manager raises RuntimeError.
 */
CAW__REFERENCE caw_task_group *caw_task_group_new(void);
caw_with                       caw_task_group_with(caw_task_group *group);

/*
 * caw_group_spawn(group, coroutine, ...): starts a child, with caw_spawn's options (.loop is the group's), and gives its typed handle,
 * a new reference as everywhere: await it, or give it back (ignored, it leaks). Consumes the coroutine. From the block, from
 * children, from any callback; also while the end of the block waits. A future or task given here joins the group as it is. Never
 * NULL: refused (RuntimeError) on a group that was not entered, is shutting down (a child has failed, the block was left by an error,
 * caw_group_cancel) or has finished, and without memory, the coroutine is dropped and a failed future comes back; the group knows
 * nothing of it.
 * CAW_GROUP_START(group, coroutine, ...): the same as a statement of an async function, without a handle: what would be refused is
 * raised. The group holds its children, so that none is lost.
 * Source: TaskGroup.create_task.
 */
#ifndef __cplusplus
#define caw_group_spawn(group, coroutine, ...)                                                                                 \
    (CAW__USED(__typeof__(coroutine)) caw__group_spawn(                                                                        \
        (group), caw_base(coroutine), caw__shared_shape(CAW__SHAPE(CAW__RESULT(coroutine))), CAW__OPTIONS(__VA_ARGS__)))
#else
#define caw_group_spawn(group, coroutine, ...)                                                                                 \
    (CAW__HERE(), caw__group_spawn_of((group), +(coroutine), CAW__OPTIONS(__VA_ARGS__)))
#endif
#define CAW_GROUP_START(group, coroutine, ...)                                                                                  \
    do {                                                                                                                        \
        CAW__QUIET                                                                                                              \
        __auto_type caw__child = (coroutine);                                                                                   \
        caw_error  *caw__refused = caw__group_start(                                                                            \
            (group), caw_base(caw__child), caw__shared_shape(CAW__SHAPE(CAW__RESULT(caw__child))), CAW__OPTIONS(__VA_ARGS__)); \
        CAW__LOUD                                                                                                               \
        if (CAW__UNLIKELY(caw__refused != NULL)) CAW_RAISE_ERROR(caw__refused);                                                 \
    } while (0)

/*
 * Cancels the children and the block; the block is then left without an error. Again, or when it has finished: nothing. Before it is
 * entered: it is cancelled when it is. From any callback, and from children. Source: TaskGroup.cancel (3.15).
 */
void caw_group_cancel(caw_task_group *group);

/* ---- Private ----------------------------------------------------------------------------------------------------- */
caw_with             caw__task_group_with(caw_task_group *group); /* owns it; NULL raises MemoryError */
CAW__HANDLE caw_any *caw__group_spawn(caw_task_group *group, caw_any *any, uint32_t shape, const caw_spawn_options *options);
caw_error           *caw__group_start(caw_task_group *group, caw_any *any, uint32_t shape, const caw_spawn_options *options);

#ifdef __cplusplus
extern "C++" template <class T>
CAW__HANDLE inline caw__of<T> caw__group_spawn_of(caw_task_group          *group, T (*coroutine)(caw_any *),
                                                  const caw_spawn_options *options)
{
    return (caw__of<T>)caw__group_spawn(group, (caw_any *)coroutine, caw__shaped<T>(), options);
}
}
#endif
#endif
