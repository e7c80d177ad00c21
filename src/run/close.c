/*
 * Owns: closing a loop: its tasks are unwound, what is ready or timed lets go of what it holds.
 * Must not know: how a loop runs (loop.c), nor what asked for the end (run.c, a host).
 */
#include "task/report.h"
#include "combine/over.h"

CAW__COLD

CAW__TLS void (*caw__check_close)(caw_loop *loop);

/* GeneratorExit through the suspended coroutines, so that their finally blocks and defers run; what awaits again is cut off. */
static void close_task(caw_task *task)
{
    if (!(task->future.object.flags & CAW__HAS_STARTED)) {
        caw__co *first = task->first;
        task->first = NULL; /* first: destructors may look at the task */
        caw__co_destroy(first);
        return;
    }
    for (int tries = 0; !caw__task_ended(task); tries++) {
        if (task->waiting) {
            caw__future_remove(task->waiting, &task->node);
            caw_unref(task->waiting);
            task->waiting = NULL;
            task->slot->out = NULL;
        }
        if (!tries) {
            caw_unref(task->slot->error);
            task->slot->error = caw__error_generator_exit();
            task->future.object.flags &= (uint16_t)~CAW__MUST_CANCEL;
            caw__task_step(task);
            continue;
        }
        caw__report_error(task->future.loop, "coroutine ignored GeneratorExit", NULL, (caw_any *)(void *)task);
        caw__co *co = caw__task_top(task);
        task->slot = NULL; /* first, as above */
        while (co) {       /* innermost first: a child's outcome is in its awaiter's frame */
            caw__co *waiter = caw__co_awaiter(co);
            if (co->state & CAW__GENERATOR) {
                co->kind = CAW__EXHAUSTED;
                caw__drop((caw_any *)co);
            } else {
                caw__co_destroy(co);
            }
            co = waiter;
        }
        break;
    }
}

static void close_tasks(caw_loop *loop)
{
    for (caw_task *task = loop->tasks; task; task = task->next) task->future.object.flags |= CAW__CLOSING;
    caw__loop_discard(loop); /* what awaits again while it is unwound must find its node in no list */
    while (loop->tasks) {
        caw_task *task = caw_ref(loop->tasks);
        if (!(task->future.object.flags & CAW__SILENT)) {
            caw__report_error(loop, "Task was destroyed but it is pending!", NULL, (caw_any *)(void *)task);
            caw__loop_discard(loop); /* what the handler has scheduled */
        }
        CAW__ALWAYS(!loop->ready && !loop->batch);
        close_task(task);
        caw__rt.task = NULL; /* it goes, and handlers and destructors are called */
        if (caw__task_ended(task) && !task->root.error) {
            caw__result_drop(task->future.shape, caw__future_value(&task->future));
        }
        if (caw_error_is(task->root.error, CAW_EXCEPTION)) {
            caw__report_error(loop, "exception in a task closed with its loop", task->root.error, (caw_any *)(void *)task);
        }
        caw_unref(task->root.error);
        caw_unref(task->future.error);
        task->future.error = NULL;
        caw__future_finish(&task->future, CAW__CANCELLED);
        caw__loop_discard(loop); /* its node may be ready, and so are its callbacks now */
        caw__task_delist(task);
        caw_unref(task);
    }
}

int caw_loop_close(caw_loop *loop)
{
    if (!loop) return 0;
    CAW__OUR_LOOP(loop);
    if (loop->running || loop->turning || caw__running == loop) return -CAW_RUNTIME_ERROR;
    if (loop->closed) return 0;
    for (const caw_task *task = loop->tasks; task; task = task->next) {
        if (caw__task_runs(task)) return -CAW_RUNTIME_ERROR; /* an eager one, that has run another loop inside its first step */
    }
    loop->closed = loop->woken = true; /* from here on a node that is run only lets go of what it holds */
    caw_task *task = caw__rt.task;     /* of another loop, perhaps */
    caw_loop *previous = caw__loop_enter(loop);
    close_tasks(loop);
    while (loop->overs) caw__over_detach(loop->overs);
    caw__timer *timer;
    while ((timer = caw__timers_first(&loop->timers))) {
        caw__timers_remove(&loop->timers, timer);
        caw__ready_push(loop, &timer->node);
    }
    caw__loop_discard(loop);
    if (loop->generators_end) loop->generators_end->forget(loop);
    CAW__ALWAYS(!loop->tasks && !loop->overs && !loop->generators);
    CAW__ALWAYS(!loop->ready && !loop->batch && !loop->timers.heaps && !loop->timers.fresh);
    loop->woken = false; /* what becomes ready from now on is discarded at once */
    if (caw__check_close) caw__check_close(loop);
    caw__loop_leave(loop, previous);
    caw__rt.task = task;
    *(loop->previous ? &loop->previous->next : &caw__loops) = loop->next;
    *(loop->next ? &loop->next->previous : &caw__loops_tail) = loop->previous;
    caw__open_loops--;
    caw__host_close(loop);
    caw__loop_unref(loop);
    return 0;
}

CAW__COLD_END
