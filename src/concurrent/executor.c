/*
 * Owns: executors: which job goes to which worker, when workers start and end, an inline executor's turns.
 * Must not know: what a worker is, or the loop's own executor (default_executor.c).
 */
#include "concurrent/executor.h"
#include <errno.h>

CAW__COLD

/* ---- Jobs as futures --------------------------------------------------------------------------------------------------------- */

static size_t job_offset(const caw_future *future) { return CAW__ALIGN8(caw__future_size(future->shape)); }
static job   *job_of(caw_future *future) { return (job *)(void *)((char *)future + job_offset(future)); }

static void job_release(void *object)
{
    caw_future *future = object;
    if (caw__future_kept(future)) return;
    size_t size = job_offset(future) + sizeof(job);
    caw__message_clear(&job_of(future)->message);
    caw__future_clear(future);
    caw__free(future, size);
}

static void executor_settle(caw_executor *e);

static void job_unqueue(job *j)
{
    caw_executor *e = j->executor;
    *(j->previous ? &j->previous->next : &e->first) = j->next;
    *(j->next ? &j->next->previous : &e->last) = j->previous;
}

/* It is neither queued nor under way any more: the last thing that is done with it. */
static void job_leave(job *j)
{
    caw_executor *e = j->executor;
    CAW__ALWAYS(e->jobs > 0);
    j->executor = NULL;
    caw__message_clear(&j->message);
    caw_unref(j->future);
    e->jobs--;
    executor_settle(e);
    caw_unref(e);
}

static bool job_cancel(caw_future *future, const char *message)
{
    if (!caw__future_cancel(future, message)) return false;
    job *j = job_of(future);
    if (!j->executor) return true;
    if (!j->by) { /* queued */
        job_unqueue(j);
        job_leave(j);
        return true;
    }
    crewman *man = j->by;
    caw__host_worker_cancel(&man->worker);
    if (man->executor->kill_after > 0 && !caw__timer_runs(&man->kill))
        caw__timer_start_in(future->loop, &man->kill, man->executor->kill_after);
    return true;
}

static const caw__type job_type = {"Future", job_release, job_cancel};

static void job_fail(job *j, caw_error *error)
{
    if (j->future->object.state != CAW__PENDING) {
        caw_unref(error);
        return;
    }
    j->future->error = error;
    caw__future_finish(j->future, CAW__FAILED);
}

/* Consumes the answer. */
static void job_answered(job *j, const caw__parcel *parcel)
{
    caw__message answer = {.parcel = *parcel, .addresses = true};
    caw_future  *future = j->future;
    if (future->object.state == CAW__PENDING) {
        const uint32_t *how = caw__message_get(&answer, sizeof *how);
        if (how && *how == CAW__ANSWER_VALUE) {
            caw__message_take(&answer, j->work->result, caw__future_value(future), future->shape & CAW__SIZE);
            if (!answer.broken) caw__future_finish(future, CAW__FINISHED);
        } else if (how) {
            job_fail(j, caw__message_get_error(&answer));
        }
        if (answer.broken && future->object.state == CAW__PENDING) {
            future->error = NULL; /* what was taken of a value that is not whole is nothing */
            job_fail(j, caw__error_no_memory());
        }
    }
    caw__message_clear(&answer);
}

/* ---- Workers ------------------------------------------------------------------------------------------------------------------ */

static void crewman_free(crewman *man)
{
    caw_executor *e = man->executor;
    *(man->previous ? &man->previous->next : &e->crew) = man->next;
    if (man->next) man->next->previous = man->previous;
    e->workers--;
    caw__timer_stop(e->over.loop, &man->kill);
    caw__parcel *parcel = &man->worker.parcel; /* of an answer that nobody has read */
    if (parcel->data) caw__host_memory(parcel->data, parcel->room, 0);
    caw__free(man, sizeof *man);
}

