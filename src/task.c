/*
 * Owns: tasks: the step, the wake, completion, cancellation exact to asyncio's rules, names, the list of pending ones.
 * Must not know: what a coroutine does with a step; the frame's layout is coro.h's.
 */
#include "forward.h"
#include <string.h>

#define NUMBERED ((uintptr_t)1) /* in caw_task.name */

static void            release(void *object);
static bool            task_cancel(caw_future *future, const char *message);
static const caw__type task_type = {"Task", release, task_cancel};

static void release(void *object)
{
    caw_task *task = object;
    if (task->future.object.state == CAW__FAILED) caw_unref(task->last_cancel);
    caw__future_clear(&task->future);
    if (!(task->name & NUMBERED)) caw_unref((void *)task->name);
    if (task->context) caw_unref(task->context);
    caw__free_inline(task, caw__size_with(sizeof *task, task->future.shape));
}

/* Mostly a task, and the last reference: a direct call, where one by the type costs 5 ns more. */
void caw__future_unref(caw_future *future)
{
    if (future->object.refs == 1 && future->object.type == &task_type) release(future);
    else caw_unref(future);
}

caw_any *caw_current_task(void) { return (caw_any *)(void *)caw__rt.task; }

/* ---- The list of pending tasks ------------------------------------------------------------------------------------------ */

static void enlist(caw_task *task)
{
    caw_loop *loop = task->future.loop;
    task->previous = loop->tasks_tail;
    task->next = NULL;
    if (loop->tasks_tail) loop->tasks_tail->next = task;
    else loop->tasks = task;
    loop->tasks_tail = task;
    task->future.object.refs++; /* the loop holds every task that is not done */
}

void caw__task_delist(caw_task *task)
{
    caw_loop *loop = task->future.loop;
    if (task->previous) task->previous->next = task->next;
    else loop->tasks = task->next;
    if (task->next) task->next->previous = task->previous;
    else loop->tasks_tail = task->previous;
    caw__future_unref(&task->future);
}

size_t caw_all_tasks(caw_loop *loop, caw_any **tasks, size_t count)
{
    size_t n = 0;
    if (!loop) loop = caw__running;
    for (caw_task *task = loop ? loop->tasks : NULL; task; task = task->next, n++) {
        if (n < count) tasks[n] = (caw_any *)(void *)task;
    }
    return n;
}

/* ---- Step ------------------------------------------------------------------------------------------------------------------ */

/* What is to be thrown; its message stays known (asyncio's _cancel_message). */
static caw_error *take_cancellation(caw_task *task)
{
    task->future.object.flags &= (uint16_t)~CAW__MUST_CANCEL;
    return task->future.error ? caw_ref(task->future.error) : caw__cancelled_error(NULL);
}

/* Into the await where the task is suspended; it replaces whatever came out of that await. */
static void throw_cancellation(caw_task *task)
{
    caw_error *error = task->slot->error;
    if (caw_error_is(error, CAW_CANCELLED_ERROR)) { /* one CancelledError is enough */
        task->future.object.flags &= (uint16_t)~CAW__MUST_CANCEL;
        return;
    }
    caw_unref(error);
    task->slot->error = take_cancellation(task);
}

/* The coroutine has ended: `error` is why, or NULL when the value is in place. */
static void complete(caw_task *task, caw_error *error)
{
    int state = CAW__FINISHED;
    if (error && caw_error_is(error, CAW_CANCELLED_ERROR)) {
        state = CAW__CANCELLED;
        task->future.object.flags |= CAW__UNRAISED;
        caw_unref(task->future.error);
        task->future.error = error;
    } else if (error) { /* wins over a cancellation that is not delivered yet */
        state = CAW__FAILED;
        task->future.object.flags &= (uint16_t)~CAW__RETRIEVED; /* news, whoever cancelled before */
        task->last_cancel = task->future.error;
        task->future.error = error;
        if (CAW__UNLIKELY(task->future.loop->task_failed != NULL)) task->future.loop->task_failed(task);
    } else if (CAW__UNLIKELY(task->future.object.flags & CAW__MUST_CANCEL)) { /* rule 12: cancelled while it ended */
        state = CAW__CANCELLED;
        caw__result_drop(task->future.shape, caw__future_value(&task->future)); /* the value is lost */
    }
    caw__future_finish(&task->future, state);
    caw__task_delist(task);
}

