/*
 * Owns: who awaits a future through what is over it.
 * Must not know: what is over futures; its caw__over_type says who waits by it.
 */
#include "combine/over.h"

CAW__COLD

#define FEW 16

/* The futures by which something is awaited, each once, marked as seen; those on the way to the present one know where to go on. */
typedef struct way {
    caw_future *future;
    caw__node  *node; /* of its callbacks, the last one looked at; NULL: none */
    size_t      from;
} way;

typedef struct ways {
    way   *list, few[FEW];
    size_t count, capacity;
    bool   failed;
} ways;

static bool add_way(ways *w, caw_future *future, size_t from)
{
    if (w->count == w->capacity) {
        way *more = caw__alloc(2 * w->capacity * sizeof *more);
        w->failed |= !more;
        if (!more) return false;
        memcpy(more, w->list, w->count * sizeof *more);
        if (w->list != w->few) caw__free(w->list, w->capacity * sizeof *more);
        w->list = more;
        w->capacity *= 2;
    }
    w->list[w->count++] = (way){future, NULL, from};
    return true;
}

/* Who waits by this entry in a future's callbacks: a task, or what is over futures; NULL: none of these. */
static caw_future *awaiter(const caw_loop *loop, caw__node *node)
{
    if (node->run == caw__task_run) return &CAW__CONTAINER(node, caw_task, node)->future;
    for (size_t i = 0; i < CAW__OVER_KINDS; i++) {
        const caw__over_type *type = loop->over_types[i];
        if (!type || type->run != node->run) continue;
        const caw__over *over = CAW__CONTAINER(node, caw__member, node)->over;
        return over->type->awaited(over);
    }
    return NULL;
}

/* In the order of the callbacks, and of what is behind one before the next. */
bool caw__over_awaiters(caw_future *future, caw__found *found, void *data)
{
    ways w = {.count = 1, .capacity = FEW};
    w.list = w.few;
    w.few[0] = (way){future, NULL, 0};
    for (size_t at = 0;;) {
        way       *here = &w.list[at];
        caw__node *last = here->future->callbacks;
        if (!last || here->node == last) {
            if (!at) break;
            at = here->from;
            continue;
        }
        here->node = here->node ? here->node->next : last->next;
        caw_future *other = awaiter(here->future->loop, here->node);
        if (!other || other == future) continue;
        if (other->object.flags & CAW__IS_TASK) found(data, (caw_task *)(void *)other);
        else if (!(other->object.flags & CAW__SEEN) && add_way(&w, other, at)) {
            other->object.flags |= CAW__SEEN;
            at = w.count - 1;
        }
    }
    for (size_t i = 1; i < w.count; i++) caw__unsee(&w.list[i].future, 1);
    if (w.list != w.few) caw__free(w.list, w.capacity * sizeof(way));
    return !w.failed;
}

CAW__COLD_END
