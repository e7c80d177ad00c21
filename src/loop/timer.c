/*
 * Owns: the timer heap: an intrusive pairing heap ordered by (when, seq), so that adding and cancelling allocate nothing,
 * equal times keep the order in which they were made, and a cancelled timer is gone at once.
 * Must not know: what a timer wakes, or the clock.
 *
 * It is a list of heaps, which become one when somebody asks for the first timer: most are cancelled before, and cost no comparison.
 */
#include "loop/loop.h"

CAW__COLD

_Static_assert(offsetof(caw__timer, node) == 0, "also the timer of no node is none");
static caw__timer *timer_of(caw__node *node) { return (caw__timer *)(void *)node; }

static void timer_push(caw__timer **list, caw__timer *timer)
{
    caw__timer *next = *list;
    timer->node.previous = &timer->node;
    timer->node.next = next ? &next->node : NULL;
    if (next) next->node.previous = &timer->node;
    *list = timer;
}

static bool timer_before(const caw__timer *a, const caw__timer *b)
{
    return a->when < b->when || (a->when == b->when && (int32_t)(a->seq - b->seq) < 0);
}

static caw__timer *meld(caw__timer *a, caw__timer *b)
{
    if (!a) return b;
    if (timer_before(b, a)) {
        caw__timer *t = a;
        a = b;
        b = t;
    }
    timer_push(&a->child, b);
    b->node.previous = &a->node;
    return a;
}

/* Melds a list into one heap: in pairs from the left, then all from the right; without recursion. */
static caw__timer *meld_list(caw__timer *first)
{
    caw__node *pairs = NULL;
    while (first) {
        caw__timer *a = first, *b = timer_of(a->node.next);
        first = b ? timer_of(b->node.next) : NULL;
        if (b) a = meld(a, b);
        a->node.next = pairs;
        pairs = &a->node;
    }
    caw__timer *heap = NULL;
    while (pairs) {
        caw__timer *next = timer_of(pairs);
        pairs = pairs->next;
        heap = meld(heap, next);
    }
    return heap;
}

/* From the newest on: times mostly grow, and so each becomes the only child of the one before it. */
caw__timer *caw__timers_first(caw__timers *timers)
{
    caw__timer *heap = timers->heaps;
    if (!heap || !heap->node.next) return heap;
    for (caw__node *rest = heap->node.next; rest;) {
        caw__timer *next = timer_of(rest);
        rest = rest->next;
        heap = meld(heap, next);
    }
    timers->heaps = NULL;
    timer_push(&timers->heaps, heap);
    return heap;
}

static void timer_insert(caw__timers *timers, caw__timer *timer)
{
    timer->child = NULL;
    timer_push(&timers->heaps, timer);
}

void caw__timers_add(caw__timers *timers, caw__timer *timer)
{
    timer->seq = timers->seq++;
    timer_insert(timers, timer);
}

void caw__timers_add_fresh(caw__timers *timers, caw__timer *timer)
{
    timer->seq = timers->seq++;
    timer->child = timer;
    timer_push(&timers->fresh, timer);
}

void caw__timers_stamp(caw__timers *timers, double now)
{
    caw__timer *timer;
    while ((timer = timers->fresh)) {
        timers->fresh = timer_of(timer->node.next);
        timer->when += now;
        timer_insert(timers, timer);
    }
}

void caw__timers_remove(caw__timers *timers, caw__timer *timer)
{
    caw__node *next = timer->node.next, *previous = timer->node.previous;
    if (!previous) return;
    caw__timer *child = timer->child, *before_it = timer_of(previous);
    if (before_it == timer) {
        *(child == timer ? &timers->fresh : &timers->heaps) = timer_of(next);
        previous = next;
    } else if (before_it->child == timer) {
        before_it->child = timer_of(next);
    } else {
        CAW__ALWAYS(previous->next == &timer->node);
        previous->next = next;
    }
    if (next) next->previous = previous;
    timer->node.previous = NULL;
    timer->child = NULL;
    if (!child || child == timer) return;
    CAW__ALWAYS(timer_before(timer, child));
    timer_push(&timers->heaps, meld_list(child));
}

CAW__COLD_END