/*
 * Runs the coroutines of `task` from task->top until they suspend or have ended. The current task stays set: whatever calls user
 * code outside a task clears it (handle.c, future.c), and whoever starts a task inside another restores it.
 */
static void resume(caw_task *task)
{
    caw_context *outer = caw__context, *own = task->context;
    caw__rt.task = task;
    if (CAW__UNLIKELY(own != outer)) caw__context = own;
    caw__co_resume(task->top);
    if (CAW__UNLIKELY(caw__context != own)) task->context = caw__context; /* the task has set its first variable */
    if (CAW__UNLIKELY(caw__context != outer)) caw__context = outer;
}

void caw__task_resume(caw_task *task) { resume(task); }

static void step(caw_task *task)
{
    resume(task);
    if (task->root.waiter == CAW__DONE) complete(task, task->root.error);
}

static void first_step(caw_task *task)
{
    caw__co *co = task->top;
    task->future.object.flags |= CAW__HAS_STARTED;
    if (task->future.object.flags & CAW__MUST_CANCEL) { /* rule 11: the body and its finally never run */
        caw__co_destroy(co);
        complete(task, take_cancellation(task));
        return;
    }
    co->kind = CAW__STARTED;
    co->slot = &task->root;
    co->out = (char *)task + CAW__ALIGN8(sizeof *task);
    co->depth = 0;
    step(task);
}

/* What it waited for is done, or it was cancelled, or it has not begun. */
static __attribute__((noinline)) void wake(caw_task *task)
{
    caw_future *waited = task->waiting;
    unsigned    flags = task->future.object.flags;
    bool        shared = false;
    if (CAW__UNLIKELY(flags & CAW__CLOSING)) return; /* close.c deals with it */
    if (!(flags & CAW__HAS_STARTED)) {
        first_step(task);
        return;
    }
    if (waited) {
        task->waiting = NULL;
        task->slot->error = caw__future_take_inline(waited, task->out);
        if (CAW__UNLIKELY(flags & CAW__MUST_CANCEL) && !task->slot->error) {
            caw__result_drop(waited->shape, task->out); /* rule 10b: the awaited result is dropped */
        }
        shared = waited->object.state == CAW__FAILED;
        if (waited->object.refs != CAW__IMMORTAL) caw__future_unref(waited);
    }
    if (CAW__UNLIKELY(flags & (CAW__MUST_CANCEL | CAW__ASKED)) || CAW__UNLIKELY(task->slot->error != NULL)) {
        if (flags & CAW__MUST_CANCEL) throw_cancellation(task);
        if (task->slot->error) task->slot->error = caw__error_arrives(task->slot->error, flags & CAW__ASKED, shared);
        task->future.object.flags &= (uint16_t)~CAW__ASKED;
    }
    step(task);
}

/* Small enough to be inlined where the loop calls it: a bare yield costs 11 ns this way, 14 in one function with the rest. */
void caw__task_run(caw__node *node)
{
    caw_task *task = CAW__CONTAINER(node, caw_task, node);
    unsigned  flags = task->future.object.flags & (CAW__HAS_STARTED | CAW__MUST_CANCEL | CAW__CLOSING);
    if (flags == CAW__HAS_STARTED && !task->waiting) step(task);
    else wake(task);
}

/* ---- Making one ------------------------------------------------------------------------------------------------------------- */

/* A coroutine around an awaitable that is none: its result goes straight to whoever awaits the wrapper. */
CAW__ASYNC_FORWARD(caw__wrap, caw_any *awaitable)
{
    CAW__BEGIN_FORWARD(caw__drop(awaitable)) {
        CAW__AWAIT_INTO(awaitable);
    } CAW__END_FORWARD;
}

