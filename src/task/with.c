/*
 * Owns: what CAW_WITH calls out of line.
 * Must not know: any manager.
 */
#include "task/task.h"
#include <cawait/with.h>

static const caw__type     true_type = {"Future", NULL, NULL};
static CAW__TLS caw_future yes = {
    .object = {.kind = CAW__FUTURE, .state = CAW__FINISHED, .refs = CAW__IMMORTAL, .type = &true_type},
    .shape = CAW__SHAPE(bool),
    .truth = true};

caw_any *caw__swallow(void) { return (caw_any *)(void *)&yes; }

/* A manager that owns its self is given up with the frame if it comes to that, as by CAW_DEFER. */
caw_any *caw__with_enter(caw__co *co, caw_with with)
{
    if (with.type->release && caw__defer_push(co, with.type->release, with.self)) return caw__no_memory;
    return with.type->enter ? caw_base(with.type->enter(with.self)) : NULL;
}

void caw__with_release(caw__co *co, caw_with with)
{
    if (with.type->release && caw__defer_take(co, with.type->release, with.self)) with.type->release(with.self);
}

caw_any *caw__with_exit(caw_with with, caw_error *error)
{
    return with.type->exit ? caw_base(with.type->exit(with.self, error)) : NULL;
}

int caw__with_left(int leaving, caw_error **error, bool swallow, caw_error *raised)
{
    if (raised) {
        caw_error *left = *error;
        *error = raised;
        caw_unref(left);
        return CAW__RAISING;
    }
    if (!swallow || leaving != CAW__RAISING) return leaving;
    caw_unref(*error);
    *error = NULL;
    return CAW__STAY;
}

/* ---- Managers of nothing ------------------------------------------------------------------------------------------------- */

static const caw_with_type nothing;

caw_with caw_nullcontext(void) { return (caw_with){NULL, &nothing}; }

static caw_of(void) with_fail(void *self)
{
    (void)self;
    return (caw_of(void))caw__no_memory;
}
static const caw_with_type failing = {.enter = with_fail};

caw_with caw__with_no_memory(void) { return (caw_with){NULL, &failing}; }