static void crew_end_idle(caw_executor *e)
{
    for (crewman *man; (man = e->idle) != NULL;) {
        e->idle = man->idle;
        caw__host_worker_end(&man->worker);
        crewman_free(man);
    }
}

static void worker_done(caw__op *op)
{
    crewman *man = CAW__CONTAINER(CAW__CONTAINER(op, caw__worker, op), crewman, worker);
    caw__ready_push(man->executor->over.loop, &man->node);
}

static caw_error *worker_lost(const caw__worker *worker)
{
    const caw__parcel *why = &worker->parcel;
    return caw_error_new(CAW_RUNTIME_ERROR, "the worker is lost: %s",
                         why->data ? (const char *)why->data : "it has ended by itself");
}

static void executor_feed(caw_executor *e);

/* The pass after the answer came, as asyncio's future is set by call_soon_threadsafe. */
static void worker_answered(caw__node *node)
{
    crewman      *man = CAW__CONTAINER(node, crewman, node);
    caw_executor *e = man->executor;
    job          *j = man->job;
    if (e->over.loop->closed) return; /* what becomes of it is executor_detach's */
    caw_ref(e);
    man->job = NULL;
    j->by = NULL;
    caw__timer_stop(e->over.loop, &man->kill);
    if (man->worker.op.result < 0) {
        job_fail(j, worker_lost(&man->worker));
        crewman_free(man);
    } else {
        job_answered(j, &man->worker.parcel);
        man->worker.parcel = (caw__parcel){0};
        man->idle = e->idle;
        e->idle = man;
    }
    job_leave(j);
    executor_feed(e);
    caw_unref(e);
}

/* Its job was cancelled and goes on all the same: it is ended, and the next job finds another. */
static void worker_kill(caw__node *node)
{
    crewman      *man = CAW__CONTAINER(CAW__CONTAINER(node, caw__timer, node), crewman, kill);
    caw_executor *e = man->executor;
    job          *j = man->job;
    if (!j || e->over.loop->closed) return;
    caw_ref(e);
    j->by = NULL;
    man->job = NULL;
    caw__host_worker_end(&man->worker);
    crewman_free(man);
    job_leave(j);
    executor_feed(e);
    caw_unref(e);
}

/* NULL: `*status` says why, or there are as many as there may be. */
static crewman *crewman_new(caw_executor *e, ptrdiff_t *status)
{
    if (e->workers == e->most) return NULL;
    crewman *man = caw__alloc(sizeof *man);
    *status = -ENOMEM;
    if (!man) return NULL;
    *man = (crewman){
        .worker = {.op = {.loop = e->over.loop, .done = worker_done},
                   .kind = e->kind == CAW_EXECUTOR_THREADS ? CAW__WORKER_THREADS : CAW__WORKER_INSTANCES},
        .executor = e,
        .node = CAW__NODE(worker_answered),
        .kill = {.node = CAW__NODE(worker_kill)},
    };
    *status = caw__host_worker_start(&man->worker);
    if (*status < 0) {
        caw__free(man, sizeof *man);
        return NULL;
    }
    man->next = e->crew;
    if (man->next) man->next->previous = man;
    e->crew = man;
    e->workers++;
    return man;
}

/* ---- Executors ---------------------------------------------------------------------------------------------------------------- */

static caw_error *start_refused(ptrdiff_t status)
{
    if (status == -ENOMEM) return caw__error_no_memory();
    return caw_error_os((int)-status, "no worker can be started: errno %u", (unsigned)-status);
}

static void executor_turn(caw__node *node)
{
    caw_executor *e = CAW__CONTAINER(node, caw_executor, turn);
    job          *j = e->first;
    e->turning = false;
    if (!j || e->over.loop->closed) return;
    caw_ref(e);
    job_unqueue(j);
    caw__parcel parcel = j->message.parcel;
    j->message.parcel = (caw__parcel){0};
    caw__work_do(&parcel, 0);
    job_answered(j, &parcel);
    job_leave(j);
    executor_feed(e);
    caw_unref(e);
}

