/*
 * Owns: jobs as futures: giving one to an executor, its cancellation, its answer.
 * Must not know: who does it (workers.c).
 */
#include "concurrent/executor.h"

CAW__COLD

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

void caw__job_unqueue(job *j)
{
    caw_executor *e = j->executor;
    *(j->previous ? &j->previous->next : &e->first) = j->next;
    *(j->next ? &j->next->previous : &e->last) = j->previous;
}

static void grants_leave(job *j)
{
    for (caw__grant *grant; (grant = j->grants) != NULL;) {
        j->grants = grant->next;
        grant->leave(grant);
    }
}

void caw__job_leave(job *j)
{
    caw_executor *e = j->executor;
    CAW__ALWAYS(e->jobs > 0);
    grants_leave(j);
    j->executor = NULL;
    caw__message_clear(&j->message);
    caw_unref(j->future);
    e->jobs--;
    caw__executor_settle(e);
    caw_unref(e);
}

static bool job_cancel(caw_future *future, const char *message)
{
    job *j = job_of(future);
    if (j->executor && j->work->async && job_has_begun(j) && future->object.state == CAW__PENDING) {
        future->object.flags |= CAW__RETRIEVED; /* as a task's */
        return j->work->async->cancel(j, message);
    }
    if (!caw__future_cancel(future, message)) return false;
    if (!j->executor) return true;
    if (!j->by) { /* queued */
        caw__job_unqueue(j);
        caw__job_leave(j);
        return true;
    }
    caw__worker_cancel(j->by);
    return true;
}

static const caw__type job_type = {"Future", job_release, job_cancel};

void caw__job_fail(job *j, caw_error *error) { caw__future_fail_with(j->future, error); }

void caw__job_answered(job *j, const caw__parcel *parcel)
{
    caw__message answer = {.parcel = *parcel, .addresses = true};
    caw_future  *future = j->future;
    if (future->object.state == CAW__PENDING) {
        const uint32_t *how = caw__message_get(&answer, sizeof *how);
        if (how && *how == CAW__ANSWER_VALUE) {
            caw__message_take(&answer, j->work->result, caw__future_value(future), future->shape & CAW__SIZE);
            if (!answer.broken) caw__future_finish(future, CAW__FINISHED);
        } else if (how && *how == CAW__ANSWER_CANCELLED) {
            future->error = caw__message_get_error(&answer);
            future->object.flags |= CAW__RETRIEVED | CAW__UNRAISED;
            caw__future_finish(future, CAW__CANCELLED);
        } else if (how) {
            caw__job_fail(j, caw__message_get_error(&answer));
        }
        if (answer.broken && future->object.state == CAW__PENDING) {
            future->error = NULL; /* what was taken of a value that is not whole is nothing */
            caw__job_fail(j, caw__error_no_memory());
        }
    }
    caw__message_clear(&answer);
}

/* ---- Giving one to an executor ------------------------------------------------------------------------------------------------ */

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
    caw_error *error = caw__executor_refusal(e);
    if (error) return job_refuse(error);
    caw_future *future = caw__future_make(&job_type, loop, shape, CAW__ALIGN8(caw__future_size(shape)) + sizeof(job));
    if (!future) return job_refuse(caw__error_no_memory());
    job *j = job_of(future);
    j->future = future;
    j->executor = e; /* borrowed so far */
    j->work = work;
    j->message.addresses = e->kind != CAW_EXECUTOR_INSTANCES;
    j->message.lends = !j->message.addresses;
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
        grants_leave(j);
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
    caw__workers_feed(e);
    if (!caw__parcel_fill(&j->message.parcel, &j->message.lent)) { /* it is queued, else nothing were lent any more */
        caw__job_unqueue(j);
        caw__job_fail(j, caw__error_no_memory());
        caw__job_leave(j);
    }
    return (caw_any *)(void *)future;
}

CAW__COLD_END
