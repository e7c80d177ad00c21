/*
 * Owns: what is over futures, as a gather, a wait or a task group is: who its members are, who waits by it, how it lets go of them.
 * Must not know: what any one of them is for.
 *
 * Every such thing says so once, in its caw__over_type, and is in its loop's list from its making to its end. By that alone
 *   - the close of the loop lets go of all of them (detach): a thing and its members hold each other, and would outlive the loop;
 *   - a cancellation goes through it to its members, each asked as asyncio asks, none more often than it takes (ask.c);
 *   - the graph knows who awaits whom (graph.c).
 * While the loop is open nothing is let go of for want of an owner: a gather that its program has dropped still marks its children's
 * errors as seen, as asyncio's does. What nobody can complete any more goes with the loop; asyncio leaves it to the collector.
 */
#ifndef CAW_OVER_H
#define CAW_OVER_H

#include "task/task.h"

/* All kinds there are; tests/c/over.c makes one of each. */
enum {
    CAW__OVER_GATHER,
    CAW__OVER_SHIELD,
    CAW__OVER_WAIT,
    CAW__OVER_COMPLETIONS,
    CAW__OVER_CREW,
    CAW__OVER_GROUP,
    CAW__OVER_PROMISE
};
_Static_assert(CAW__OVER_PROMISE + 1 == CAW__OVER_KINDS, "the loop has room for all");

typedef struct caw__over {
    const struct caw__over_type *type;
    caw_loop                    *loop;
    struct caw__over            *next, **back; /* loop->overs; back NULL: not there */
} caw__over;

/* One member's entry in the callbacks of its future. Every `run` of a caw__over_type gets the node of one. */
typedef struct caw__member {
    caw__node   node;
    caw__over  *over;
    caw_future *future;
} caw__member;

/* What is required each kind's macro says. */
typedef struct caw__over_type {
    caw__type      type; /* of the object it is part of */
    int            kind; /* one of those above */
    caw__node_run *run;  /* a member has ended; begins with caw__member_ended */
    /* Who awaits its members: those who await this future, or the task that this is; NULL: nobody, for the time being. */
    caw_future *(*awaited)(const caw__over *over);
    /*
     * The loop is closed: leaves the members that are pending, and cancels what is awaited, so that whoever waits lets go, too. It is
     * off the list already. A member that has ended runs after it, and finds that nothing is waited for.
     */
    void (*detach)(caw__over *over);
    /* Of one whose members are asked to end (ask.c). By number; NULL: there is none at that place now. In order. */
    size_t (*count)(const caw__over *over);
    caw_future *(*member)(caw__over *over, size_t index);
    /* Of a future whose cancellation is one of its members (type.cancel is caw__over_cancel). */
    caw__over *(*of)(caw_future *future);                /* where it is */
    void (*asked)(caw__over *over, const char *message); /* some of them were asked, and will end */
} caw__over_type;

/* With every argument, or it does not compile. */
#define CAW__OVER_TYPE(name, release, kind, run, awaited, detach)                                                              \
    {.type = {(name), (release), NULL}, (kind), (run), (awaited), (detach), NULL, NULL, NULL, NULL}
/* By caw__over_ask alone. */
#define CAW__OVER_ASKED(name, release, kind, run, awaited, detach, count, member)                                              \
    {.type = {(name), (release), NULL}, (kind), (run), (awaited), (detach), (count), (member), NULL, NULL}
#define CAW__OVER_FUTURE(name, release, kind, run, awaited, detach, count, member, of, asked)                                  \
    {.type = {(name), (release), caw__over_cancel}, (kind), (run), (awaited), (detach), (count), (member), (of), (asked)}

extern const caw__through caw__through_overs;
bool                      caw__over_awaiters(caw_future *future, caw__found *found, void *data); /* for it */

/* type.cancel of a future whose members are asked in its place; true: one of them at least will end. */
bool caw__over_cancel(caw_future *future, const char *message);
/* Asks all members of one to end, in order, by one request. */
bool caw__over_ask(caw__over *over, const char *message);

/* What asks its members in its place when it is cancelled; NULL: it is no such future. */
static inline caw__over *caw__over_of(caw_future *future)
{
    const caw__over_type *type = (const caw__over_type *)(const void *)future->object.type;
    return type->type.cancel == caw__over_cancel ? type->of(future) : NULL;
}

/* For the close of the loop alone: what is open with the host, a connection or a server, which nobody awaits. */
static inline void caw__over_open(caw_loop *loop, caw__over *over, const caw__over_type *type)
{
    *over = (caw__over){type, loop, loop->overs, &loop->overs};
    if (over->next) over->next->back = &over->next;
    loop->overs = over;
}

static inline void caw__over_add(caw_loop *loop, caw__over *over, const caw__over_type *type)
{
    caw__over_open(loop, over, type);
    loop->over_types[type->kind] = type;
    loop->through = &caw__through_overs;
}

/* Whether or not it is in a list. */
static inline void caw__over_remove(caw__over *over)
{
    if (!over->back) return;
    *over->back = over->next;
    if (over->next) over->next->back = over->back;
    over->back = NULL;
}

/* Once. */
static inline void caw__over_detach(caw__over *over)
{
    if (!over->back) return;
    caw__over_remove(over);
    over->type->detach(over);
}

/* The member whose node this is. If it has ended because the loop is being closed, all of them are let go of first. */
static inline caw__member *caw__member_ended(caw__node *node)
{
    caw__member *m = CAW__CONTAINER(node, caw__member, node);
    if (CAW__UNLIKELY(m->over->loop->closed)) caw__over_detach(m->over);
    return m;
}

/* For a timer's node of something over futures: the same, if it runs because the loop is being closed. */
static inline void caw__over_due(caw__over *over)
{
    if (CAW__UNLIKELY(over->loop->closed)) caw__over_detach(over);
}

/* The node runs in the pass after the future's end; of one that is done in the next pass of the loop. Takes a reference. */
static inline void caw__member_watch(caw__member *m, caw_future *future)
{
    m->future = caw_ref(future);
    if (future->object.state == CAW__PENDING) caw__future_add(future, &m->node);
    else caw__ready_push(m->over->loop, &m->node);
}

/* Takes it out, and gives the reference back; false once the future is done: then the node runs all the same. */
static inline bool caw__member_leave(caw__member *m)
{
    if (!m->future || !caw__future_remove(m->future, &m->node)) return false;
    caw_future *future = m->future;
    m->future = NULL; /* first: what the release calls may do away with the member */
    caw_unref(future);
    return true;
}

/* For the node's run: the reference is now the caller's. */
static inline caw_future *caw__member_take(caw__member *m)
{
    caw_future *future = m->future;
    m->future = NULL;
    return future;
}

/* ---- For a walk over futures that takes each once; no code of the program's may run until they are unseen again ---------- */

static inline bool caw__unseen(caw_future *future)
{
    if (future->object.flags & CAW__SEEN) return false;
    future->object.flags |= CAW__SEEN;
    return true;
}
static inline void caw__unsee(caw_future *const *futures, size_t count)
{
    for (size_t i = 0; i < count; i++) futures[i]->object.flags &= (uint16_t)~CAW__SEEN;
}

#endif