/* It takes no work: it is given up, and the job has its message back. */
static void crewman_refuses(crewman *man)
{
    job *j = man->job;
    j->message.parcel = man->worker.parcel;
    man->worker.parcel = (caw__parcel){0};
    man->job = NULL;
    j->by = NULL;
    caw__host_worker_end(&man->worker);
    crewman_free(man);
}

/* Gives work to who can do it. */
static void executor_feed(caw_executor *e)
{
    if (e->kind == CAW_EXECUTOR_INLINE) {
        if (!e->first || e->turning) return;
        e->turning = true;
        caw__ready_push(e->over.loop, &e->turn);
        return;
    }
    while (e->first) {
        job      *j = e->first;
        ptrdiff_t status = 0;
        crewman  *man = e->idle;
        bool      known = man != NULL;
        if (known) e->idle = man->idle;
        else man = crewman_new(e, &status);
        if (!man && e->workers) return; /* it waits for one that is there */
        if (man) {
            man->worker.parcel = j->message.parcel;
            j->message.parcel = (caw__parcel){0};
            man->job = j;
            j->by = man;
            status = caw__host_worker_run(&man->worker);
            if (status != CAW__UNDER_WAY) crewman_refuses(man);
            if (known && status != CAW__UNDER_WAY) continue; /* it was lost while it did nothing; another may be there */
        }
        job_unqueue(j);
        if (status == CAW__UNDER_WAY) continue;
        job_fail(j, start_refused(status));
        job_leave(j);
    }
}

/* After a job has left. */
static void executor_settle(caw_executor *e)
{
    if (e->jobs) return;
    if (e->shut) crew_end_idle(e);
    waiters_wake(&e->line, SIZE_MAX);
}

static void executor_release(void *object)
{
    caw_executor *e = object;
    CAW__ALWAYS(!e->jobs && !e->line.first);
    crew_end_idle(e);
    caw__over_remove(&e->over);
    caw__loop_unref(e->over.loop);
    caw__free(e, sizeof *e);
}

/* The loop is closed: its jobs are cancelled, its workers end; threads when they are done with what they do. */
static void executor_detach(caw__over *over)
{
    caw_executor *e = caw_ref(CAW__CONTAINER(over, caw_executor, over));
    e->shut = true;
    if (over->loop->executor == e) {
        over->loop->executor = NULL;
        caw_unref(e);
    }
    while (e->first) {
        job *j = e->first;
        caw__future_cancel(j->future, NULL);
        job_unqueue(j);
        job_leave(j);
    }
    crew_end_idle(e);
    for (crewman *man; (man = e->crew) != NULL;) {
        job *j = man->job;
        caw__host_worker_cancel(&man->worker);
        caw__host_worker_end(&man->worker);
        caw__loop_discard(over->loop); /* its node may be ready */
        crewman_free(man);
        caw__future_cancel(j->future, NULL);
        j->by = NULL;
        job_leave(j);
    }
    caw_unref(e);
}

static const caw__over_type executor_type = CAW__OVER_TYPE("executor", executor_release, 0, NULL, NULL, executor_detach);

static caw_executor_kind best(void)
{
    int kinds = caw__host_worker_kinds();
    return kinds & CAW__WORKER_INSTANCES ? CAW_EXECUTOR_INSTANCES
           : kinds & CAW__WORKER_THREADS ? CAW_EXECUTOR_THREADS
                                         : CAW_EXECUTOR_INLINE;
}

caw_loop *caw__executor_loop(const caw_executor *e) { return e->over.loop; }

caw_executor_kind caw_executor_kind_of(const caw_executor *e) { return e ? e->kind : best(); }

caw_executor *caw__executor_new(const caw_executor_options *options)
{
    caw_loop     *loop = caw__running;
    caw_executor *e = loop && !loop->closed ? caw__object_new(&executor_type.type, CAW__OBJECT, sizeof *e) : NULL;
    if (!e) return NULL;
    e->kind = options->kind ? options->kind : best();
    e->kill_after = options->kill_after;
    e->most = options->workers ? options->workers : caw__host_worker_count();
    e->turn = (caw__node)CAW__NODE(executor_turn);
    caw__loop_ref(loop);
    caw__over_open(loop, &e->over, &executor_type);
    return e;
}

