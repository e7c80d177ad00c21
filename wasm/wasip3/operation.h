/*
 * Owns: operations of the seam under way (src/host.h), as what they wait for sees them.
 */
#ifndef CAW_WASIP3_OPERATION_H
#define CAW_WASIP3_OPERATION_H

#include "instance.h"

typedef void caw__op_undo(void *what);

/* It waits for something, which `undo` gives up: CAW__UNDER_WAY. */
static inline ptrdiff_t caw__op_waits(caw__op *op, void *what, caw__op_undo *undo)
{
    op->words[0] = (intptr_t)what;
    op->words[1] = (intptr_t)undo;
    caw__under_way++;
    return CAW__UNDER_WAY;
}

/* It does not wait any more: when it is done, and before it begins. */
static inline void caw__op_done(caw__op *op, ptrdiff_t result)
{
    op->words[0] = 0;
    caw__under_way--;
    op->result = result;
    op->done(op);
}

#endif
