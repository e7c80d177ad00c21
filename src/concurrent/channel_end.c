/*
 * Owns: the far end of a channel, in a job: it asks home, and waits for the answer.
 * Must not know: the queue (channel.c). Linked where a CAW_JOB has such a parameter.
 */
#include "concurrent/channel.h"
#include <cawait/try.h>

CAW__COLD

/* In the frame of who has asked. */
typedef struct ask {
    struct ask   *next, **back; /* duty->asks; back NULL: it is not there any more */
    waiters       line;         /* of one */
    waiter        waiter;
    uint64_t      number;
    channel_memo *answer; /* NULL: there is none yet, or the job is over */
} ask;

void caw__end_tell(const caw_channel *end, channel_memo *memo)
{
    memo->end = end->id;
    caw__host_desk_tell(end->duty->desk, &memo->memo);
}

static bool addresses_go(const caw_channel *end) { return end->duty->desk->kind != CAW__WORKER_INSTANCES; }

/* NULL, or why it cannot be asked for; the value is borrowed. */
static caw_error *ask_begin(ask *a, caw_channel *end, uint32_t what, const caw_value *value)
{
    caw__duty    *d = channel_duty(end);
    caw_error    *error = NULL;
    bool          over = !d || (end->closed && value);
    channel_memo *memo = NULL;
    *a = (ask){.number = d ? ++d->asked : 0};
    if (over) error = caw_error_new(CAW_QUEUE_SHUT_DOWN, NULL);
    else memo = channel_memo_new((channel_memo){.memo.what = what, .number = a->number}, value, addresses_go(end), &error);
    if (!memo) return error ? error : caw__error_no_memory();
    a->next = d->asks;
    a->back = &d->asks;
    if (a->next) a->next->back = &a->next;
    d->asks = a;
    caw__end_tell(end, memo);
    return NULL;
}

static void ask_delist(ask *a)
{
    if (!a->back) return;
    *a->back = a->next;
    if (a->next) a->next->back = a->back;
    a->back = NULL;
}

/* An item that nobody takes goes back: its memo as it is. */
static void give_back(const caw_channel *end, channel_memo *memo)
{
    bool item = memo && !memo->status && memo->memo.size > CAW__ALIGN8(sizeof *memo);
    if (item && channel_duty(end)) {
        memo->memo.what = CHANNEL_BACK;
        caw__end_tell(end, memo);
    } else {
        channel_memo_free(memo);
    }
}

/* It was given up, before the answer came or after. */
static void ask_give_up(ask *a, caw_channel *end)
{
    channel_memo *memo = NULL;
    if (a->back && channel_duty(end)) {
        memo = channel_memo_new((channel_memo){.memo.what = CHANNEL_WITHDRAW, .number = a->number}, NULL, true, NULL);
        if (memo) channel_duty(end)->late++;
        if (memo) caw__end_tell(end, memo); /* else what it asked for comes back when it is there */
    }
    ask_delist(a);
    give_back(end, a->answer);
    caw_unref(end);
}

/* The error that was answered; NULL: none. */
static caw_error *ask_outcome(const ask *a)
{
    uint32_t status = a->answer ? a->answer->status : CAW_QUEUE_SHUT_DOWN;
    return !status                    ? NULL
           : status == CAW_TYPE_ERROR ? caw_error_new(CAW_TYPE_ERROR, "what was put there cannot go to another instance")
                                      : caw_error_new((caw_error_type)status, NULL);
}

