/*
 * Owns: calls of exported async functions that have not ended: tasks of the component model's, which the host starts and calls back.
 * Must not know: what they do.
 *
 * One of them, the driver, waits for the set of all that the loop waits for; each other one waits for a sign of its own, which it gets
 * when there is something that only itself may do: to give its result, to end, to be the next driver.
 */
#ifndef CAW_WASIP3_GUEST_H
#define CAW_WASIP3_GUEST_H

#include "waitable.h"

typedef struct caw__guest caw__guest;
struct caw__guest {
    void (*finish)(caw__guest *it); /* it was due: gives its result to the host; in its own callback */
    void (*cancel)(caw__guest *it); /* nobody wants its result any more: it is due soon, if that can be */
    void (*gone)(caw__guest *it);   /* it has returned to the host for the last time */
    caw__guest *next, *previous;
    uint32_t set, readable, writable; /* its own set, and the ends of its stream of signs; 0: it has not needed them so far */
    bool     due, over, called_again;
};

/* In the exported function: what that gives back to the host. */
uint32_t caw__guest_begin(caw__guest *it);
/* In its callback, as well. */
uint32_t caw__guest_called(uint32_t event, uint32_t handle, uint32_t code);
/* It is to finish, soon. */
void caw__guest_due(caw__guest *it);

#endif
