/*
 * Owns: channels at home: the queue, which jobs have an end of it, what these ask for.
 * Must not know: where a far end is (channel_end.c).
 */
#include "concurrent/channel.h"
#include "sync/queue.h"
#include <cawait/try.h>
#include <string.h>

CAW__COLD

/* ---- Memos ---------------------------------------------------------------------------------------------------------------------- */

channel_memo *channel_memo_new(channel_memo fields, const caw_value *value, bool addresses, caw_error **refused)
{
    caw__message m = {.addresses = addresses};
    caw__message_put(&m, &fields, sizeof fields);
    if (value) caw__message_put_value(&m, value);
    if (m.refused && refused) *refused = caw_ref(m.refused);
    if (m.broken || m.refused) caw__message_clear(&m);
    channel_memo *memo = m.parcel.data;
    if (memo) {
        memo->memo.size = m.parcel.size;
        memo->memo.room = m.parcel.room;
    }
    return memo;
}

bool channel_memo_value(channel_memo *memo, caw_value *value)
{
    caw__message m = {.parcel = {memo, memo->memo.size, memo->memo.room}, .at = CAW__ALIGN8(sizeof *memo)};
    return caw__message_get_value(&m, value);
}

void channel_memo_free(channel_memo *memo)
{
    if (memo) caw__host_memory(memo, memo->memo.room, 0);
}

/* ---- What a far end has asked for ----------------------------------------------------------------------------------------------- */

/* Consumes the memo. */
static void channel_answer(request *r, channel_memo *memo)
{
    job *j = r->grant->job;
    caw__host_worker_tell(&j->by->host, &memo->memo);
    r->grant = NULL;
}

/* Without a value, which needs no memory. */
static void answer_status(request *r, uint32_t status)
{
    channel_memo *memo = r->memo;
    if (!r->grant) return;
    r->memo = NULL;
    channel_answer(r, channel_memo_again(memo, CHANNEL_ANSWER, status));
}

static void request_free(void *argument)
{
    request *r = argument;
    answer_status(r, r->otherwise);
    if (r->back) {
        *r->back = r->next;
        if (r->next) r->next->back = r->back;
    }
    channel_memo_free(r->memo);
    if (r->channel->lane) caw__lane_settle(r->channel);
    caw_unref(r->channel);
    caw__free(r, sizeof *r);
}

/* The next item is another's, if it cannot go or there is no memory. */
static void answer_value(request *r, caw_value value)
{
    caw_error    *refused = NULL;
    grant        *g = r->grant;
    uint64_t      number = r->memo->number;
    channel_memo *memo =
        g ? channel_memo_new((channel_memo){.memo.what = CHANNEL_ANSWER, .end = (uintptr_t)g, .number = number}, &value,
                             g->job->message.addresses, &refused)
          : NULL;
    if (memo) channel_answer(r, memo);
    if (memo || refused) caw_value_drop(value);
    else caw__queue_unget(r->channel->queue, value);
    if (!memo) answer_status(r, refused ? CAW_TYPE_ERROR : CAW_MEMORY_ERROR);
    caw_unref(refused);
}

static CAW_ASYNC(void, serve, request *r)
{
    CAW_BEGIN_OWNING(void, request_free(r)) {
        CAW_DEFER(request_free, r);
        caw_value value;
        r->otherwise = CAW_QUEUE_SHUT_DOWN; /* it is ended with its loop */
        CAW_TRY {
            if (r->memo->memo.what == CHANNEL_GET) {
                answer_value(r, CAW_AWAIT(caw_queue_get(r->channel->queue)));
            } else {
                if (!channel_memo_value(r->memo, &value)) CAW_RAISE_ERROR(caw__error_no_memory());
                CAW_AWAIT(caw_queue_put(r->channel->queue, value));
                answer_status(r, 0);
            }
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            answer_status(r, caw_error_type_of(error));
        }
        CAW_END_TRY;
    } CAW_END;
}

static void refuse(grant *g, channel_memo *memo, uint32_t status)
{
    request r = {.grant = g, .memo = memo};
    answer_status(&r, status);
}

static void begin(grant *g, channel_memo *memo)
{
    bool     there = !caw__lane_runs_for(g);
    request *r = there ? caw__alloc(sizeof *r) : NULL;
    if (!r) {
        refuse(g, memo, there ? CAW_MEMORY_ERROR : CHANNEL_AGAIN);
        return;
    }
    *r = (request){.next = g->requests,
                   .back = &g->requests,
                   .grant = g,
                   .channel = caw_ref(g->channel),
                   .memo = memo,
                   .otherwise = CAW_MEMORY_ERROR};
    if (r->next) r->next->back = &r->next;
    g->requests = r;
    caw_of(void) coroutine = serve(r);
    if (caw_base(coroutine) == caw__no_memory) return; /* it is given up, and has answered */
    caw_any *task = caw__spawn(caw_base(coroutine), CAW__SHAPE(void), NULL);
    if (caw__as_task(task)) {
        r->task = task; /* the loop has it as long as it is pending */
        caw__as_task(task)->future.object.flags |= CAW__SILENT;
    }
    caw_unref(task);
}

void caw__channel_withdraw(request *r, uint32_t status)
{
    answer_status(r, status);
    r->grant = NULL;
    *r->back = r->next;
    if (r->next) r->next->back = r->back;
    r->back = NULL;
    (void)caw__cancel(r->task, NULL);
}

/* What came too late: the next one who gets has it. */
static void take_back(caw_channel *channel, channel_memo *memo)
{
    caw_value value;
    if (channel_memo_value(memo, &value)) caw__queue_unget(channel->queue, value);
}

