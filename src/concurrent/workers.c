/*
 * Owns: workers: which job goes to which, when they start and end, killing one; an inline executor, which is its own worker.
 * Must not know: what a worker is on which host.
 */
#include "concurrent/executor.h"
#include <errno.h>

CAW__COLD

static void worker_free_if_gone(worker *w)
{
    if (w->gone && !w->answering && !w->timing && !w->hearing) caw__free(w, sizeof *w);
}

static void worker_stop_timing(worker *w)
{
    w->retime = false;
    if (!caw__timer_runs(&w->kill)) return; /* its node, if it is ready, finds nothing to kill */
    caw__timer_stop(w->executor->over.loop, &w->kill);
    w->timing = false;
}

/* It runs nothing any more, or nobody hears of that. */
static void worker_end(worker *w)
{
    caw_executor *e = w->executor;
    caw__parcel  *parcel = &w->host.parcel;
    caw__host_worker_end(&w->host);
    if (parcel->data) caw__host_memory(parcel->data, parcel->room, 0); /* an answer that nobody has read */
    *(w->previous ? &w->previous->next : &e->all) = w->next;
    if (w->next) w->next->previous = w->previous;
    e->workers--;
    worker_stop_timing(w);
    caw__memos_free(&w->memos);
    w->job = NULL;
    w->gone = true;
    worker_free_if_gone(w);
}

void caw__workers_end_idle(caw_executor *e)
{
    for (worker *w; (w = e->idle) != NULL;) {
        e->idle = w->next_idle;
        worker_end(w);
    }
}

void caw__workers_end(caw_executor *e)
{
    caw__workers_end_idle(e);
    for (worker *w; (w = e->all) != NULL;) {
        job *j = w->job;
        caw__host_worker_cancel(&w->host);
        if (j->work->async) (void)j->work->async->cancel(j, NULL);
        worker_end(w);
        caw__future_cancel(j->future, NULL);
        j->by = NULL;
        caw__job_leave(j);
    }
}

void caw__workers_cancel_tasks(caw_executor *e)
{
    for (job *j = e->first, *next; j; j = next) {
        next = j->next;
        if (j->work->async) (void)caw__cancel((caw_any *)(void *)j->future, NULL);
    }
    for (worker *w = e->all; w; w = w->next)
        if (w->job && w->job->work->async) (void)caw__cancel((caw_any *)(void *)w->job->future, NULL);
}

/* ---- What comes of its work --------------------------------------------------------------------------------------------------- */

static void worker_done(caw__op *op)
{
    worker *w = CAW__CONTAINER(CAW__CONTAINER(op, caw__worker, op), worker, host);
    w->answering = true;
    caw__ready_push(w->executor->over.loop, &w->node);
}

static caw_error *worker_lost(const caw__worker *host)
{
    const caw__parcel *why = &host->parcel;
    return caw_error_new(CAW_RUNTIME_ERROR, "the worker is lost: %s",
                         why->data ? (const char *)why->data : "it has ended by itself");
}

/* Takes the job from it. */
static job *worker_leave_job(worker *w)
{
    job *j = w->job;
    w->job = NULL;
    j->by = NULL;
    worker_stop_timing(w);
    return j;
}

/* The pass after the answer came, as asyncio's future is set by call_soon_threadsafe. */
static void worker_answered(caw__node *node)
{
    worker       *w = CAW__CONTAINER(node, worker, node);
    caw_executor *e = w->executor;
    w->answering = false;
    if (w->gone || e->over.loop->closed) { /* what becomes of it is executor_detach's */
        worker_free_if_gone(w);
        return;
    }
    caw_ref(e);
    job *j = worker_leave_job(w);
    if (w->host.op.result < 0) {
        caw__job_fail(j, worker_lost(&w->host));
        worker_end(w);
    } else {
        caw__job_answered(j, &w->host.parcel);
        w->host.parcel = (caw__parcel){0};
        w->next_idle = e->idle;
        e->idle = w;
    }
    caw__job_leave(j);
    caw__workers_feed(e);
    caw_unref(e);
}

/* ---- What it says meanwhile --------------------------------------------------------------------------------------------------- */

static void worker_heard(caw__worker *host, caw__memo *memo)
{
    worker *w = CAW__CONTAINER(host, worker, host);
    caw__memos_add(&w->memos, memo);
    if (w->hearing) return;
    w->hearing = true;
    caw__ready_push(w->executor->over.loop, &w->hears);
}

/* Before its answer, which came later. */
static void worker_hears(caw__node *node)
{
    worker *w = CAW__CONTAINER(node, worker, hears);
    for (caw__memo *memo; !w->gone && (memo = caw__memos_take(&w->memos)) != NULL;) {
        if (w->job && w->job->grants && !w->executor->over.loop->closed) w->job->grants->hear(w->job, memo);
        else caw__memo_free(memo);
    }
    w->hearing = false; /* until here it stays, whatever hearing has done */
    worker_free_if_gone(w);
}

/* ---- Cancelling ---------------------------------------------------------------------------------------------------------------- */

