/*
 * Owns: who waits for an operation of the host's goes on.
 * Must not know: which operation.
 */
#include "net/net.h"

void caw__operation_done(caw__op *op) { waiters_wake(&CAW__CONTAINER(op, operation, op)->line, SIZE_MAX); }
