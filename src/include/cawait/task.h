/*
 * Owns: tasks: a coroutine that the loop drives by itself (asyncio.Task), sleep, and awaitables of the user's own.
 * Must not know: how the loop waits, or any host.
 */
#ifndef CAWAIT_TASK_H
#define CAWAIT_TASK_H

#include <cawait/future.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Makes a task of a coroutine on the running loop and gives its typed handle; its first step runs in the loop's next pass.
 * Consumes the coroutine. The task gets a copy of the current context. The loop holds it strongly until it ends: dropping the
 * handle only drops your interest. Never NULL: on failure (no memory, no running loop: RuntimeError) the coroutine is dropped
 * and a failed future comes back. A future or task given here comes back as it is; ValueError
 * if another loop than its own is named. Source: asyncio.create_task, ensure_future.
 *
 *     caw_auto t = caw_spawn(worker(1));
 *     caw_auto u = caw_spawn(worker(2), .name = "second", .eager = true);
 */
typedef struct caw_spawn_options {
    const char *name     CAW__UNSET; /* copied; default "Task-N"; after 2^31 tasks of a loop the numbers begin anew */
    caw_context *context CAW__UNSET; /* run in this one instead of in a copy of the current; borrowed */
    caw_loop *loop       CAW__UNSET; /* default: the running loop */
    bool eager CAW__UNSET; /* run the first step now, inside this call (3.12's eager tasks); needs the loop to be running */
    bool lazy  CAW__UNSET; /* run it in the next pass also where tasks are eager (eager_start=False); ignored beside .eager */
    bool caw__own CAW__UNSET; /* private: not by the loop's task factory */
} caw_spawn_options;
#ifndef __cplusplus
#define caw_spawn(coroutine, ...)                                                                                              \
    (CAW__USED(__typeof__(coroutine))                                                                                          \
         caw__spawn(caw_base(coroutine), caw__shared_shape(CAW__SHAPE(CAW__RESULT(coroutine))), CAW__OPTIONS(__VA_ARGS__)))
#else
#define caw_spawn(coroutine, ...) (CAW__HERE(), caw__spawn_of(+(coroutine), CAW__OPTIONS(__VA_ARGS__)))
#endif
#define CAW__OPTIONS(...) ((0 __VA_OPT__(+1)) ? CAW__GIVEN(caw_spawn_options, __VA_ARGS__) : NULL)

/*
 * The number of cancellation requests not taken back (INT_MAX: so many or more), and taking one back (only for whoever called
 * caw_cancel); rules 9-15.
 */
#define caw_cancelling(task) caw__task_cancelling(caw_base(task))
#define caw_uncancel(task) caw__task_uncancel(caw_base(task))

/*
 * Why a CancelledError was raised in this task. False: the task was asked to end, by caw_cancel on it or on a task that awaits it, by
 * a timeout scope, a task group, an interrupt. True: nobody asked it; what it awaited was cancelled by somebody else, and the task
 * may well go on. Both at once: it was asked. One request is answered by one CancelledError, or by whatever comes out of the await
 * that it hits; what is raised later is judged anew, also where the request was not taken back (caw_cancelling stays above 0 then,
 * and says nothing). One that was raised by hand counts as true; any other error gives false. For the CAW_EXCEPT block of the task
 * that has awaited; borrows. Source: none, asyncio cannot tell (rule 14).
 *
 *     } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
 *         if (!caw_cancelled_by_child(error)) CAW_RERAISE();
 *         CAW_RETURN(fallback);
 *     }
 */
bool caw_cancelled_by_child(const caw_error *error);

/* The name, borrowed until it is set again; set copies, returns 0 or -CAW_MEMORY_ERROR, -CAW_TYPE_ERROR if no task. */
#define caw_task_name(task) caw__task_name(caw_base(task))
#define caw_set_task_name(task, name) caw__task_set_name(caw_base(task), (name))

