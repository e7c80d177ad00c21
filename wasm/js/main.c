/*
 * Owns: CAW_MAIN on JavaScript: its start; and its end, which is asyncio.run's: what is left is cancelled and waited for, then the
 * async generators are closed.
 * Must not know: when turns are run (host.c). Linked by CAW_MAIN alone.
 *
 * The loop stays open, as JavaScript may call exported functions ever after. So what asyncio closes with its loop, such as tasks that
 * the cleanup of others has made, is cancelled and waited for, too.
 */
#include "bridge.h"
#include "run/run.h"

CAW__COLD

/* From now on (true) what interrupts the program ends the instance, as its main task is over; until all is over (false). */
CAW__IMPORT(main_over) void caw__js_main_over(bool closing);

#define ROUNDS 100 /* tasks whose cleanup makes tasks may do so for ever */

static CAW__TLS struct {
    caw_loop    *loop;    /* a reference */
    caw__call   *call;    /* as JavaScript has it, to cancel it: its future is the main task's */
    caw__node    node;    /* waits for one thing after the other */
    caw_future  *awaited; /* of the present round, a reference; NULL: the main task */
    caw__leavers leavers;
    bool         has_leavers, round_ended;
    int          rounds, empty; /* empty: rounds in which nothing was left to do */
} run;

static void main_wait_for(caw_future *future)
{
    if (future->object.state == CAW__PENDING) caw__future_add(future, &run.node);
    else caw__ready_push(run.loop, &run.node);
}

/* What is to be waited for in the next round, a reference; NULL: there is nothing left. */
static caw_future *next_round(void)
{
    caw_loop *loop = run.loop;
    while (run.empty < 2 && run.rounds < ROUNDS) {
        caw_future *next = NULL;
        if (run.rounds++ % 2 == 0) {
            next = caw__leavers_ask(&run.leavers, loop);
            run.has_leavers = next != NULL;
        } else if (loop->generators_end && (loop->generators || run.rounds == 2)) {
            next = caw__ensure_future(caw_base(loop->generators_end->shutdown(loop)), loop, CAW__SHAPE(void));
        }
        run.empty = next ? 0 : run.empty + 1;
        if (next) return next;
    }
    return loop->executor_end ? caw__ensure_future(caw_base(loop->executor_end(loop)), loop, CAW__SHAPE(void)) : NULL;
}

/* What was waited for has ended, or the loop is closed. */
static void go_on(void)
{
    caw_loop *loop = run.loop;
    if (loop->closed) caw__future_remove(run.awaited ? run.awaited : run.call->future, &run.node);
    else if (!run.awaited) caw__js_main_over(true);
    if (run.awaited) {
        caw_unref(caw__future_outcome(run.awaited)); /* nobody else asks what came of it */
        caw_unref(run.awaited);
    }
    if (run.has_leavers) caw__leavers_gone(&run.leavers, !loop->closed);
    run.has_leavers = false;
    run.awaited = loop->closed ? NULL : next_round();
    if (run.awaited) {
        main_wait_for(run.awaited);
        return;
    }
    caw__js_after_turn = NULL;
    if (!loop->closed) caw__js_main_over(false);
    caw__call_done(&run.call->node);
    caw__loop_unref(loop);
}

/* After the pass in which the node has run, as run_until_complete stops; a budget may have ended the turn in the middle of it. */
static bool after_turn(bool left)
{
    caw_loop *loop = run.loop;
    if (!run.round_ended && !loop->closed) return left;
    loop->stopping = true;
    if (loop->batch) return true;
    loop->stopping = run.round_ended = false;
    go_on();
    return false;
}

static void round_ended(caw__node *node)
{
    (void)node;
    run.round_ended = true;
    run.loop->stopping = true;
}

CAW__EXPORT(caw_start) uint32_t caw__js_start(uint32_t slot)
{
    caw_of(int) main = caw__main(); /* outside the loop, as on every host: it begins with what this gives */
    caw_loop  *loop = caw__js_loop();
    caw__call *call = loop ? caw__alloc(sizeof *call) : NULL;
    if (!call) {
        caw_drop(main);
        caw__scratch[0].data = caw__error_no_memory();
        return CAW__CALL_FAILED;
    }
    caw_loop   *previous = caw__loop_enter(loop);
    caw_future *future = (caw_future *)(void *)caw__spawn(caw_base(main), CAW__SHAPE(int), &caw__call_options);
    *call = (caw__call){.future = future, .slot = slot};
    run.call = call;
    run.node = (caw__node)CAW__NODE(round_ended);
    run.loop = caw__loop_ref(loop);
    caw__js_after_turn = after_turn;
    main_wait_for(future);
    caw__loop_leave(loop, previous);
    return (uint32_t)(uintptr_t)call;
}

caw_of(int) caw__main(void) __attribute__((weak));
CAW__EXPORT(caw_has_start) bool caw__js_has_start(void) { return caw__main != NULL; }

void caw__main_link(void) {}

CAW__COLD_END
