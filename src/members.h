/*
 * Owns: the entry of a combinator in the callbacks of one of the futures it is over.
 * Must not know: what the combinator does when one of them ends.
 */
#ifndef CAW_MEMBERS_H
#define CAW_MEMBERS_H

#include "internal.h"

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

/*
 * The futures among the handles to `futures`, each once, in the order given: consumes the handles, gives how many. The flag is set
 * for the time of this call only.
 */
static inline size_t members_unique(caw_future **futures, caw_any *const *handles, size_t count)
{
    size_t unique = 0;
    for (size_t i = 0; i < count; i++) {
        caw_future *future = (caw_future *)(void *)handles[i];
        if (future->object.flags & CAW__SEEN) {
            caw_unref(future);
            continue;
        }
        future->object.flags |= CAW__SEEN;
        futures[unique++] = future;
    }
    for (size_t i = 0; i < unique; i++) futures[i]->object.flags &= (uint16_t)~CAW__SEEN;
    return unique;
}

#endif
