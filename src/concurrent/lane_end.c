/*
 * Owns: the lane of a channel, at its two far ends: items on their way from one job to the other, and the room for them.
 * Must not know: when there is a lane (lane.c).
 *
 * Who takes says for how many items there is room: never for more than the channel has, those that lie there and those that are on their
 * way counted; and for so many on their way that who puts comes back to its loop. It says so when half of it is free; and at the end of the
 * pass, if nothing is on its way, as who puts may be waiting then.
 *
 * In JavaScript a MessagePort carries them: 3.2 us an item of 56 bytes in Node 20. A ring of shared memory was tried:
 * 1.1 us, for 900 bytes more of a package that has no room for them.
 */
#include "concurrent/channel.h"

CAW__COLD

enum { ON_THEIR_WAY = 1024 };

/* To the other end. */
static void tell_by(const caw_channel *end, channel_memo *memo)
{
    memo->number = end->number;
    caw__host_desk_tell_by(end->duty->desk, end->number, &memo->memo);
}

/* ---- Who puts --------------------------------------------------------------------------------------------------------------------- */

bool caw__lane_waits_to_put(const caw_channel *end, bool comes)
{
    return channel_duty(end) && end->number && !end->closed && (!end->room || (comes && end->line.first));
}

caw_error *caw__lane_put(caw_channel *end, const caw_value *value)
{
    caw_error    *error = NULL;
    bool          addresses = end->duty->desk->kind != CAW__WORKER_INSTANCES;
    channel_memo *memo = channel_memo_new((channel_memo){.memo.what = LANE_ITEM}, value, addresses, &error);
    if (!memo) {
        caw__lane_pass_by(end);
        return error ? error : caw__error_no_memory();
    }
    end->room--;
    tell_by(end, memo);
    return NULL;
}

/* ---- Who takes -------------------------------------------------------------------------------------------------------------------- */

static uint32_t room_to_tell(const caw_channel *end)
{
    uint32_t way = end->coming < ON_THEIR_WAY ? ON_THEIR_WAY - end->coming : 0;
    uint32_t used = end->coming + end->here + end->home;
    uint32_t free = end->most > used ? end->most - used : 0;
    return way < free ? way : free;
}

static void tell_room(caw_channel *end)
{
    uint32_t      room = end->tells && !end->last ? room_to_tell(end) : 0;
    channel_memo *memo = room ? end->tells_room : NULL;
    if (room && !memo) memo = channel_memo_new((channel_memo){0}, NULL, true, NULL);
    if (!memo) return; /* without memory the next item that is taken leaves some */
    end->tells_room = NULL;
    end->coming += room;
    tell_by(end, channel_memo_again(memo, LANE_ROOM, room));
}

static void tells(caw__node *node)
{
    caw_channel *end = CAW__CONTAINER(node, caw_channel, node);
    end->telling = false;
    if (channel_duty(end) && !end->coming) tell_room(end);
    caw_unref(end);
}

/* Consumes the memo, by which it can be told. */
static void room_changed(caw_channel *end, channel_memo *memo)
{
    if (end->tells_room) channel_memo_free(memo);
    else end->tells_room = memo;
    uint32_t all = end->most < ON_THEIR_WAY ? end->most : ON_THEIR_WAY, room = room_to_tell(end);
    if (room >= (all + 1) / 2) {
        tell_room(end);
    } else if (room && !end->coming && !end->telling) {
        end->telling = true;
        end->node = (caw__node)CAW__NODE(tells);
        caw__ready_push(caw_ref(end)->duty->loop, &end->node);
    }
}

/* Home, from now on. */
static void lane_over(caw_channel *end)
{
    channel_memo *memo = end->tells_over;
    if (end->stopped && channel_duty(end)) channel_duty(end)->late--;
    end->number = 0;
    end->runs = end->tells = false;
    end->tells_over = NULL;
    caw__end_tell(end, channel_memo_again(memo, LANE_OVER, 0));
    waiters_wake(&end->line, SIZE_MAX);
}

static void pass_on(caw_channel *end)
{
    for (channel_memo *memo; (memo = (channel_memo *)(void *)caw__memos_take(&end->items)) != NULL; end->here--) {
        memo->memo.what = LANE_PASSED;
        caw__end_tell(end, memo);
    }
}