/* The running task, borrowed; NULL in a plain callback and outside the loop. Source: asyncio.current_task. */
caw_any *caw_current_task(void);

/*
 * The tasks of `loop` (NULL: the running one) that are not done, in order of creation: writes up to `count` borrowed pointers,
 * returns how many there are. Source: asyncio.all_tasks.
 */
size_t caw_all_tasks(caw_loop *loop, caw_any **tasks, size_t count);

/*
 * Who makes the tasks of a loop, for caw_spawn, gather, task groups and everything else that needs one: to name or count them, to
 * choose their context, to begin them eagerly. It gets a coroutine that has not run, and takes it over; options->loop is set. It
 * must give a future of the coroutine's result type, a new reference: as a rule what caw_task_new gives, which may be called with
 * other options and after other things. NULL stands for MemoryError, something else than such a future for TypeError. Called at
 * once, in the context of whoever spawns, and may be called before the loop runs. NULL restores the default; so does
 * caw_loop_set_eager. `data` must outlive it. Source: loop.set_task_factory, get_task_factory.
 */
typedef caw_any  *caw_task_factory(void *data, caw_any *coroutine, const caw_spawn_options *options);
void              caw_loop_set_task_factory(caw_loop *loop, caw_task_factory *factory, void *data);
caw_task_factory *caw_loop_get_task_factory(const caw_loop *loop, void **data); /* data NULL: not asked for */

/* For task factories: the task that would be made without one. Consumes the coroutine; as caw_spawn otherwise. Source: asyncio.Task. */
CAW__HANDLE caw_any *caw_task_new(caw_any *coroutine, const caw_spawn_options *options);

/* The ready-made one: every later spawn on `loop` is eager, or not. Source: loop.set_task_factory(asyncio.eager_task_factory). */
void caw_loop_set_eager(caw_loop *loop, bool eager);

CAW__HANDLE caw_of(void) caw__sleep(double seconds);
/* sleep(0): the one awaitable that only gives way. Here, so that the compiler sees what it is. */
static const caw_any caw__yield = {CAW__YIELD, 0, 0};
/*
 * caw_sleep(seconds): done after that time. 0 or less: gives way for one pass, with no timer. NaN: ValueError.
 * Source: asyncio.sleep.
 */
CAW__HANDLE static inline caw_of(void) caw_sleep(double seconds)
{
    if (__builtin_constant_p(seconds <= 0) && seconds <= 0) return (caw_of(void))(uintptr_t)&caw__yield;
    return caw__sleep(seconds);
}

/*
 * An awaitable of one's own: awaiting it awaits what `await` returns, a new handle of the same result type. Put a caw_awaitable
 * first in a struct, and give caw_awaitable_of(T, &object->awaitable). The object is borrowed until the await ends.
 * Source: __await__.
 */
typedef struct caw_awaitable {
    caw_any any; /* set by CAW_AWAITABLE */
    caw_any *(*await)(struct caw_awaitable *self);
} caw_awaitable;
#define CAW_AWAITABLE(function) {{CAW__CUSTOM, 0, 0}, (function)}
#define caw_awaitable_of(T, awaitable) ((caw_of(T))(1 ? (awaitable) : (caw_awaitable *)0))

/* ---- Private ----------------------------------------------------------------------------------------------------- */
CAW__HANDLE caw_any *caw__spawn(caw_any *coroutine, uint32_t shape, const caw_spawn_options *options);
int                  caw__task_cancelling(const caw_any *task);
int                  caw__task_uncancel(caw_any *task);
const char          *caw__task_name(caw_any *task);
int                  caw__task_set_name(caw_any *task, const char *name);

#ifdef __cplusplus
extern "C++" template <class T>
CAW__HANDLE inline caw__of<T> caw__spawn_of(T (*coroutine)(caw_any *), const caw_spawn_options *options)
{
    return (caw__of<T>)caw__spawn((caw_any *)coroutine, caw__shaped<T>(), options);
}
}
#endif
#endif
