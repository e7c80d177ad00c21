/*
 * Owns: what a channel consists of, at home and at a far end, and what is said between the two.
 * Must not know: how a memo travels.
 *
 * At home it is a queue. A far end asks home by a memo, and its coroutine waits until a memo answers; home has a task for each that
 * was asked, which puts or gets there as any task would, so that order, room and fairness are the queue's.
 *
 * No item is lost: home takes one only in the very step that sends it. If who has asked is cancelled meanwhile, the memo that has
 * the item goes back as it is, to the front of the queue; that needs no memory at the far end.
 *
 * A channel that one job puts into and one other takes from, and home does neither, has a lane: the two are joined, and items go from one
 * to the other without home (lane.c, lane_end.c).
 */
#ifndef CAW_CHANNEL_ROOM_H
#define CAW_CHANNEL_ROOM_H

#include "concurrent/executor.h"
#include <cawait/channel.h>

typedef struct channel_memo channel_memo;

struct caw_channel {
    caw__object object;
    caw_loop   *loop;
    /* At home. */
    caw_queue    *queue; /* NULL: this is a far end */
    size_t        senders, receivers;
    struct grant *sender, *receiver; /* the last one that was given; NULL: it has left */
    struct lane  *lane;              /* NULL: there is none */
    bool          mixed;             /* others than two jobs have, or have had, to do with it: it has no lane any more */
    /* At a far end. */
    caw_of(void) (*put)(caw_channel *end, caw_value value);
    caw_of(caw_value) (*get)(caw_channel *end);
    void (*close)(caw_channel *end);
    caw__duty   *duty; /* NULL: its job has ended */
    caw_channel *next; /* duty->ends */
    uint64_t     id;   /* as home knows it */
    bool         closed;
    /* There, of its lane. */
    uint32_t      number;     /* by which it is joined; 0: there is no lane */
    uint32_t      room;       /* of who puts: for so many items */
    bool          stopped;    /* who puts sends no more, or who takes passes on to home what comes */
    bool          tells;      /* of who takes: who puts waits for it to say what room there is */
    bool          runs, last; /* items are to be taken here; no more will come */
    uint32_t      most;       /* items that may be here or on their way; UINT32_MAX: no bound */
    uint32_t      coming;     /* those for which there is room that has been told of, and which have not come */
    uint32_t      here;       /* those that have come */
    uint32_t      home;       /* those that are there, and come first */
    caw__memos    items;
    channel_memo *tells_room, *tells_over; /* kept for that, so that it needs no memory */
    caw__node     node;                    /* ready: tells of what room there is */
    bool          telling;
    waiters       line; /* who waits for room, or for an item */
};

/* What a job has: a channel, seen from one side. */
struct caw_sender {
    caw__object object;
};
struct caw_receiver {
    caw__object object;
};

/*
 * A memo between the two. Behind it, of PUT, BACK, an ANSWER to a GET that is 0, ITEM, PASSED: the value. The rest is a lane's: from home to
 * its ends SENDS, TAKES, RUNS, STOP, RESUME; to home SWITCHED, PASSED, OVER; from one end to the other ITEM, ROOM, LAST.
 */
enum { CHANNEL_PUT = 2, CHANNEL_GET, CHANNEL_BACK, CHANNEL_WITHDRAW, CHANNEL_CLOSE, CHANNEL_ANSWER };
enum {
    LANE_SENDS = 16,
    LANE_TAKES,
    LANE_SWITCHED,
    LANE_RUNS,
    LANE_ITEM,
    LANE_ROOM,
    LANE_STOP,
    LANE_LAST,
    LANE_PASSED,
    LANE_OVER,
    LANE_RESUME
};
struct channel_memo {
    caw__memo memo;
    uint32_t
        status;   /* of an ANSWER: 0, the type of an error, or AGAIN; of a lane's: a number, or whether the channel is closed */
    uint64_t end; /* as home knows it */
    uint64_t number; /* of the request, or the lane */
};
#define CHANNEL_AGAIN UINT32_MAX /* not at home: there is a lane */

/* NULL: no memory; or *refused, if that is not NULL, says that the value cannot go. `value` NULL: none; it is borrowed. */
channel_memo *channel_memo_new(channel_memo fields, const caw_value *value, bool addresses, caw_error **refused);
/* The value behind it; false: no memory. */
bool channel_memo_value(channel_memo *memo, caw_value *value);
void channel_memo_free(channel_memo *memo); /* NULL is ignored */
/* One that has been heard, to say something else, of so many bytes. */
static inline channel_memo *channel_memo_again(channel_memo *memo, uint32_t what, uint32_t status)
{
    memo->memo.what = what;
    memo->memo.size = sizeof *memo;
    memo->status = status;
    return memo;
}

/* ---- At home: channel.c, and of its lane lane.c */

/* A job has an end. */
typedef struct grant {
    caw__grant      base;
    job            *job;
    caw_channel    *channel; /* a reference */
    struct request *requests;
    bool            sends;
} grant;

typedef struct request {
    struct request *next, **back; /* grant->requests; back NULL: it is not there any more */
    grant          *grant;        /* NULL: nobody waits for an answer */
    caw_channel    *channel;      /* a reference */
    caw_any        *task;
    channel_memo   *memo;      /* the request; without memory for another, the answer, too */
    uint32_t        otherwise; /* the answer, if nothing else is */
} request;

/* The far end of one that comes to nothing here is told so. */
void caw__channel_withdraw(request *r, uint32_t status);

/* The job of this end has begun; there may be a lane now. */
void caw__lane_begin(caw_channel *channel);
/* A request of an end has been answered: it may be that no more are there, so that the lane can run. */
void caw__lane_settle(caw_channel *channel);
/* Home, or a third job, has to do with the channel from now on. */
void caw__channel_mix(caw_channel *channel);
void caw__channel_shut(caw_channel *channel);      /* the queue, or the lane first */
void caw__lane_hear(grant *g, channel_memo *memo); /* consumes it */
void caw__lane_leave(grant *g);
bool caw__lane_runs_for(const grant *g); /* what it asks for is not here */
bool caw__lane_is_closed(const caw_channel *channel);

/* ---- At a far end: channel_end.c, and of its lane lane_end.c */

void                     caw__end_tell(const caw_channel *end, channel_memo *memo); /* home */
static inline caw__duty *channel_duty(const caw_channel *end)                       /* NULL: nobody hears it any more */
{
    return end->duty && end->duty->desk ? end->duty : NULL;
}

/* Whether a memo is a lane's; what it says. Consumes it. */
void caw__lane_end_hear(caw__duty *d, channel_memo *memo);
bool caw__lane_waits_to_put(const caw_channel *end, bool comes); /* comes: behind those who wait */
bool caw__lane_waits_to_get(const caw_channel *end);
/* Who has waited in end->line goes away, and another can go on. */
void caw__lane_pass_by(caw_channel *end);
/* There is room. The value is borrowed; NULL: it is on its way; or why not. */
caw_error *caw__lane_put(caw_channel *end, const caw_value *value);
/* There is an item: the value; NULL: it was taken. */
caw_error *caw__lane_get(caw_channel *end, caw_value *value);
/* Its job is over. */
void caw__lane_end_over(caw_channel *end);

#endif
