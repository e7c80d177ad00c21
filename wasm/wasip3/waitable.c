/*
 * Owns: the one waitable set, and who waits for which handle.
 * Must not know: who waits for the set (guest.c, host.c).
 *
 * A handle is a number that is used again at once when it is dropped, so it is looked up before any other code runs. Numbers are given
 * one after another: rows by their last bits are as long as each other.
 */
#include "waitable.h"

#define ROWS 1024

static caw__waitable *rows[ROWS];
static uint32_t       set;

uint32_t caw__waitable_set(void)
{
    if (!set) set = caw__waitable_set_new();
    return set;
}

static caw__waitable **place_of(uint32_t handle)
{
    caw__waitable **place = &rows[handle % ROWS];
    while (*place && (*place)->handle != handle) place = &(*place)->next;
    return place;
}

void caw__watch(caw__waitable *it, uint32_t handle, caw__happened *happened)
{
    caw__waitable **row = &rows[handle % ROWS];
    *it = (caw__waitable){handle, happened, *row};
    *row = it;
    caw__waitable_join(handle, caw__waitable_set());
}

uint32_t caw__forget(caw__waitable *it)
{
    uint32_t handle = it->handle;
    if (!handle) return 0;
    *place_of(handle) = it->next;
    it->handle = 0;
    caw__waitable_join(handle, 0);
    return handle;
}

bool caw__give_up(caw__waitable *call)
{
    uint32_t handle = caw__forget(call);
    if (!handle) return false;
    bool returned = caw__subtask_cancel(handle) == CM_RETURNED;
    caw__subtask_drop(handle);
    return returned;
}

void caw__tell(uint32_t event, uint32_t handle, uint32_t code)
{
    caw__waitable *it = *place_of(handle);
    if (!it || (event == CM_EVENT_SUBTASK && code < CM_RETURNED)) return;
    if (event == CM_EVENT_SUBTASK) caw__subtask_drop(caw__forget(it));
    it->happened(it, event, code);
}

bool caw__tell_all(void)
{
    uint32_t event, about[2];
    bool     any = false;
    while (set && (event = caw__waitable_set_poll(set, about))) {
        caw__tell(event, about[0], about[1]);
        any = true;
    }
    return any;
}
