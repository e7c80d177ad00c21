/*
 * Owns: a job that is an async function, where it is done: a task of that place's loop, from the call to its answer; what it is told
 * meanwhile.
 * Must not know: which place that is, but for an inline executor, which has none. Linked where a CAW_JOB is async.
 */
#include "concurrent/executor.h"
#include "task/forward.h"

CAW__COLD

typedef caw__duty duty;

static job *job_in(caw__desk *desk) { return CAW__CONTAINER(desk, job, desk); }

/* ---- What it is told ------------------------------------------------------------------------------------------------------------ */

static void hear(duty *d, caw__memo *memo)
{
    caw__message m = {.parcel = {memo, memo->size, memo->room}, .at = CAW__ALIGN8(sizeof *memo)};
    const char  *text;
    if (memo->what != CAW__MEMO_CANCEL && d->far) {
        d->far->hear(d, memo);
        return;
    }
    caw__message_take(&m, 't', &text, sizeof text);
    if (memo->what == CAW__MEMO_CANCEL) (void)caw__cancel((caw_any *)(void *)d->task, text);
    caw__memo_free(memo);
}

static void duty_free_if_over(duty *d)
{
    if (d->task || d->hearing) return;
    caw__memos_free(&d->memos);
    caw__loop_unref(d->loop);
    caw__free(d, sizeof *d);
}

static void duty_answer(duty *d);

static void duty_hears(caw__node *node)
{
    duty *d = CAW__CONTAINER(node, duty, hears);
    for (caw__memo *memo; d->task && (memo = caw__memos_take(&d->memos)) != NULL;) hear(d, memo);
    for (; d->task && d->cancels; d->cancels--) (void)caw__cancel((caw_any *)(void *)d->task, NULL);
    d->hearing = false;
    if (d->ended && d->task && !d->late) duty_answer(d); /* it has not answered yet */
    else duty_free_if_over(d);
}

void caw__work_hear(caw__desk *desk, caw__memo *memo)
{
    duty *d = desk->duty;
    if (!d) {
        caw__memo_free(memo);
        return;
    }
    if (memo) {
        caw__memos_add(&d->memos, memo);
    } else {
        d->cancels++;
    }
    if (d->hearing) return;
    d->hearing = true;
    caw__ready_push(d->loop, &d->hears);
}

void caw__work_forget(caw__desk *desk)
{
    duty *d = desk->duty;
    if (!d) return;
    desk->duty = NULL;
    d->desk = NULL;
    d->cancels++;
    if (d->hearing) return;
    d->hearing = true;
    caw__ready_push(d->loop, &d->hears);
}

/* ---- Its beginning and its end -------------------------------------------------------------------------------------------------- */

static void answer(caw__desk *desk, caw__parcel *parcel)
{
    if (desk->kind) {
        caw__host_desk_answer(desk, parcel);
        return;
    }
    job *j = job_in(desk);
    caw__job_answered(j, parcel);
    caw__job_leave(j);
}

static void duty_answer(duty *d)
{
    caw_future *task = d->task;
    caw_error  *error = caw__future_outcome(task);
    caw__desk  *desk = d->desk;
    uint32_t how = error ? task->object.state == CAW__CANCELLED ? CAW__ANSWER_CANCELLED : CAW__ANSWER_ERROR : CAW__ANSWER_VALUE;
    caw__message out = {.addresses = d->message.addresses};
    if (!error) {
        caw__message_put(&out, &how, sizeof how);
        caw__message_give(&out, d->code, caw__future_value(task), d->shape & CAW__SIZE);
        how = CAW__ANSWER_ERROR;
    }
    caw__answer_end(&out, error, how);
    d->task = NULL;
    if (d->far) d->far->over(d);
    caw_unref(task);
    for (uint32_t i = 0; i < d->kept_count; i++) caw_unref(d->kept[i]);
    caw__message_clear(&d->message);
    duty_free_if_over(d);
    if (desk) {
        desk->duty = NULL;
        answer(desk, &out.parcel);
    } else {
        caw__message_clear(&out);
    }
}

/* The task has ended, also because its loop was closed. */
static void duty_ended(caw__node *node)
{
    duty *d = CAW__CONTAINER(node, duty, node);
    d->ended = true;
    if (!d->late || !d->desk || d->loop->closed) duty_answer(d);
}

/* So that it is a task, which ends with its loop, whatever the function has given. */
CAW__ASYNC_FORWARD(await_future, caw_any *future)
{
    CAW__BEGIN_FORWARD(caw__drop(future)) {
        CAW__AWAIT_INTO(future);
    } CAW__END_FORWARD;
}

void caw__job_goes_on(caw__message *in, caw__message *out, caw_any *any, char code, uint32_t shape)
{
    caw__desk *desk = in->desk;
    caw_loop  *loop = desk->kind ? caw__host_desk_loop(desk) : caw__executor_loop(job_in(desk)->executor);
    duty      *d = loop ? caw__alloc(sizeof *d) : NULL;
    if (!d) {
        caw__drop(any);
        out->broken = true;
        return;
    }
    if (caw__kind(any) == CAW__FUTURE) any = caw__forward(await_future(any), shape);
    *d = (duty){.message = *in,
                .desk = desk,
                .loop = caw__loop_ref(loop),
                .task = caw__ensure_future(any, loop, shape),
                .node = CAW__NODE(duty_ended),
                .hears = CAW__NODE(duty_hears),
                .code = code,
                .shape = shape};
    in->parcel = (caw__parcel){0};
    desk->duty = d;
    if (d->task->object.state == CAW__PENDING) {
        d->task->object.flags |= CAW__SILENT;
        caw__future_add(d->task, &d->node);
    } else { /* no memory for a task */
        caw__ready_push(loop, &d->node);
    }
}

void caw__job_keep(caw__message *in, char code, void *value)
{
    duty            *d = in->desk->duty;
    const caw_value *any = value;
    if (!d) caw__message_leave(code, value);
    else if (code == 's') d->kept[d->kept_count++] = *(void **)value;
    else if (code == 'a' && (any->tag == CAW_STRING || any->tag == CAW_BYTES)) d->kept[d->kept_count++] = any->as_string;
}

/* ---- In the executor's loop ----------------------------------------------------------------------------------------------------- */

static caw__memo *memo_of_cancel(const char *text)
{
    caw__message m = {0};
    caw__message_put(&m, &(caw__memo){.what = CAW__MEMO_CANCEL}, sizeof(caw__memo));
    caw__message_give(&m, 't', &text, sizeof text);
    if (m.broken) caw__message_clear(&m);
    caw__memo *memo = m.parcel.data;
    if (memo) {
        memo->size = m.parcel.size;
        memo->room = m.parcel.room;
    }
    return memo;
}

static bool async_cancel(job *j, const char *message)
{
    if (!j->by) return caw__cancel((caw_any *)(void *)j->desk.duty->task, message);
    caw__host_worker_tell(&j->by->host, memo_of_cancel(message));
    if (!j->asked) caw__worker_cancel(j->by);
    return j->asked = true;
}

const struct caw__async caw__async_jobs = {async_cancel};

CAW__COLD_END
