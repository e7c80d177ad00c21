/*
 * Owns: what the page is told of a lesson while it runs: its tasks, from their making to their end, and when it prints.
 * Must not know: the lesson, its clock, or what the page makes of it.
 *
 * Neither the lesson nor the library is changed for it: it stands between them by --wrap=NAME of the linker, for every function
 * here whose name begins with __wrap_. The page's part of the contract is in run.mjs.
 */
#include "task/task.h"
#include <cawait/js.h>
#include <wasi/api.h>

caw_loop      *__real_caw_loop_new(void);
void           __real_caw__loop_attend(caw_loop *loop);
caw_any       *__real_caw__spawn(caw_any *coroutine, uint32_t shape, const caw_spawn_options *options);
void           __real_caw__future_finish(caw_future *future, int state);
__wasi_errno_t __real___wasi_fd_write(__wasi_fd_t fd, const __wasi_ciovec_t *vectors, size_t count, __wasi_size_t *written);
caw_loop      *__wrap_caw_loop_new(void);
void           __wrap_caw__loop_attend(caw_loop *loop);
caw_any       *__wrap_caw__spawn(caw_any *coroutine, uint32_t shape, const caw_spawn_options *options);
void           __wrap_caw__future_finish(caw_future *future, int state);
__wasi_errno_t __wrap___wasi_fd_write(__wasi_fd_t fd, const __wasi_ciovec_t *vectors, size_t count, __wasi_size_t *written);

static caw_loop *watched;         /* the first one: of others only the ends of tasks are seen */
static caw_task *newest;          /* of the watched loop's list, which is in order of creation: the last that was told of */
static caw_task *stepping;        /* whose step it is */
static double    started_eagerly; /* when the task that is being made eagerly began */

static void tell(double time, const char *kind, const caw_task *task, const char *text)
{
    static caw_js *onevent;
    if (!onevent) onevent = caw_js_global("onevent");
    caw_js *nothing = caw_js_call(onevent, caw_double(time), caw_text(caw_string_of(kind)), caw_int((int)(uintptr_t)task),
                                  caw_text(caw_string_of(text)));
    if (!nothing) caw_unref(caw_js_take_error());
    caw_unref(nothing);
}

static void tell_made(double time, caw_task *task)
{
    char text[160];
    caw__format(text, sizeof text, "%s %s", caw__task_desc(task)->name, caw__task_name((caw_any *)(void *)task));
    tell(time, "made", task, text);
}

static void tell_waits(caw_task *task)
{
    caw_any *waited = (caw_any *)(void *)task->waiting;
    char     text[160];
    if (!waited) caw__format(text, sizeof text, "its turn");
    else if (caw__as_task(waited)) caw__format(text, sizeof text, "%s", caw__task_name(waited));
    else caw__format(text, sizeof text, "a %s in %s", task->waiting->object.type->name, caw__task_top(task)->desc->name);
    tell(caw__host_now(), "waits", task, text);
}

static void tell_ends(caw_task *task, int state)
{
    static const char *const kinds[] = {[CAW__FINISHED] = "done", [CAW__FAILED] = "failed", [CAW__CANCELLED] = "cancelled"};
    const caw_error         *error = state == CAW__FAILED ? task->future.error : NULL;
    char                     text[160] = "";
    if (error) {
        const char *name = caw_error_name((int)caw_error_type_of(error));
        caw__format(text, sizeof text, caw__error_has_message(error) ? "%s: %s" : "%s", name, caw_error_message(error));
    }
    tell(caw__host_now(), kinds[state], task, text);
}

/* Tells of the tasks made since. One that has begun already was started eagerly. */
static void look(void)
{
    caw_task *task = !watched ? NULL : newest ? newest->next : watched->tasks;
    for (; task; task = task->next) {
        bool eager = task->future.object.flags & CAW__HAS_STARTED;
        newest = task;
        tell_made(eager ? started_eagerly : caw__host_now(), task);
        if (eager) tell(started_eagerly, "runs", task, "");
    }
}

/* ---- Tasks ------------------------------------------------------------------------------------------------------------ */

/* A task that is cancelled before its first step has none. */
static bool steps(const caw_task *task)
{
    unsigned flags = task->future.object.flags;
    return !(flags & CAW__CLOSING) && (flags & CAW__HAS_STARTED || !(flags & CAW__MUST_CANCEL));
}

static bool attend(caw_loop *loop, caw__node *node)
{
    (void)loop;
    caw_task *task = node->run == caw__task_run ? CAW__CONTAINER(node, caw_task, node) : NULL;
    look();
    if (task && steps(task)) {
        stepping = task;
        tell(caw__host_now(), "runs", task, "");
    }
    node->run(node);
    look();
    if (stepping) tell_waits(stepping);
    stepping = NULL;
    return true;
}

caw_loop *__wrap_caw_loop_new(void)
{
    caw_loop *loop = __real_caw_loop_new();
    if (!watched && loop) {
        watched = loop;
        loop->attention = attend;
    }
    return loop;
}

void __wrap_caw__loop_attend(caw_loop *loop)
{
    __real_caw__loop_attend(loop);
    if (loop == watched && !loop->attention) loop->attention = attend;
}

caw_any *__wrap_caw__spawn(caw_any *coroutine, uint32_t shape, const caw_spawn_options *options)
{
    bool made = coroutine->kind != CAW__FUTURE; /* a future is given back as it is */
    look();
    double outer = started_eagerly;
    started_eagerly = caw__host_now();
    caw_any  *any = __real_caw__spawn(coroutine, shape, options);
    caw_task *task = caw__as_task(any);
    look();
    started_eagerly = outer;
    if (made && task && task->future.object.state == CAW__PENDING && task->future.object.flags & CAW__HAS_STARTED)
        tell_waits(task);
    return any;
}

void __wrap_caw__future_finish(caw_future *future, int state)
{
    caw_task *task = caw__as_task((caw_any *)(void *)future);
    if (task) {
        look();
        if (future->loop != watched) tell_made(caw__host_now(), task);
        if (task == newest) newest = task->previous;
        if (task == stepping) stepping = NULL;
        tell_ends(task, state);
    }
    __real_caw__future_finish(future, state);
}

/* ---- Output ----------------------------------------------------------------------------------------------------------- */

__wasi_errno_t __wrap___wasi_fd_write(__wasi_fd_t fd, const __wasi_ciovec_t *vectors, size_t count, __wasi_size_t *written)
{
    look();
    tell(caw__host_now(), "prints", NULL, "");
    return __real___wasi_fd_write(fd, vectors, count, written);
}
