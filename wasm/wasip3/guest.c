/*
 * Owns: whose turn it is to wait for the loop's set; signs from one guest to another; what a callback gives back.
 * Must not know: loops but for their turns (host.c), what the guests do.
 */
#include "guest.h"
#include "instance.h"

static caw__guest *guests; /* newest first */
static caw__guest *driver, *running;

/* ---- Signs ---------------------------------------------------------------------------------------------------------------------- */

/* For the driver, whoever it is: it waits for the loop's set and for nothing of its own. */
static struct {
    caw__waitable waitable;
    uint32_t      writable;
    bool          given;
} nudge;

static void nudged(caw__waitable *it, uint32_t event, uint32_t code)
{
    (void)event, (void)code;
    nudge.given = false;
    (void)caw__signs_read(it->handle, NULL, 1);
}

static void sign(uint32_t writable) { (void)caw__signs_write(writable, NULL, 1); }

static void nudge_driver(void)
{
    if (nudge.given) return;
    if (!nudge.writable) {
        uint64_t ends = caw__signs_new();
        nudge.writable = (uint32_t)(ends >> 32);
        (void)caw__signs_read((uint32_t)ends, NULL, 1);
        caw__watch(&nudge.waitable, (uint32_t)ends, nudged);
    }
    nudge.given = true;
    sign(nudge.writable);
}

/* Its callback is to be called soon. */
static void call_again(caw__guest *it)
{
    if (it == running || it->called_again) return;
    it->called_again = true;
    if (it == driver) nudge_driver();
    else sign(it->writable);
}

/* What it waits for while it does not drive. */
static uint32_t own_set(caw__guest *it)
{
    if (!it->set) {
        uint64_t ends = caw__signs_new();
        it->readable = (uint32_t)ends;
        it->writable = (uint32_t)(ends >> 32);
        it->set = caw__waitable_set_new();
        (void)caw__signs_read(it->readable, NULL, 1);
        caw__waitable_join(it->readable, it->set);
    }
    return it->set;
}

static void drop_own_set(caw__guest *it)
{
    if (!it->set) return;
    caw__waitable_join(it->readable, 0);
    (void)caw__signs_cancel_read(it->readable);
    caw__signs_drop_readable(it->readable);
    caw__signs_drop_writable(it->writable);
    caw__waitable_set_drop(it->set);
}

/* ---- Callbacks --------------------------------------------------------------------------------------------------------------------- */

void caw__guest_due(caw__guest *it)
{
    it->due = true;
    call_again(it);
}

/* Of the guests but the first, for each of which another may come that wakes who waits in the loop. */
static void count(int change)
{
    if (guests) caw__under_way += (uint32_t)change;
}

static uint32_t leave(caw__guest *it, bool awake)
{
    if (!guests->next) caw__flush(); /* perhaps nobody comes any more */
    *(it->previous ? &it->previous->next : &guests) = it->next;
    if (it->next) it->next->previous = it->previous;
    count(-1);
    if (driver == it && guests) { /* another one drives; it is told by its own sign, still */
        call_again(guests);
        driver = guests;
    } else if (driver == it) {
        driver = NULL;
    } else if (awake) {
        call_again(driver);
    }
    drop_own_set(it);
    it->gone(it);
    return CM_EXIT;
}

static uint32_t go_on(caw__guest *it)
{
    running = it;
    bool awake = caw__turns();
    if (it->due && !it->over) {
        it->over = true;
        it->finish(it);
        awake |= caw__turns(); /* what it held may have been waited for */
    }
    awake = awake || !caw__timer_set();
    running = NULL;
    /* What a call has spawned goes on when that has given its result: the last one stays for it. */
    bool alone = !guests->next;
    if (it->over && (it != driver || !alone || (!awake && caw__idle()))) return leave(it, awake);
    if (awake) {
        it->called_again = true;
        return CM_YIELD;
    }
    if (it != driver) return CM_WAIT | own_set(it) << 4;
    caw__flush();
    return CM_WAIT | caw__waitable_set() << 4;
}

uint32_t caw__guest_begin(caw__guest *it)
{
    count(1);
    it->next = guests;
    if (guests) guests->previous = it;
    guests = it;
    if (!driver) driver = it;
    caw__context_set((uint32_t)(uintptr_t)it);
    return go_on(it);
}

uint32_t caw__guest_called(uint32_t event, uint32_t handle, uint32_t code)
{
    caw__guest *it = (caw__guest *)(uintptr_t)caw__context_get();
    it->called_again = false;
    if (event == CM_EVENT_CANCEL) {
        if (!it->over) it->cancel(it);
    } else if (event != CM_EVENT_NONE && it->set && handle == it->readable) {
        (void)caw__signs_read(it->readable, NULL, 1);
    } else if (event != CM_EVENT_NONE) {
        caw__tell(event, handle, code);
    }
    if (it == driver) caw__tell_all();
    return go_on(it);
}
