/*
 * Owns: events, exact to asyncio's.
 * Must not know: tasks.
 */
#include "sync/waiters.h"
#include <cawait/event.h>
#include <cawait/try.h>

struct caw_event {
    caw__object object;
    caw_loop   *bound;
    waiters     waiters;
    bool        set;
};

static void            event_release(void *object) { caw__free(object, sizeof(caw_event)); }
static const caw__type event_type = {"Event", event_release, NULL};

caw_event *caw_event_new(void) { return caw__object_new(&event_type, CAW__OBJECT, sizeof(caw_event)); }
bool       caw_event_is_set(const caw_event *e) { return e->set; }

void caw_event_clear(caw_event *e)
{
    CAW__OURS(e);
    e->set = false;
}

void caw_event_set(caw_event *e)
{
    CAW__OURS(e);
    if (e->set) return;
    e->set = true;
    waiters_wake(&e->waiters, SIZE_MAX);
}

static CAW_ASYNC(void, event_wait, caw_event *e)
{
    CAW_BEGIN_OWNING(void, caw_unref(e)) {
        waiter     w;
        caw_error *error = e->set ? NULL : waiters_bind(&e->bound, "the event");
        if (!e->set && !error) error = WAITERS_WAIT(&e->waiters, &w, caw_unref(e));
        caw_unref(e);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

caw_of(void) caw_event_wait(caw_event *e) { return event_wait(caw_ref(e)); }
