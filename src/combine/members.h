/*
 * Owns: the entry of a combinator in the callbacks of one of the futures it is over.
 * Must not know: what the combinator does when one of them ends.
 */
#ifndef CAW_MEMBERS_H
#define CAW_MEMBERS_H

#include "task/task.h"

typedef struct member {
    caw__node   node;
    void       *owner;
    caw_future *future; /* a reference from member_watch until the node has run, or member_leave */
} member;

/* The node runs in the pass after the future's end; of one that is done in the next pass of `loop`. */
static inline void member_watch(member *m, caw_loop *loop, caw_future *future)
{
    m->future = caw_ref(future);
    if (future->object.state == CAW__PENDING) caw__future_add(future, &m->node);
    else caw__ready_push(loop, &m->node);
}

/* Takes it out; false once the future is done: then the node runs all the same. */
static inline bool member_leave(member *m)
{
    if (!m->future || !caw__future_remove(m->future, &m->node)) return false;
    caw_unref(m->future);
    m->future = NULL;
    return true;
}

/* For the node's run: the future that has ended, whose reference is now the caller's. */
static inline caw_future *member_ended(member *m)
{
    caw_future *future = m->future;
    m->future = NULL;
    return future;
}

/* For a walk over futures that takes each once; no code of the program's may run until they are unseen again. */
static inline bool member_unseen(caw_future *future)
{
    if (future->object.flags & CAW__SEEN) return false;
    future->object.flags |= CAW__SEEN;
    return true;
}
static inline void members_unsee(caw_future *const *futures, size_t count)
{
    for (size_t i = 0; i < count; i++) futures[i]->object.flags &= (uint16_t)~CAW__SEEN;
}

#endif