caw_any *caw__forward(caw_of(void) coroutine, uint32_t shape)
{
    caw_any *any = caw_base(coroutine);
    if (any->kind == CAW__FRESH) ((caw__co *)any)->out = (void *)(uintptr_t)shape;
    return any;
}

CAW__COLD

/* `why` is NULL when there is no memory. */
static __attribute__((noinline)) caw_any *refuse(caw_any *coroutine, const char *why)
{
    caw__drop(coroutine);
    return caw__future_failed(why ? caw_error_new(CAW_RUNTIME_ERROR, "%s", why) : caw__error_no_memory());
}

/* A future is what it is made a future of, unless another loop than its own is asked for. */
static __attribute__((noinline)) caw_any *as_it_is(caw_any *any, const caw_spawn_options *options)
{
    const caw_future *future = (const caw_future *)(const void *)any;
    if (!options || !options->loop || !future->loop || future->loop == options->loop) return any;
    caw__drop(any);
    return caw__future_failed(caw_error_new(CAW_VALUE_ERROR, "the future belongs to a different loop"));
}

CAW__COLD_END

caw_any *caw__spawn(caw_any *any, uint32_t shape, const caw_spawn_options *options)
{
    if (any->kind == CAW__FUTURE) return as_it_is(any, options);
    if (any->kind == CAW__CUSTOM || any->kind == CAW__YIELD || any->state & CAW__GENERATOR)
        any = caw__forward(caw__wrap(any), shape);
    static const caw_spawn_options none;
    if (CAW__LIKELY(!options)) options = &none;
    caw_loop *loop = options->loop ? options->loop : caw__running;
    if (any->kind == CAW__FUTURE) return any; /* there was no memory for a wrapper */
    if (any->kind != CAW__FRESH) return refuse(any, "cannot make a task of a coroutine that already runs");
    if (!loop) return refuse(any, "no running event loop");
    if (loop->closed) return refuse(any, "the loop is closed");
    if (shape == CAW__FORWARD) shape = caw__any_shape(any);
    if (CAW__UNLIKELY(loop->make_task != NULL) && !options->caw__own) return loop->make_task(loop, any, shape, options);
    caw_task *task = caw__alloc_inline(caw__size_with(sizeof *task, shape));
    if (!task) return refuse(any, NULL);
    caw__future_init(&task->future, &task_type, loop, shape, CAW__IS_TASK);
    task->node.run = caw__task_run;
    task->top = (caw__co *)any;
    task->slot = NULL;
    task->waiting = NULL;
    task->root = (caw__slot){.waiter = CAW__INLINE};
    task->context = options->context ? caw_ref(options->context) : NULL;
    task->desc = task->top->desc;
    task->name = (uintptr_t)++loop->task_names << 1 | NUMBERED;
    task->cancelling = 0;
    if ((!options->context && caw__context && caw__context_snapshot(caw__context, &task->context)) ||
        (options->name && caw__task_set_name((caw_any *)(void *)task, options->name))) {
        caw_unref(task);
        return refuse(any, NULL);
    }
    enlist(task);
    if ((options->eager || (loop->eager && !options->lazy)) && caw__running == loop) {
        caw_task *outer = caw__rt.task;
        first_step(task);
        caw__rt.task = outer;
    } else {
        caw__task_queue(task);
    }
    return (caw_any *)(void *)task;
}

caw_future *caw__ensure_future(caw_any *any, caw_loop *loop, uint32_t shape)
{
    return (caw_future *)(void *)caw__spawn(any, shape, &(caw_spawn_options){.loop = loop});
}

CAW__COLD

/* ---- Cancellation ------------------------------------------------------------------------------------------------------------- */

/*
 * Nothing it waits for can be cancelled, or it waits for itself by a cycle of awaits: CancelledError at its next step, which a
 * cycle brings about here.
 */
