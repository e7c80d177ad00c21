/*
 * Turns of a host that drives the loop. A loop that was woken with nothing ready was woken by the host's timer, which virtual.c lets
 * fire at once: it is idle, and its next deadline has come.
 */
#include "clock.h"
#include "loop/loop.h"

caw_turn __real_caw_loop_turn(caw_loop *loop, const caw_budget *budget);
caw_turn __wrap_caw_loop_turn(caw_loop *loop, const caw_budget *budget);

caw_turn __wrap_caw_loop_turn(caw_loop *loop, const caw_budget *budget)
{
    const caw__timer *first = caw__timers_first(&loop->timers);
    bool              stands = clock_stands && clock_stands();
    if (first && loop->woken && !loop->ready && !loop->batch && !stands) clock_jump(first->when);
    caw_turn turn = __real_caw_loop_turn(loop, budget);
    if (clock_turned) clock_turned(loop, &turn);
    return turn;
}