/* Its job was cancelled and goes on all the same: it is ended, and the next job finds another. */
static void worker_kill(caw__node *node)
{
    worker       *w = CAW__CONTAINER(CAW__CONTAINER(node, caw__timer, node), worker, kill);
    caw_executor *e = w->executor;
    w->timing = false;
    if (w->gone || e->over.loop->closed) {
        worker_free_if_gone(w);
        return;
    }
    if (w->retime) {
        caw__worker_cancel(w);
        return;
    }
    if (!w->job || (w->job->future->object.state == CAW__PENDING && !w->job->asked))
        return; /* the one that was meant has just answered */
    caw_ref(e);
    job *j = worker_leave_job(w);
    worker_end(w);
    caw__future_cancel(j->future, NULL); /* an async one, which has not agreed */
    caw__job_leave(j);
    caw__workers_feed(e);
    caw_unref(e);
}

void caw__worker_cancel(worker *w)
{
    caw__host_worker_cancel(&w->host);
    w->retime = w->timing;
    if (w->timing || !(w->executor->kill_after > 0)) return;
    w->timing = true;
    caw__timer_start_in(w->executor->over.loop, &w->kill, w->executor->kill_after);
}

/* ---- Giving them work ----------------------------------------------------------------------------------------------------------- */

/* NULL: `*status` says why, or there are as many as there may be. */
static worker *worker_new(caw_executor *e, ptrdiff_t *status)
{
    if (e->workers == e->most) return NULL;
    worker *w = caw__alloc(sizeof *w);
    *status = -ENOMEM;
    if (!w) return NULL;
    *w = (worker){
        .host = {.op = {.loop = e->over.loop, .done = worker_done},
                 .heard = worker_heard,
                 .kind = e->kind == CAW_EXECUTOR_THREADS ? CAW__WORKER_THREADS : CAW__WORKER_INSTANCES},
        .executor = e,
        .node = CAW__NODE(worker_answered),
        .kill = {.node = CAW__NODE(worker_kill)},
        .hears = CAW__NODE(worker_hears),
    };
    *status = caw__host_worker_start(&w->host);
    if (*status < 0) {
        caw__free(w, sizeof *w);
        return NULL;
    }
    w->next = e->all;
    if (w->next) w->next->previous = w;
    e->all = w;
    e->workers++;
    return w;
}

static caw_error *start_refused(ptrdiff_t status)
{
    if (status == -ENOMEM) return caw__error_no_memory();
    return caw_error_os((int)-status, "no worker can be started: errno %u", (unsigned)-status);
}

/* CAW__UNDER_WAY; or -errno: it is given up, and the job has its message back. */
static ptrdiff_t worker_take(worker *w, job *j)
{
    w->host.parcel = j->message.parcel;
    w->host.lent = j->message.lent;
    j->message.parcel = (caw__parcel){0};
    j->message.lent = (caw__lent){0};
    w->job = j;
    j->by = w;
    ptrdiff_t status = caw__host_worker_run(&w->host);
    if (status == CAW__UNDER_WAY) {
        for (caw__grant *grant = j->grants; grant; grant = grant->next) grant->begun(grant);
        return status;
    }
    j->message.parcel = w->host.parcel;
    j->message.lent = w->host.lent;
    w->host.parcel = (caw__parcel){0};
    worker_leave_job(w);
    worker_end(w);
    return status;
}

void caw__workers_turn(caw__node *node)
{
    caw_executor *e = CAW__CONTAINER(node, caw_executor, turn);
    job          *j = e->first;
    e->turning = false;
    if (!j || e->over.loop->closed) { /* it was cancelled meanwhile */
        caw_unref(e);
        return;
    }
    caw__job_unqueue(j);
    caw__parcel parcel = j->message.parcel;
    j->message.parcel = (caw__parcel){0};
    if (caw__work_do(&j->desk, &parcel)) {
        caw__job_answered(j, &parcel);
        caw__job_leave(j);
    }
    caw__workers_feed(e);
    caw_unref(e);
}

void caw__workers_feed(caw_executor *e)
{
    if (e->kind == CAW_EXECUTOR_INLINE) {
        if (!e->first || e->turning) return;
        e->turning = true;
        caw_ref(e); /* its node is ready, whoever lets go of it */
        caw__ready_push(e->over.loop, &e->turn);
        return;
    }
    while (e->first) {
        job      *j = e->first;
        ptrdiff_t status = 0;
        worker   *w = e->idle;
        bool      known = w != NULL;
        if (known) e->idle = w->next_idle;
        else w = worker_new(e, &status);
        /* It waits for one that is there; unless it is one for which that may wait itself, at the other end of a channel. */
        if (!w && e->workers && (!status || !j->work->async)) return;
        if (w) status = worker_take(w, j);
        if (known && status != CAW__UNDER_WAY) continue; /* it was lost while it did nothing; another may be there */
        caw__job_unqueue(j);
        if (status == CAW__UNDER_WAY) continue;
        caw__job_fail(j, start_refused(status));
        caw__job_leave(j);
    }
}

CAW__COLD_END
