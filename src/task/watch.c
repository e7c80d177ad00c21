/*
 * Owns: done callbacks of the program's: adding, removing, calling.
 * Must not know: what else stands in a future's callbacks.
 *
 * All that wait for their future are in one index of the thread, by future, callback and argument, so that removing one is no search
 * through all the callbacks of its future.
 */
#include "task/task.h"

CAW__COLD

/* Only once it is scheduled does it hold the future: callbacks alone keep nothing alive. */
typedef struct watch {
    caw__node          node;
    caw_future        *future;
    caw_done_callback *callback;
    void              *argument;
    caw_context       *context;
    struct watch      *after, **before; /* in its chain of the index while the future is pending */
} watch;

/* ---- The index ----------------------------------------------------------------------------------------------------------- */

#define FEW 16
static CAW__TLS watch  *few[FEW];
static CAW__TLS watch **chains; /* NULL: `few` */
static CAW__TLS size_t  room = FEW, count;

static watch **chain_of(const caw_future *future, caw_done_callback *callback, const void *argument)
{
    uint64_t mixed = (uintptr_t)future * 0x9e3779b97f4a7c15u ^ (uintptr_t)callback * 0xc2b2ae3d27d4eb4fu;
    mixed = (mixed ^ mixed >> 32 ^ (uintptr_t)argument) * 0xff51afd7ed558ccdu;
    return &(chains ? chains : few)[(size_t)(mixed >> 33) & (room - 1)];
}

static void chain(watch *w)
{
    watch **first = chain_of(w->future, w->callback, w->argument);
    w->after = *first;
    w->before = first;
    if (w->after) w->after->before = &w->after;
    *first = w;
}

/* Without memory its chains just grow longer. */
static void resize(size_t to)
{
    watch **old = chains ? chains : few, **fresh = to > FEW ? caw__block_new(to * sizeof(watch *)) : few;
    size_t  old_room = room;
    if (!fresh || fresh == old) return;
    memset(fresh, 0, to * sizeof(watch *));
    chains = fresh == few ? NULL : fresh;
    room = to;
    for (size_t i = 0; i < old_room; i++) {
        for (watch *w = old[i], *after; w; w = after) {
            after = w->after;
            chain(w);
        }
    }
    caw__set_aside += (uint32_t)(fresh != few) - (uint32_t)(old != few); /* it is nobody's leak */
    if (old != few) caw__block_free(old, old_room * sizeof(watch *));
}

static void watch_enter(watch *w)
{
    if (++count > 2 * room && room <= SIZE_MAX / 8 / sizeof(watch *)) resize(4 * room);
    chain(w);
}

static void watch_leave(watch *w)
{
    CAW__ALWAYS(*w->before == w);
    *w->before = w->after;
    if (w->after) w->after->before = w->before;
    if (--count == 0) resize(FEW);
}

/* ---- Calling ---------------------------------------------------------------------------------------------------------------- */

static void watch_run(caw__node *node)
{
    watch      *w = CAW__CONTAINER(node, watch, node);
    caw_future *future = w->future;
    bool        done = future->object.state != CAW__PENDING;
    if (!done) watch_leave(w);
    if (done && !future->loop->closed) {
        caw_context *outer = caw__context;
        caw__context = w->context;
        caw__rt.task = NULL;
        w->callback(w->argument, (caw_any *)(void *)future);
        caw__context_leave(outer);
    } else {
        caw_unref(w->context);
    }
    if (done) caw_unref(future);
    caw__free(w, sizeof *w);
}

static void scheduled(caw_future *future, caw__node *tail)
{
    caw__node *node = tail;
    do {
        node = node->next;
        if (node->run != watch_run) continue;
        watch_leave(CAW__CONTAINER(node, watch, node));
        caw_ref(future);
    } while (node != tail);
}

/* ---- Adding and removing -------------------------------------------------------------------------------------------------------- */

int caw__future_watch(caw_any *any, caw_done_callback *callback, void *argument)
{
    caw_future *future = caw__live_future(any);
    if (!future || !future->loop) return -CAW_TYPE_ERROR;
    if (future->loop->closed) return -CAW_RUNTIME_ERROR;
    watch *w = caw__alloc(sizeof *w);
    if (!w) return -CAW_MEMORY_ERROR;
    *w = (watch){.node = CAW__NODE(watch_run), .future = future, .callback = callback, .argument = argument};
    if (caw__context_snapshot(caw__context, &w->context)) {
        caw__free(w, sizeof *w);
        return -CAW_MEMORY_ERROR;
    }
    future->object.flags |= CAW__WATCHED;
    caw__watches_done = scheduled;
    if (future->object.state == CAW__PENDING) {
        watch_enter(w);
        caw__future_add(future, &w->node);
    } else {
        caw_ref(future);
        caw__ready_push(future->loop, &w->node);
    }
    return 0;
}

int caw__future_unwatch(caw_any *any, caw_done_callback *callback, void *argument)
{
    caw_future *future = caw__live_future(any);
    watch      *removed = NULL;
    int         number = 0;
    if (!future) return -CAW_TYPE_ERROR;
    for (watch *w = *chain_of(future, callback, argument), *after; w; w = after) {
        after = w->after;
        if (w->future != future || w->callback != callback || w->argument != argument) continue;
        caw__future_remove(future, &w->node);
        watch_leave(w);
        w->after = removed;
        removed = w;
        number++;
    }
    for (watch *w; (w = removed);) { /* a context's values may call out: the index is whole again */
        removed = w->after;
        caw_unref(w->context);
        caw__free(w, sizeof *w);
    }
    return number;
}

CAW__COLD_END
