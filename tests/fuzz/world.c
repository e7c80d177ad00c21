/*
 * Owns: the world's beginning and end, and what must hold then: nothing of the library's alive, every owned value destroyed once.
 * Must not know: what the program did in between.
 */
#include "world.h"

world w;

/* ---- The outside world: what happens while a loop has nothing to do --------------------------------------------------------- */

static double outside(void *data, double now, double deadline)
{
    (void)data;
    if (!more()) return __builtin_nan("");
    w.waiting = true;
    deeds(2);
    w.waiting = false;
    return deadline < now + 1 ? deadline : now + 1;
}

/* ---- Begin and end ---------------------------------------------------------------------------------------------------------- */

void world_open(void)
{
    w = (world){0};
    caw_sim_on_wait(outside, NULL);
    w.queues[0] = caw_queue_new(2);
    w.queues[1] = caw_lifo_queue_new(0);
    w.queues[2] = caw_priority_queue_new(1, value_before);
    w.lock = caw_lock_new();
    w.semaphore = caw_semaphore_new(2);
    w.bounded = caw_bounded_semaphore_new(1);
    w.event = caw_event_new();
    w.condition = caw_condition_new(NULL);
    w.barrier = caw_barrier_new(2);
}

/* Gives up what a slot holds; the slot is empty before a destructor can look at it. */
#define GIVE_UP(slot)                                                                                                          \
    do {                                                                                                                       \
        __auto_type given_up = (slot);                                                                                         \
        (slot) = NULL;                                                                                                         \
        caw_unref((void *)(uintptr_t)given_up);                                                                                \
    } while (0)

static void let_go(void)
{
    for (int i = 0; i < SLOTS; i++) {
        handle h = w.slots[i];
        w.slots[i] = (handle){0};
        handle_drop(h);
    }
    for (int i = 0; i < GENERATORS; i++) GIVE_UP(w.generators[i]);
    for (int i = 0; i < HANDLES; i++) GIVE_UP(w.handles[i]);
    for (int i = 0; i < CONTEXTS; i++) GIVE_UP(w.contexts[i]);
    for (int i = 0; i < ITERATORS; i++) GIVE_UP(w.iterators[i]);
    for (int i = 0; i < ERRORS; i++) GIVE_UP(w.errors[i]);
    GIVE_UP(w.group);
}

void world_close(void)
{
    caw_sim_on_wait(NULL, NULL);
    unsigned early = byte() & 1;
    input_over();
    SAY("--- close%s", early ? ", having let go" : "");
    if (early) let_go();
    for (unsigned i = 0; i < LOOPS; i++) loop_give_up(i);
    let_go();
    for (int i = 0; i < QUEUES; i++) GIVE_UP(w.queues[i]);
    GIVE_UP(w.lock);
    GIVE_UP(w.semaphore);
    GIVE_UP(w.bounded);
    GIVE_UP(w.event);
    GIVE_UP(w.condition);
    GIVE_UP(w.barrier);
    for (size_t i = 0; i < w.token_count; i++) REQUIRE(!w.tokens[i].alive);
}
