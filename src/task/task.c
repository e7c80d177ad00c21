/*
 * Owns: tasks: the step, the wake, completion, how they are made, names, the list of pending ones.
 * Must not know: what a coroutine does with a step (the frame's layout is frame.h's), or how a cancellation goes about (cancel.c).
 */
#include "task/forward.h"
#include <string.h>

#define NUMBERED ((uintptr_t)1) /* in caw_task.name */

static void            task_release(void *object);
static const caw__type task_type = {"Task", task_release, caw__task_cancel};

static void task_release(void *object)
{
    caw_task *task = object;
    if (task->future.object.state == CAW__FAILED) {
        if (caw__future_kept(&task->future)) return;
        caw_unref(task->last_cancel);
    }
    caw__future_clear(&task->future);
    if (!(task->name & NUMBERED)) caw_unref((void *)task->name);
    if (task->context) caw_unref(task->context);
    caw__free_inline(task, caw__task_size(task->future.shape));
}

/* Mostly a task, and the last reference: a direct call, where one by the type costs 5 ns more. */
void caw__future_unref(caw_future *future)
{
#ifndef CAW_CHECKED
    if (future->object.refs == 1 && future->object.type == &task_type) task_release(future);
    else
#endif
        caw_unref(future);
}

/* One that is suspended is only the last that ran: what is called meanwhile, a destructor or a handler, is called by none. */
caw_any *caw_current_task(void)
{
    caw_task *task = caw__rt.task;
    return task && caw__task_runs(task) ? (caw_any *)(void *)task : NULL;
}

/* ---- The list of pending tasks ------------------------------------------------------------------------------------------ */

static void task_enlist(caw_task *task)
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
    caw_loop    *loop = task->future.loop;
    caw_context *context = task->context;
    if (task->previous) task->previous->next = task->next;
    else loop->tasks = task->next;
    if (task->next) task->next->previous = task->previous;
    else loop->tasks_tail = task->previous;
    /* A value of its context may hold the task. Not so before the report of an error that nobody retrieves, which is made in it. */
    if (CAW__UNLIKELY(context != NULL)) {
        if (task->future.object.state != CAW__FAILED) task->context = NULL;
        else context = NULL;
    }
    if (task->future.object.refs > 1) task->future.object.refs--; /* 2 ns less than by the call */
    else caw__future_unref(&task->future);
    if (CAW__UNLIKELY(context != NULL)) caw_unref(context);
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

/* One that has failed keeps its variables until somebody sees why: the report is made among them. */
void caw__task_seen(caw_task *task)
{
    caw_context *context = task->context;
    task->context = NULL; /* its variables may hold the task itself */
    caw_unref(context);
}

/* The coroutine has ended: `error` is why, or NULL when the value is in place. */
static void complete(caw_task *task, caw_error *error)
{
    int state = CAW__FINISHED;
    if (CAW__UNLIKELY(task->future.object.flags & CAW__CLOSING)) return; /* close.c deals with it */
    caw__rt.task = NULL; /* it may be gone in a moment, and destructors of what it held may be called */
    if (error && caw_error_is(error, CAW_CANCELLED_ERROR)) {
        state = CAW__CANCELLED;
        task->future.object.flags |= CAW__UNRAISED;
        caw_unref(task->future.error);
        task->future.error = error;
    } else if (error) { /* wins over a cancellation that is not delivered yet */
        state = CAW__FAILED;
        task->future.object.flags &= (uint16_t)~CAW__RETRIEVED; /* news, whoever cancelled before */
        caw_error *last_cancel = task->future.error;
        task->future.error = error;
        if (CAW__UNLIKELY(task->future.loop->task_failed != NULL)) task->future.loop->task_failed(task);
        task->last_cancel = last_cancel;
    } else if (CAW__UNLIKELY(task->future.object.flags & CAW__MUST_CANCEL)) { /* rule 12: cancelled while it ended */
        state = CAW__CANCELLED;
        caw__result_drop(task->future.shape, caw__future_value(&task->future)); /* the value is lost */
    }
    caw__future_finish(&task->future, state);
    caw__task_delist(task);
}

/*
 * Runs the coroutines of `task` from `top` until they suspend or have ended. The current task stays set: whatever calls user
 * code outside a task clears it (handle.c, future.c), and whoever starts a task inside another restores it. Meanwhile nobody knows
 * where the task is (frames come and go): slot says nothing, which who looks at it from an eager child relies on.
 */