static void channel_hear(job *j, caw__memo *heard)
{
    channel_memo *memo = (channel_memo *)(void *)heard;
    caw__grant   *at = j->grants;
    while (at && (uintptr_t)at != memo->end) at = at->next;
    grant *g = (grant *)(void *)at;
    if (g && (memo->memo.what == CHANNEL_PUT || memo->memo.what == CHANNEL_GET)) {
        begin(g, memo);
        return;
    }
    if (g && memo->memo.what >= LANE_SENDS) {
        caw__lane_hear(g, memo);
        return;
    }
    if (g && memo->memo.what == CHANNEL_BACK) take_back(g->channel, memo);
    if (g && memo->memo.what == CHANNEL_CLOSE) caw__channel_shut(g->channel);
    if (g && memo->memo.what == CHANNEL_WITHDRAW)
        for (request *r = g->requests; r; r = r->next) {
            if (r->memo->number != memo->number) continue;
            caw__channel_withdraw(r, CAW_CANCELLED_ERROR);
            break;
        }
    channel_memo_free(memo);
}

/* ---- Jobs that have an end ------------------------------------------------------------------------------------------------------ */

/* One end less of its kind, or one that came to nothing. */
static void end_gone(caw_channel *channel, bool sends)
{
    if (!(sends ? channel->senders : channel->receivers)) caw__channel_shut(channel);
}

static void channel_leave(caw__grant *base)
{
    grant       *g = (grant *)(void *)base;
    caw_channel *channel = g->channel;
    for (request *r; (r = g->requests) != NULL;) {
        r->grant = NULL; /* it is told nothing any more */
        caw__channel_withdraw(r, 0);
    }
    --*(g->sends ? &channel->senders : &channel->receivers);
    caw__lane_leave(g);
    end_gone(channel, g->sends);
    caw_unref(channel);
    caw__free(g, sizeof *g);
}

static void channel_begun(caw__grant *base) { caw__lane_begin(((grant *)(void *)base)->channel); }

static caw_error *refusal(const caw_channel *channel)
{
    return !channel          ? caw_error_new(CAW_TYPE_ERROR, "a channel that is NULL")
           : !channel->queue ? caw_error_new(CAW_TYPE_ERROR, "a job's end of a channel stays with it: give the channel")
           : channel->loop != caw__running ? caw_error_new(CAW_RUNTIME_ERROR, "the channel belongs to another event loop")
                                           : NULL;
}

void caw__channel_give(caw__message *m, const void *given, char code)
{
    caw_channel *channel = *(caw_channel *const *)given;
    caw_error   *error = refusal(channel);
    grant       *g = error || m->refused ? NULL : caw__alloc(sizeof *g);
    if (!g) { /* there is no such job, or will not be */
        if (!error) end_gone(channel, code == 'o');
        if (!error && !m->refused) m->broken = true;
        if (m->refused) caw_unref(error);
        else m->refused = error;
        return;
    }
    job *j = CAW__CONTAINER(m, job, message);
    *g = (grant){{j->grants, channel_begun, channel_hear, channel_leave}, j, caw_ref(channel), NULL, code == 'o'};
    j->grants = &g->base;
    *(g->sends ? &channel->sender : &channel->receiver) = g;
    if (++*(g->sends ? &channel->senders : &channel->receivers) > 1) caw__channel_mix(channel);
    uint64_t id = j->executor->kind == CAW_EXECUTOR_INLINE ? (uintptr_t)channel : (uintptr_t)g;
    caw__message_put(m, &id, sizeof id);
}

/* ---- The channel ---------------------------------------------------------------------------------------------------------------- */

static void channel_release(void *object)
{
    caw_channel *channel = object;
    caw_unref(channel->queue);
    caw__loop_unref(channel->loop);
    caw__free(channel, sizeof *channel);
}
static const caw__type channel_type = {"Channel", channel_release, NULL};

caw_channel *caw_channel_new(int max_size)
{
    caw_loop    *loop = caw__running;
    caw_channel *channel = loop ? caw__object_new(&channel_type, CAW__OBJECT, sizeof *channel) : NULL;
    if (!channel) return NULL;
    channel->loop = caw__loop_ref(loop);
    channel->queue = caw_queue_new(max_size);
    if (channel->queue) return channel;
    caw_unref(channel);
    return NULL;
}

static caw_any *no_channel(void) { return caw__future_failed(caw_error_new(CAW_TYPE_ERROR, "a channel that is NULL")); }

caw_of(void) caw__channel_put(caw_channel *end, caw_value value)
{
    if (!end) {
        caw_value_drop(value);
        return (caw_of(void))no_channel();
    }
    if (!end->queue) return end->put(end, value);
    caw__channel_mix(end);
    if (!caw__lane_is_closed(end)) return caw_queue_put(end->queue, value);
    caw_value_drop(value);
    return (caw_of(void))caw__future_failed(caw_error_new(CAW_QUEUE_SHUT_DOWN, NULL));
}

caw_of(caw_value) caw__channel_get(caw_channel *end)
{
    if (!end) return (caw_of(caw_value))no_channel();
    if (!end->queue) return end->get(end);
    caw__channel_mix(end);
    return caw_queue_get(end->queue);
}

void caw__channel_close(caw_channel *end)
{
    if (!end) return;
    if (end->queue) caw__channel_shut(end);
    else end->close(end);
}

static CAW_ASYNC_GEN(caw_value, items, caw_channel *end)
{
    CAW_BEGIN_GEN_OWNING(caw_value, caw_unref(end))
    {
        CAW_DEFER(caw_unref, end);
        CAW_TRY {
            for (;;) CAW_YIELD(CAW_AWAIT(caw__channel_get(end)));
        } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, over) {
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

caw_gen(caw_value) caw__channel_items(caw_channel *end) { return items(caw_ref(end)); }

CAW__COLD_END
