/*
 * Owns: what the cases of generators share: one that swallows errors, a coroutine that fails.
 * Must not know: what is sent or thrown.
 */
#ifndef GENERATORS_H
#define GENERATORS_H

#include "conform.h"

static CAW_ASYNC(void, fail_later, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0.01));
        CAW_RAISE(CAW_VALUE_ERROR, NULL);
    } CAW_END;
}

/* Swallows what is thrown at its yield; then ends, or yields again. */
static CAW_ASYNC_GEN(int, swallows, bool yields_again)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(0);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, e) {
        }
        CAW_END_TRY;
        if (yields_again) CAW_YIELD(1);
        trace("done");
    }
    CAW_END_GEN;
}

#endif
