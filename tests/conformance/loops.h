/*
 * Owns: what the cases of loops share: callbacks that stop the loop, a coroutine that sleeps.
 * Must not know: how a loop is run.
 */
#ifndef LOOPS_H
#define LOOPS_H

#include "conform.h"

static inline void stop(void *unused)
{
    (void)unused;
    caw_stop(caw_running_loop());
}

static inline void stop_and_say(void *word)
{
    say(word);
    stop(NULL);
}

static CAW_ASYNC(void, just_sleep, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
    } CAW_END;
}

#endif