static __attribute__((noinline)) void step_at(caw_task *task, caw__co *top)
{
    caw_context *outer = caw__context, *own = task->context;
    caw__rt.task = task;
    if (CAW__UNLIKELY(own != outer)) caw__context = own;
    task->slot = NULL; /* as there is no error yet */
#ifdef CAW_CHECKED
    caw__here = task->at;
#endif
    caw__co_resume(top);
    CAW__ALWAYS(caw__rt.task == task && !caw__rt.next);
    if (CAW__UNLIKELY(caw__context != own)) task->context = caw__context; /* the task has set its first variable */
    if (CAW__UNLIKELY(caw__context != outer)) caw__context = outer;
    CAW__ALWAYS(caw__task_ended(task) || task->slot);
    if (CAW__UNLIKELY(caw__task_ended(task))) complete(task, task->root.error);
}

static void task_step(caw_task *task) { step_at(task, caw__task_top(task)); }

void caw__task_step(caw_task *task) { task_step(task); }

/* An error is thrown into the await where it is suspended. */
static __attribute__((noinline)) void step_thrown(caw_task *task)
{
    caw__rt.thrown = caw__task_top(task);
    task->slot->error = caw__error_chained(caw__rt.thrown, task->slot->error);
    task_step(task);
    caw__rt.thrown = NULL;
}

static void first_step(caw_task *task)
{
    caw__co *co = task->first;
    task->future.object.flags |= CAW__HAS_STARTED;
    if (task->future.object.flags & CAW__MUST_CANCEL) { /* rule 11: the body and its finally never run */
        task->slot = NULL;                              /* before what it owns is given up, whose destructors may look at it */
        caw__co_destroy(co);
        complete(task, take_cancellation(task));
        return;
    }
    co->slot = &task->root;
    co->out = (char *)task + caw__task_value(task->future.shape);
    co->depth = 0;
    step_at(task, co);
}

/* It was cancelled, or what it waited for was: what is thrown into it, if anything is after all. */
static __attribute__((noinline)) void wake_thrown(caw_task *task, unsigned flags, bool shared)
{
    if (flags & CAW__MUST_CANCEL) throw_cancellation(task);
    task->future.object.flags &= (uint16_t)~CAW__ASKED;
    if (task->slot->error) {
        task->slot->error = caw__error_arrives(task->slot->error, flags & CAW__ASKED, shared);
        step_thrown(task);
    } else {
        task_step(task);
    }
}

/* What it waited for is done, or it was cancelled, or it has not begun. */
static __attribute__((noinline)) void task_wake(caw_task *task)
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
#ifdef CAW_CHECKED
        caw__here = task->at; /* who awaited it gives it up */
#endif
        task->waiting = NULL;
        shared = waited->object.state == CAW__FAILED;
        task->slot->error = CAW__UNLIKELY(flags & CAW__MUST_CANCEL)
                                ? caw__future_outcome(waited) /* rule 10b: the result is lost */
                                : caw__future_take_last_inline(waited, task->slot->out);
        if (waited->object.refs != CAW__IMMORTAL) caw__future_unref(waited);
        flags = task->future.object.flags; /* a destructor may have been called */
    }
    if (CAW__UNLIKELY(flags & (CAW__MUST_CANCEL | CAW__ASKED)) || CAW__UNLIKELY(task->slot->error != NULL))
        wake_thrown(task, flags, shared);
    else task_step(task);
}

/* Small enough to be inlined where the loop calls it: a bare yield costs 11 ns this way, 14 in one function with the rest. */
void caw__task_run(caw__node *node)
{
    caw_task *task = CAW__CONTAINER(node, caw_task, node);
    unsigned  flags = task->future.object.flags & (CAW__HAS_STARTED | CAW__MUST_CANCEL | CAW__CLOSING);
    if (flags == CAW__HAS_STARTED && !task->waiting) task_step(task);
    else task_wake(task);
}

/* ---- Making one ------------------------------------------------------------------------------------------------------------- */

/* A coroutine around an awaitable that is none: its result goes straight to whoever awaits the wrapper. */
CAW__ASYNC_FORWARD(wrap, caw_any *awaitable)
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
static __attribute__((noinline)) caw_any *task_refuse(caw_any *coroutine, const char *why)
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