bool caw__lane_waits_to_get(const caw_channel *end) { return channel_duty(end) && end->runs && !end->here; }

caw_error *caw__lane_get(caw_channel *end, caw_value *value)
{
    channel_memo *memo = (channel_memo *)(void *)end->items.first;
    if (!channel_memo_value(memo, value)) {
        caw__lane_pass_by(end);
        return caw__error_no_memory();
    }
    (void)caw__memos_take(&end->items);
    end->here--;
    room_changed(end, memo);
    if (end->last && !end->here) lane_over(end);
    return NULL;
}

void caw__lane_pass_by(caw_channel *end)
{
    if (end->room || end->here) waiters_wake(&end->line, 1);
}

/* ---- What they hear --------------------------------------------------------------------------------------------------------------- */

static void item_comes(caw_channel *end, channel_memo *memo)
{
    end->coming--;
    end->here++;
    caw__memos_add(&end->items, &memo->memo);
    if (end->stopped) {
        pass_on(end);
        return;
    }
    waiters_wake(&end->line, 1);
    room_changed(end, NULL);
}

static void last_comes(caw_channel *end)
{
    if (!end->tells_over) { /* who puts is told that nobody takes any more */
        end->stopped = true;
        end->room = 0;
        return;
    }
    end->last = true;
    if (end->stopped || !end->here) lane_over(end);
}

static void takes(caw_channel *end, channel_memo *memo)
{
    end->most = memo->status;
    end->tells_over = memo;
}

static void runs(caw_channel *end, channel_memo *memo)
{
    end->tells = true;
    end->home = memo->status;
    end->runs = !end->home;
    room_changed(end, memo);
}

/* To who takes. */
static void stop_taking(caw_channel *end)
{
    end->stopped = true;
    end->runs = end->tells = false;
    channel_duty(end)->late++; /* what comes until the LAST is to be passed on */
    pass_on(end);
    waiters_wake(&end->line, SIZE_MAX);
    if (end->last) lane_over(end);
}

static void stop_putting(caw_channel *end, channel_memo *memo)
{
    if (memo->status) end->closed = true;
    end->room = 0;
    end->stopped = true;
    tell_by(end, channel_memo_again(memo, LANE_LAST, 0));
    if (end->closed) waiters_wake(&end->line, SIZE_MAX);
}

static void resume(caw_channel *end, const channel_memo *memo)
{
    if (memo->status) end->closed = true;
    end->number = 0;
    end->stopped = false;
    waiters_wake(&end->line, SIZE_MAX);
}

void caw__lane_end_hear(caw__duty *d, channel_memo *memo)
{
    uint32_t     what = memo->memo.what;
    bool         begins = what == LANE_SENDS || what == LANE_TAKES;
    caw_channel *end = d->ends;
    while (end && (begins ? end->id != memo->end : end->number != memo->number)) end = end->next;
    if (!end) {
        channel_memo_free(memo);
        return;
    }
    if (begins) end->number = (uint32_t)memo->number;
    if (what == LANE_SENDS) return caw__end_tell(end, channel_memo_again(memo, LANE_SWITCHED, 0));
    if (what == LANE_TAKES) return takes(end, memo);
    if (what == LANE_ITEM) return item_comes(end, memo);
    if (what == LANE_STOP && !end->tells_over) return stop_putting(end, memo);
    if (what == LANE_ROOM && !end->stopped) {
        end->room += memo->status;
        waiters_wake(&end->line, memo->status);
    } else if (what == LANE_RUNS) {
        return runs(end, memo);
    } else if (what == LANE_LAST) {
        last_comes(end);
    } else if (what == LANE_STOP) {
        stop_taking(end);
    } else if (what == LANE_RESUME) {
        resume(end, memo);
    }
    channel_memo_free(memo);
}

void caw__lane_end_over(caw_channel *end)
{
    if (channel_duty(end) && end->number) pass_on(end);
    caw__memos_free(&end->items);
    channel_memo_free(end->tells_room);
    channel_memo_free(end->tells_over);
    end->tells_room = end->tells_over = NULL;
    end->number = end->here = 0;
    waiters_wake(&end->line, SIZE_MAX);
}

CAW__COLD_END
