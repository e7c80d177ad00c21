/*
 * Owns: the timer heap: an intrusive pairing heap ordered by (when, seq), so that adding and cancelling allocate nothing,
 * equal times keep the order in which they were made, and a cancelled timer is gone at once.
 * Must not know: what a timer wakes, or the clock.
 */
#include "loop/loop.h"

CAW__COLD

/* ---- Fresh ones: a list; the first is its own predecessor ------------------------------------------------------------ */

void caw__timers_add_fresh(caw__timers *timers, caw__timer *timer)
{
    caw__timer *next = timers->fresh;
    timer->seq = timers->seq++;
    timer->child = timer->back = timer;
    timer->sibling = next;
    if (next) next->back = timer;
    timers->fresh = timer;
}

static void leave_fresh(caw__timers *timers, caw__timer *timer)
{
    caw__timer *next = timer->sibling;
    if (timer->back == timer) timers->fresh = next;
    else timer->back->sibling = next;
    if (next) next->back = timer->back == timer ? next : timer->back;
    timer->child = timer->sibling = timer->back = NULL;
}

/* ---- The heap ---------------------------------------------------------------------------------------------------------- */

static bool before(const caw__timer *a, const caw__timer *b)
{
    return a->when < b->when || (a->when == b->when && (int32_t)(a->seq - b->seq) < 0);
}

static caw__timer *meld(caw__timer *a, caw__timer *b)
{
    if (!a) return b;
    if (!b) return a;
    if (before(b, a)) {
        caw__timer *t = a;
        a = b;
        b = t;
    }
    b->back = a;
    b->sibling = a->child;
    if (a->child) a->child->back = b;
    a->child = b;
    return a;
}

/* Melds a list of siblings into one heap: in pairs from the left, then all from the right; without recursion. */
static caw__timer *meld_siblings(caw__timer *first)
{
    caw__timer *pairs = NULL;
    while (first) {
        caw__timer *a = first, *b = a->sibling;
        first = b ? b->sibling : NULL;
        a->sibling = NULL;
        if (b) b->sibling = NULL;
        a = meld(a, b);
        a->sibling = pairs;
        pairs = a;
    }
    caw__timer *root = NULL;
    while (pairs) {
        caw__timer *next = pairs->sibling;
        pairs->sibling = NULL;
        root = meld(root, pairs);
        pairs = next;
    }
    return root;
}

static void set_root(caw__timers *timers, caw__timer *root)
{
    timers->root = root;
    if (!root) return;
    root->back = root;
    root->sibling = NULL;
}

static void insert(caw__timers *timers, caw__timer *timer)
{
    timer->child = timer->sibling = NULL;
    timers->count++;
    set_root(timers, meld(timers->root, timer));
}

void caw__timers_add(caw__timers *timers, caw__timer *timer)
{
    timer->seq = timers->seq++;
    insert(timers, timer);
}

void caw__timers_stamp(caw__timers *timers, double now)
{
    caw__timer *timer;
    while ((timer = timers->fresh)) {
        timers->fresh = timer->sibling;
        timer->when += now;
        insert(timers, timer);
    }
}

void caw__timers_remove(caw__timers *timers, caw__timer *timer)
{
    if (!timer->back) return;
    if (caw__timer_fresh(timer)) {
        leave_fresh(timers, timer);
        return;
    }
    timers->count--;
    if (timers->root == timer) {
        set_root(timers, meld_siblings(timer->child));
        CAW__ALWAYS(!timers->root || before(timer, timers->root));
    } else {
        CAW__ALWAYS(timer->back->child == timer || timer->back->sibling == timer);
        if (timer->back->child == timer) timer->back->child = timer->sibling;
        else timer->back->sibling = timer->sibling;
        if (timer->sibling) timer->sibling->back = timer->back;
        set_root(timers, meld(timers->root, meld_siblings(timer->child)));
    }
    timer->child = timer->sibling = timer->back = NULL;
}

CAW__COLD_END
