/*
 * Owns: a flag that tasks wait for (asyncio.Event).
 */
#ifndef CAWAIT_EVENT_H
#define CAWAIT_EVENT_H

#include <cawait/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counted object. */
typedef struct caw_event caw_event;

/* An event that is not set; NULL without memory. Used on the loop that first blocks on it. */
CAW__REFERENCE caw_event *caw_event_new(void);
/*
 * Waits until it is set; does not suspend when it is. Who was woken goes on even if it was cleared since. RuntimeError on another
 * loop than the one it is bound to. Borrows the event. Source: Event.wait; rule 36.
 */
CAW__HANDLE caw_of(void) caw_event_wait(caw_event *event);
/* Sets it and wakes everybody who waits, in the order in which they came; from any callback. Source: Event.set. */
void caw_event_set(caw_event *event);
/* Who waits from now on waits until it is set again. Source: Event.clear. */
void caw_event_clear(caw_event *event);
/* Source: Event.is_set. */
bool caw_event_is_set(const caw_event *event);

#ifdef __cplusplus
}
#endif
#endif