static void must_cancel(caw_task *task, const char *message, bool in_cycle)
{
    caw_error *last = task->future.error; /* may hold the message */
    task->future.error = message ? caw__cancelled_error(message) : NULL;
    caw_unref(last);
    task->future.object.flags |= CAW__MUST_CANCEL;
    if (in_cycle && caw__future_remove(task->waiting, &task->node)) {
        caw_unref(task->waiting);
        task->waiting = NULL;
        caw__task_queue(task);
    }
}

/*
 * asyncio cancels what the task awaits, which is often a task, and so on; a chain of tasks is walked without recursion, as it can
 * be as long as memory allows. A task met twice closes a cycle of awaits (CPython dies of that); it is cut there. A gather in the
 * chain cancels its children by a walk of their own: one that meets a task of a walk it stems from says so by `cycle_met`.
 */
static CAW__TLS bool cycle_met;

static bool task_cancel(caw_future *future, const char *message)
{
    caw_task *first = (caw_task *)(void *)future, *task = first;
    if (future->object.state != CAW__PENDING) {
        future->object.flags |= CAW__RETRIEVED;
        return false;
    }
    if (future->object.flags & CAW__WALKED) {
        cycle_met = true;
        return false;
    }
    for (;;) {
        task->cancelling++;
        task->future.object.flags |= CAW__WALKED | CAW__RETRIEVED | CAW__ASKED;
        caw_future *waiting = task->waiting;
        caw_task   *next = waiting ? caw__as_task((caw_any *)(void *)waiting) : NULL;
        if (next && next->future.object.state == CAW__PENDING) {
            if (next->future.object.flags & CAW__WALKED) {
                must_cancel(task, message, true);
                break;
            }
            task = next;
            continue;
        }
        cycle_met = false;
        if (!waiting || !caw__cancel((caw_any *)(void *)waiting, message) || cycle_met) must_cancel(task, message, cycle_met);
        cycle_met = false;
        break;
    }
    for (caw_task *walked = first;; walked = (caw_task *)(void *)walked->waiting) {
        walked->future.object.flags &= (uint16_t)~CAW__WALKED;
        if (walked == task) break;
    }
    return true;
}

caw_error *caw__future_cancellation(caw_future *future)
{
    caw_task *task = caw__as_task((caw_any *)(void *)future);
    if (future->object.state == CAW__CANCELLED) return caw__future_outcome(future);
    const caw_error *last = !task ? NULL : future->object.state == CAW__FAILED ? task->last_cancel : future->error;
    return caw__cancelled_error(caw__error_has_message(last) ? caw_error_message(last) : NULL);
}

int caw__task_cancelling(const caw_any *any)
{
    const caw_task *task = caw__as_task(any);
    return task ? (int)task->cancelling : -CAW_TYPE_ERROR;
}

int caw__task_uncancel(caw_any *any)
{
    caw_task *task = caw__as_task(any);
    if (!task) return -CAW_TYPE_ERROR;
    if (task->cancelling && --task->cancelling == 0 && (task->future.object.flags & CAW__MUST_CANCEL))
        task->future.object.flags &= (uint16_t)~(CAW__MUST_CANCEL | CAW__ASKED); /* 3.13: nobody asks for it any more */
    return (int)task->cancelling;
}

/* ---- Names --------------------------------------------------------------------------------------------------------------------- */

const char *caw__task_name(caw_any *any)
{
    caw_task *task = caw__as_task(any);
    if (!task) return "";
    if (task->name & NUMBERED) { /* made when first asked for */
        char        name[24];
        caw_string *made = caw_string_new(name, caw__format(name, sizeof name, "Task-%zu", (size_t)(task->name >> 1)));
        if (!made) return "Task";
        task->name = (uintptr_t)made;
    }
    return caw_string_data((caw_string *)task->name);
}

int caw__task_set_name(caw_any *any, const char *name)
{
    caw_task *task = caw__as_task(any);
    if (!task) return -CAW_TYPE_ERROR;
    caw_string *copy = caw_string_of(name);
    if (!copy) return -CAW_MEMORY_ERROR;
    if (!(task->name & NUMBERED)) caw_unref((void *)task->name);
    task->name = (uintptr_t)copy;
    return 0;
}

CAW__COLD_END
