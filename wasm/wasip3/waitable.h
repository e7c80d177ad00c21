/*
 * Owns: what the host waits for: handles of the component model's (calls, ends of streams and futures), each with who is told.
 * Must not know: loops, exported functions.
 */
#ifndef CAW_WASIP3_WAITABLE_H
#define CAW_WASIP3_WAITABLE_H

#include "imports.h"
#include <stdbool.h>

typedef struct caw__waitable caw__waitable;
typedef void                 caw__happened(caw__waitable *it, uint32_t event, uint32_t code);

struct caw__waitable {
    uint32_t       handle; /* 0: it waits for nothing */
    caw__happened *happened;
    caw__waitable *next; /* whose handle is in the same row */
};

/* The set of all that is watched; made when it is first asked for. */
uint32_t caw__waitable_set(void);

/*
 * From now on `happened` is called with what comes of it, never inside of this: of a call once, when it has ended (the handle is gone
 * then); of a stream or future whenever a copy ends, until it is forgotten.
 */
void caw__watch(caw__waitable *it, uint32_t handle, caw__happened *happened);
/* It is in no set any more, as it must be before it is cancelled or dropped; gives the handle. */
uint32_t caw__forget(caw__waitable *it);
/* A call that is not needed any more is cancelled; what it is to give may be there already: true. */
bool caw__give_up(caw__waitable *call);

/* Tells who is concerned. */
void caw__tell(uint32_t event, uint32_t handle, uint32_t code);
/* All that has happened; whether there was anything. */
bool caw__tell_all(void);

#endif
