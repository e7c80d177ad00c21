/*
 * Owns: the lane of a channel, at home: when there is one, and how it comes to its end, with nothing lost and all in order.
 * Must not know: what goes there (lane_end.c).
 *
 * It begins when both of its jobs have. What they had asked home for until they heard of it is done here: the one who puts says when it
 * has (SWITCHED). Who takes is told then how many items are left here, which count as if they lay there, and come first; and with 0 to take
 * there (RUNS).
 *
 * It ends when home or a third job has to do with the channel, when that is closed, or with one of its jobs. Who puts is told to STOP, and
 * waits; behind its last item it says LAST. Who takes has them all by then: it goes on until none is left, or, if others want some,
 * PASSES them to home, and says that it is OVER. Then who puts may RESUME, at home. Until then the queue is open, even if the channel is
 * closed: items are to come.
 */
#include "concurrent/channel.h"
#include "sync/queue.h"

CAW__COLD

static CAW__TLS uint32_t lanes; /* that there have been */

/* Its memos are made before it begins, so that its end needs no memory. */
typedef struct lane {
    grant        *from, *to; /* NULL: that job has ended */
    uint32_t      number;
    bool          runs, passes, closed;
    channel_memo *stops_from, *stops_to, *resumes, *begins[2];
    channel_memo *said; /* SWITCHED, to be the answer */
} lane;

/* Consumes the memo. */
static void lane_tell(grant *g, channel_memo *memo, uint32_t what, uint32_t status)
{
    memo->end = (uintptr_t)g;
    caw__host_worker_tell(&g->job->by->host, &channel_memo_again(memo, what, status)->memo);
}

static void lane_free(lane *l)
{
    channel_memo_free(l->stops_from);
    channel_memo_free(l->stops_to);
    channel_memo_free(l->resumes);
    channel_memo_free(l->begins[0]);
    channel_memo_free(l->begins[1]);
    channel_memo_free(l->said);
    caw__free(l, sizeof *l);
}

/* ---- Its beginning ---------------------------------------------------------------------------------------------------------------- */

static lane *lane_new(caw_channel *channel)
{
    lane *l = caw__alloc(sizeof *l);
    if (!l) return NULL;
    *l = (lane){.from = channel->sender, .to = channel->receiver, .number = ++lanes};
    channel_memo **all[] = {&l->stops_from, &l->stops_to, &l->resumes, &l->begins[0], &l->begins[1]};
    bool           whole = true;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        *all[i] = channel_memo_new((channel_memo){.number = l->number}, NULL, true, NULL);
        whole = whole && *all[i];
    }
    if (whole) return l;
    lane_free(l);
    return NULL;
}

/* Who takes knows of it before anything can come from there, and who puts when it can. */
static bool lane_open(lane *l, uint32_t most)
{
    channel_memo  last = {.memo = {.size = sizeof last, .what = LANE_LAST}, .number = l->number};
    channel_memo *takes = l->begins[0], *sends = l->begins[1];
    l->begins[0] = NULL;
    lane_tell(l->to, takes, LANE_TAKES, most);
    if (!caw__host_worker_join(&l->from->job->by->host, &l->to->job->by->host, l->number, &last.memo)) return false;
    l->begins[1] = NULL;
    lane_tell(l->from, sends, LANE_SENDS, 0);
    return true;
}

void caw__lane_begin(caw_channel *channel)
{
    const grant *from = channel->sender, *to = channel->receiver;
    if (channel->mixed || channel->lane || !from || !to || !from->job->by || !to->job->by || from->job == to->job) return;
    if (from->job->by->host.kind != to->job->by->host.kind) return; /* what may go to one may not go to the other */
    lane *l = lane_new(channel);
    channel->mixed = true; /* it has had its lane */
    if (l && lane_open(l, caw__queue_limit(channel->queue))) channel->lane = l;
    else if (l) lane_free(l);
}

static uint32_t items_here(const caw_channel *channel)
{
    uint32_t     count = (uint32_t)caw_queue_size(channel->queue);
    const grant *from = channel->lane->from;
    for (const request *r = from ? from->requests : NULL; r; r = r->next)
        if (r->memo && r->memo->memo.what == CHANNEL_PUT) count++;
    return count;
}

void caw__lane_settle(caw_channel *channel)
{
    lane *l = channel->lane;
    if (!l->said || l->passes) return;
    uint32_t      count = items_here(channel);
    channel_memo *memo = l->said;
    if (count) memo = channel_memo_new((channel_memo){.number = l->number}, NULL, true, NULL);
    if (memo) lane_tell(l->to, memo, LANE_RUNS, count);
    if (count) return; /* without memory it hears of the next */
    l->runs = true;
    l->said = NULL;
    while (l->to->requests) caw__channel_withdraw(l->to->requests, CHANNEL_AGAIN);
}

bool caw__lane_runs_for(const grant *g)
{
    const lane *l = g->channel->lane;
    return l && l->to == g && l->runs && !l->passes;
}

/* ---- Its end ---------------------------------------------------------------------------------------------------------------------- */

bool caw__lane_is_closed(const caw_channel *channel) { return channel->lane && channel->lane->closed; }

static void stop_from(lane *l)
{
    channel_memo *memo = l->stops_from;
    l->stops_from = NULL;
    if (memo && l->from) lane_tell(l->from, memo, LANE_STOP, l->closed);
    else channel_memo_free(memo);
}

void caw__channel_mix(caw_channel *channel)
{
    lane *l = channel->lane;
    channel->mixed = true;
    if (!l || l->passes) return;
    l->passes = true;
    stop_from(l);
    lane_tell(l->to, l->stops_to, LANE_STOP, 0);
    l->stops_to = NULL;
}

void caw__channel_shut(caw_channel *channel)
{
    lane *l = channel->lane;
    if (!l) {
        caw_queue_shutdown(channel->queue, false);
    } else {
        l->closed = true;
        stop_from(l);
    }
}

static void lane_over(caw_channel *channel)
{
    lane *l = channel->lane;
    channel->lane = NULL;
    if (l->closed) caw_queue_shutdown(channel->queue, false);
    if (l->from) {
        lane_tell(l->from, l->resumes, LANE_RESUME, l->closed);
        l->resumes = NULL;
    }
    lane_free(l);
}

/* Without who puts it ends by itself, as who takes hears the LAST; without who takes it is over. */
void caw__lane_leave(grant *g)
{
    caw_channel *channel = g->channel;
    lane        *l = channel->lane;
    if (channel->sender == g) channel->sender = NULL;
    if (channel->receiver == g) channel->receiver = NULL;
    if (l && l->from == g) {
        l->from = NULL;
        caw__lane_settle(channel);
    }
    if (l && l->to == g) lane_over(channel);
}

void caw__lane_hear(grant *g, channel_memo *memo)
{
    lane     *l = g->channel->lane;
    uint32_t  what = memo->memo.what;
    caw_value value;
    bool      its = l && l->number == memo->number;
    if (its && what == LANE_SWITCHED && !l->said) {
        l->said = memo;
        caw__lane_settle(g->channel);
        return;
    }
    if (its && what == LANE_PASSED && channel_memo_value(memo, &value)) caw__queue_append(g->channel->queue, value);
    if (its && what == LANE_OVER) lane_over(g->channel);
    channel_memo_free(memo);
}

CAW__COLD_END