/* ---- Giving it something -------------------------------------------------------------------------------------------------------- */

/* Why it takes nothing; NULL: it does. */
static caw_error *executor_refusal(const caw_executor *e)
{
    int need = e->kind == CAW_EXECUTOR_INSTANCES ? CAW__WORKER_INSTANCES : CAW__WORKER_THREADS;
    if (e->shut) return caw_error_new(CAW_RUNTIME_ERROR, "cannot schedule new futures after shutdown");
    if (e->over.loop != caw__running) return caw_error_new(CAW_RUNTIME_ERROR, "the executor belongs to another event loop");
    if (e->kind == CAW_EXECUTOR_INLINE || caw__host_worker_kinds() & need) return NULL;
    return caw_error_os(ENOTSUP, "%s", caw__host_no_workers(need));
}

/* A job that is not made: what is given to it goes nowhere. */
static CAW__TLS job refused_job;

static caw__message *job_refuse(caw_error *error)
{
    refused_job.message.refused = error;
    return &refused_job.message;
}

caw__message *caw__job_new(caw_executor *e, const caw__work *work, bool context, uint32_t shape)
{
    caw_loop *loop = caw__running;
    if (!loop || loop->closed) return job_refuse(caw__loop_refusal(loop));
    CAW__OURS(e);
    if (!e) e = caw__default_executor(loop);
    if (!e) return job_refuse(caw__error_no_memory());
    caw_error *error = executor_refusal(e);
    if (error) return job_refuse(error);
    caw_future *future = caw__future_make(&job_type, loop, shape, CAW__ALIGN8(caw__future_size(shape)) + sizeof(job));
    if (!future) return job_refuse(caw__error_no_memory());
    job *j = job_of(future);
    j->future = future;
    j->executor = e; /* borrowed so far */
    j->work = work;
    j->message.addresses = e->kind != CAW_EXECUTOR_INSTANCES;
    caw__message_put(&j->message, &work, sizeof work);
    if (context) caw__message_put_context(&j->message);
    else caw__message_put(&j->message, &(const void *){NULL}, sizeof(void *));
    return &j->message;
}

caw_any *caw__job_begin(caw__message *message)
{
    job       *j = CAW__CONTAINER(message, job, message);
    caw_error *error = message->refused;
    message->refused = NULL;
    if (j == &refused_job) return caw__future_failed(error);
    if (!error && message->broken) error = caw__error_no_memory();
    caw_executor *e = j->executor;
    if (error) {
        j->executor = NULL;
        caw_unref(j->future);
        return caw__future_failed(error);
    }
    caw_future *future = caw_ref(j->future);
    caw_ref(e);
    e->jobs++;
    j->previous = e->last;
    *(e->last ? &e->last->next : &e->first) = j;
    e->last = j;
    executor_feed(e);
    return (caw_any *)(void *)future;
}

/* ---- Its end ---------------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, executor_wait, caw_executor *e)
{
    CAW_BEGIN_OWNING(void, caw_unref(e)) {
        waiter     w;
        caw_error *error = NULL;
        while (e->jobs && !error) error = WAITERS_WAIT(&e->line, &w, caw_unref(e));
        caw_unref(e);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

caw_of(void) caw__executor_shutdown(caw_executor *e, const caw_executor_shutdown_options *options)
{
    if (!e) return (caw_of(void))caw__future_failed(caw_error_new(CAW_TYPE_ERROR, "an executor that is NULL"));
    CAW__OURS(e);
    caw_ref(e);
    e->shut = true;
    if (options->cancel_futures)
        while (e->first) job_cancel(e->first->future, NULL);
    executor_settle(e);
    return executor_wait(e);
}

CAW__COLD_END
