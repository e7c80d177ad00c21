/*
 * Owns: what ties futures to each other by references in both directions, so that none would ever go: a gather and its children, a
 * shield and its inside. It is cut when the loop is closed.
 * Must not know: what either end is.
 *
 * While the loop runs nothing is cut: a gather that its program has dropped still marks its children's errors as seen, as asyncio's
 * does. What nobody can complete any more thus goes with the loop; asyncio leaves it to the collector of cycles.
 */
#ifndef CAW_TIE_H
#define CAW_TIE_H

#include "task/task.h"

typedef struct caw__tie {
    struct caw__tie *next, **back;
    void (*cut)(struct caw__tie *tie); /* removes it, and lets go of what is pending */
} caw__tie;

static inline void caw__tie_add(caw_loop *loop, caw__tie *tie, void (*cut)(caw__tie *))
{
    tie->cut = cut;
    tie->next = loop->ties;
    tie->back = &loop->ties;
    if (tie->next) tie->next->back = &tie->next;
    loop->ties = tie;
}

/* Whether or not it is in a list. */
static inline void caw__tie_remove(caw__tie *tie)
{
    if (!tie->back) return;
    *tie->back = tie->next;
    if (tie->next) tie->next->back = tie->back;
    tie->back = NULL;
}

#endif