static CAW_ASYNC(void, end_put, caw_channel *end, caw_value value)
{
    CAW_BEGIN_OWNING(void, (caw_value_drop(value), caw_unref(end))) {
        ask        a;
        waiter     w;
        caw_error *error = NULL;
        for (bool comes = true; !error && caw__lane_waits_to_put(end, comes); comes = false)
            error = WAITERS_WAIT(&end->line, &w, (caw_value_drop(value), caw_unref(end)));
        bool sends = !error && channel_duty(end) && end->number && !end->closed;
        if (error) caw__lane_pass_by(end);
        else error = sends ? caw__lane_put(end, &value) : ask_begin(&a, end, CHANNEL_PUT, &value);
        caw_value_drop(value);
        if (!error && !sends) {
            error = WAITERS_WAIT(&a.line, &a.waiter, ask_give_up(&a, end));
            if (error) {
                ask_give_up(&a, end);
                CAW_RAISE_ERROR(error);
            }
            error = ask_outcome(&a);
            channel_memo_free(a.answer);
        }
        caw_unref(end);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

static CAW_ASYNC(caw_value, end_get, caw_channel *end)
{
    CAW_BEGIN_OWNING(caw_value, caw_unref(end)) {
        ask        a;
        waiter     w;
        caw_value  value = caw_none();
        caw_error *error = NULL;
        for (bool again = true; again && !error;) {
            while (!error && caw__lane_waits_to_get(end)) error = WAITERS_WAIT(&end->line, &w, caw_unref(end));
            again = false;
            if (error) caw__lane_pass_by(end);
            else if (channel_duty(end) && end->runs) error = caw__lane_get(end, &value);
            else if ((error = ask_begin(&a, end, CHANNEL_GET, NULL)) == NULL) {
                error = WAITERS_WAIT(&a.line, &a.waiter, ask_give_up(&a, end));
                if (error) {
                    ask_give_up(&a, end);
                    CAW_RAISE_ERROR(error);
                }
                again = a.answer && a.answer->status == CHANNEL_AGAIN;
                if (!again) error = ask_outcome(&a);
                if (!again && !error && !channel_memo_value(a.answer, &value)) {
                    error = caw__error_no_memory();
                    give_back(end, a.answer);
                } else {
                    channel_memo_free(a.answer);
                }
            }
        }
        caw_unref(end);
        if (error) CAW_RAISE_ERROR(error);
        CAW_RETURN(value);
    } CAW_END;
}

static caw_of(void) channel_end_put(caw_channel *end, caw_value value) { return end_put(caw_ref(end), value); }
static caw_of(caw_value) channel_end_get(caw_channel *end) { return end_get(caw_ref(end)); }

/* Without memory to say so, the end of its job does. */
static void channel_end_close(caw_channel *end)
{
    channel_memo *memo =
        channel_duty(end) ? channel_memo_new((channel_memo){.memo.what = CHANNEL_CLOSE}, NULL, true, NULL) : NULL;
    end->closed = true;
    if (memo) caw__end_tell(end, memo);
}

/* ---- In its job ----------------------------------------------------------------------------------------------------------------- */

static void end_hear(caw__duty *d, caw__memo *heard)
{
    channel_memo *memo = (channel_memo *)(void *)heard;
    ask          *a = d->asks;
    if (memo->memo.what >= LANE_SENDS) {
        caw__lane_end_hear(d, memo);
        return;
    }
    while (a && a->number != memo->number) a = a->next;
    if (a) {
        a->answer = memo;
        ask_delist(a);
        waiters_wake(&a->line, 1);
        return;
    }
    if (d->late) d->late--; /* it was given up meanwhile: whose it was, home knows */
    caw_channel *end = d->ends;
    while (end && end->id != memo->end) end = end->next;
    if (end) give_back(end, memo);
    else channel_memo_free(memo);
}

static void end_over(caw__duty *d)
{
    for (caw_channel *end = d->ends; end; end = end->next) {
        caw__lane_end_over(end);
        end->duty = NULL;
    }
    for (ask *a; (a = d->asks) != NULL;) {
        ask_delist(a);
        waiters_wake(&a->line, 1);
    }
}

static const caw__far far = {end_hear, end_over};

static void end_release(void *object)
{
    caw_channel *end = object;
    caw__free(end, sizeof *end);
}
static const caw__type end_type = {"Channel", end_release, NULL};

void caw__channel_take(caw__message *m, void *at)
{
    caw_channel **end = at;
    uint64_t      id = 0;
    caw__message_take(m, 'r', &id, sizeof id);
    *end = NULL;
    if (m->broken) return;
    if (!m->desk->kind) { /* inline: it is at home here */
        *end = caw_ref((caw_channel *)(uintptr_t)id);
        return;
    }
    caw_channel *made = caw__object_new(&end_type, CAW__OBJECT, sizeof *made);
    if (!made) m->broken = true;
    if (!made) return;
    made->id = id;
    made->put = channel_end_put;
    made->get = channel_end_get;
    made->close = channel_end_close;
    *end = made;
}

void caw__channel_keep(caw__message *m, void *end)
{
    caw_channel *kept = *(caw_channel **)end;
    caw__duty   *d = m->desk->duty;
    if (d && kept && !kept->queue) {
        kept->duty = d;
        kept->next = d->ends;
        d->ends = kept;
        d->far = &far;
    }
    caw__job_keep(m, 's', end);
}

CAW__COLD_END