/* NULL without memory. */
static __attribute__((noinline)) caw_task *task_new(caw_any *coroutine, caw_loop *loop, uint32_t shape)
{
    CAW__OURS(coroutine);
    CAW__OUR_LOOP(loop);
    caw_task *task = caw__alloc_inline(caw__task_size(shape));
    if (!task) return NULL;
    caw__future_init(&task->future, &task_type, loop, shape, CAW__IS_TASK);
    task->node.run = caw__task_run;
    task->first = (caw__co *)coroutine;
    task->first->kind = CAW__STARTED; /* taken: from here on it is the task's alone */
    task->desc = (uintptr_t)task->first->desc | CAW__ROOT;
    task->waiting = NULL;
    task->context = NULL;
    task->name = (uintptr_t)++loop->task_names << 1 | NUMBERED;
    task->cancelling = 0;
#ifdef CAW_CHECKED
    task->at = (caw__spot){task->first->desc->file, task->first->desc->line};
#endif
    task_enlist(task);
    return task;
}

/* Small code for two callers; V8 inlines it in the one that counts. */
static __attribute__((noinline)) void task_start(caw_task *task) { caw__task_queue(task); }

static __attribute__((noinline)) caw_any *spawn(caw_any *any, uint32_t shape, const caw_spawn_options *options)
{
    if (!any) any = (caw_any *)(uintptr_t)&caw__null;
    CAW__OURS(any);
    if (any->kind == CAW__FUTURE) return as_it_is(any, options);
    if (any->kind == CAW__CUSTOM || any->kind == CAW__YIELD || any->state & CAW__GENERATOR)
        any = caw__forward(wrap(any), shape);
    static const caw_spawn_options none;
    if (!options) options = &none;
    caw_loop *loop = options->loop ? options->loop : caw__running;
    if (any->kind == CAW__FUTURE) return any; /* there was no memory for a wrapper */
    if (any->kind != CAW__FRESH)
        return caw__future_failed(caw__error_taken(any, caw__rt.task ? caw__task_desc(caw__rt.task) : NULL));
    if (!loop) return task_refuse(any, "no running event loop");
    if (loop->closed) return task_refuse(any, "the loop is closed");
    if (loop->make_task && !options->caw__own) return loop->make_task(loop, any, shape, options);
    caw_task *task = task_new(any, loop, shape);
    if (!task) return task_refuse(any, NULL);
    if (options->context) task->context = caw_ref(options->context);
    if ((!options->context && caw__context && caw__context_snapshot(caw__context, &task->context)) ||
        (options->name && caw__task_set_name((caw_any *)(void *)task, options->name))) {
        caw__task_delist(task);
        caw_unref(task);
        any->kind = CAW__FRESH;
        return task_refuse(any, NULL);
    }
    if ((options->eager || (loop->eager && !options->lazy)) && caw__running == loop) {
        caw_task *outer = caw__rt.task;
        caw__co  *thrown = caw__rt.thrown;
        caw__rt.thrown = NULL;
#ifdef CAW_CHECKED
        if (loop->debug && !loop->turning)
            caw__loop_measure(loop, &task->node); /* nobody else does: it is the step of a call from outside */
        else
#endif
            first_step(task);
        caw__rt.task = outer;
        caw__rt.thrown = thrown;
    } else {
        task_start(task);
    }
    return (caw_any *)(void *)task;
}

/* The common case, small enough for V8 to inline. */
caw_any *caw__spawn(caw_any *any, uint32_t shape, const caw_spawn_options *options)
{
    caw_loop *loop = caw__running;
    if (CAW__UNLIKELY(!any || any->kind != CAW__FRESH || any->state & CAW__GENERATOR || options || caw__context || !loop ||
                      loop->eager || loop->closed || loop->make_task))
        return spawn(any, shape, options);
    caw_task *task = task_new(any, loop, shape);
    if (!task) return task_refuse(any, NULL);
    task_start(task);
    return (caw_any *)(void *)task;
}

caw_future *caw__ensure_future(caw_any *any, caw_loop *loop, uint32_t shape)
{
    caw_spawn_options in = {.loop = loop};
    return (caw_future *)(void *)caw__spawn(any, shape, loop == caw__running ? NULL : &in);
}

CAW__COLD

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
    CAW__OURS(any);
    caw_string *copy = caw_string_of(name);
    if (!copy) return -CAW_MEMORY_ERROR;
    if (!(task->name & NUMBERED)) caw_unref((void *)task->name);
    task->name = (uintptr_t)copy;
    return 0;
}

CAW__COLD_END
