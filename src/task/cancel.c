/*
 * Owns: how a task is cancelled, exact to asyncio's rules: what it awaits is asked first, along chains and cycles of awaits.
 * Must not know: what a step does with the error (task.c).
 */
#include "task/task.h"

CAW__COLD

void caw__task_must_cancel(caw_task *task, const char *message, bool in_cycle)
{
    caw_error *last = task->future.error; /* may hold the message */
    task->future.error = message ? caw__cancelled_error(message) : NULL;
    caw_unref(last);
    task->future.object.flags |= CAW__MUST_CANCEL;
    if (in_cycle && caw__future_remove(task->waiting, &task->node)) {
        caw_unref(task->waiting);
        task->waiting = NULL;
        task->slot->out = NULL;
        caw__task_queue(task);
    }
}

/*
 * asyncio cancels what the task awaits, which is often a task, and so on; a chain of tasks is walked without recursion, as it can
 * be as long as memory allows. A task met twice closes a cycle of awaits (CPython dies of that); it is cut there. Where there is
 * something over futures, a gather perhaps, the way may lead through it, and ask.c goes it.
 */
bool caw__task_cancel(caw_future *future, const char *message)
{
    caw_task *first = (caw_task *)(void *)future, *task = first;
    if (future->object.state != CAW__PENDING) {
        future->object.flags |= CAW__RETRIEVED;
        return false;
    }
    if (future->loop->through) return future->loop->through->ask(future, message);
    bool cycle = false;
    for (caw_task *next;; task = next) {
        task->cancelling += task->cancelling < INT32_MAX;
        task->future.object.flags |= CAW__WALKED | CAW__RETRIEVED | CAW__ASKED;
        next = task->waiting ? caw__as_task((caw_any *)(void *)task->waiting) : NULL;
        if (!next || next->future.object.state != CAW__PENDING) break;
        cycle = next->future.object.flags & CAW__WALKED;
        if (cycle) break;
    }
    for (caw_task *walked = first;; walked = (caw_task *)(void *)walked->waiting) {
        walked->future.object.flags &= (uint16_t)~CAW__WALKED;
        if (walked == task) break;
    }
    caw_ref(task);
    if (cycle || !task->waiting || !caw__cancel((caw_any *)(void *)task->waiting, message))
        caw__task_must_cancel(task, message, cycle);
    caw_unref(task);
    return true;
}

/* One that waits for another of them has that cancelled anyway; a cycle of awaits is not cut. */
void caw__tasks_cancel(caw_loop *loop)
{
    const caw__through *through = loop->through;
    for (caw_task *task = loop->tasks; task; task = task->next) {
        const caw_future *waited = task->waiting;
        task->future.object.flags |= CAW__SILENT | CAW__RETRIEVED | CAW__ASKED;
        if (through) continue;
        if (waited && waited->object.flags & CAW__IS_TASK && waited->object.state == CAW__PENDING) task->cancelling++;
        else caw__cancel((caw_any *)(void *)task, NULL);
    }
    if (through) through->ask_all(loop);
}

caw_error *caw__future_cancellation(caw_future *future)
{
    caw_task *task = caw__as_task((caw_any *)(void *)future);
    if (future->object.state == CAW__CANCELLED) return caw__future_outcome(future);
    const caw_error *last = !task ? NULL : future->object.state == CAW__FAILED ? task->last_cancel : future->error;
    return caw__cancelled_again(last);
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
    CAW__OURS(any);
    if (task->cancelling && --task->cancelling == 0 && (task->future.object.flags & CAW__MUST_CANCEL))
        task->future.object.flags &= (uint16_t)~(CAW__MUST_CANCEL | CAW__ASKED); /* 3.13: nobody asks for it any more */
    return (int)task->cancelling;
}

/* rule 10c: what is newly awaited is cancelled at once */
void caw__await_cancelled(caw_task *task)
{
    caw_error  *cancel = caw_ref(task->future.error); /* a cycle of awaits may bring another */
    const char *message = caw__error_has_message(cancel) ? caw_error_message(cancel) : NULL;
    task->future.object.flags &= (uint16_t)~CAW__MUST_CANCEL;
    if (!caw__cancel((caw_any *)(void *)task->waiting, message)) task->future.object.flags |= CAW__MUST_CANCEL;
    caw_unref(cancel);
}

CAW__COLD_END
