/*
 * Owns: the interpreter on hosts that drive the loop: the exported run_scenario(program), which gives the trace.
 * Must not know: what a program is.
 *
 * The program's loop is one of its own, driven by the host as any; the instance's loop, which the host turns first, runs the phases:
 * what it is told after the last turn of a phase it does before the next turn of the program's.
 */
#include "../clock/clock.h"
#include "inside.h"
#include "scenario.h"
#include <cawait/export.h>
#include <math.h>
#include <string.h>

static struct {
    world *w;             /* the program that runs; NULL: none */
    caw_of(void) settled; /* the phase is over; NULL: it has not begun */
    bool stopping, stuck;
    int  wrong; /* how many values of their own were not released once */
} phase;

static void task_done(void *loop, caw_any *task)
{
    (void)task;
    phase.stopping = true;
    caw_stop(loop);
}

/* The pass in which a phase's task was done is its last, even if a budget has ended the turn in the middle of it. */
void clock_turned(caw_loop *loop, const caw_turn *turn)
{
    if (!phase.w || phase.w->loop != loop || !phase.settled || caw_done(phase.settled)) return;
    phase.stuck = !phase.stopping && !turn->ready && isinf(turn->deadline);
    if (phase.stopping && inside_pass(loop)) caw_stop(loop);
    else if (phase.stopping || phase.stuck) (void)caw_set_done(phase.settled);
}

/* False when nothing can wake the loop. */
static CAW_ASYNC(bool, run_until_done, caw_loop *loop, caw_of(void) task)
{
    CAW_BEGIN(bool) {
        phase.settled = caw_future(void);
        phase.stopping = phase.stuck = false;
        CAW_DEFER(caw_unref, phase.settled);
        CAW_CHECK(caw_add_done_callback(task, task_done, loop));
        CAW_AWAIT(caw_ref(phase.settled));
        if (!phase.stuck) caw_unref(caw_exception(task)); /* as run_until_complete takes the outcome */
        CAW_RETURN(!phase.stuck);
    } CAW_END;
}

static CAW_ASYNC(void, run_world, world *w)
{
    CAW_BEGIN(void) {
        caw_error *error = scenario_begin(w);
        if (error) CAW_RAISE_ERROR(error);
        if (!CAW_AWAIT(run_until_done(w->loop, (caw_of(void))caw_base(w->tasks[0].is)))) {
            scenario_deadlock(w);
            CAW_RETURN();
        }
        caw_of(void) end = scenario_end(w);
        CAW_DEFER(caw_unref, end);
        bool ended = CAW_AWAIT(run_until_done(w->loop, end));
        caw_of(void) close = ended ? scenario_close_generators(w) : NULL;
        CAW_DEFER(caw_unref, close);
        if (close) ended = CAW_AWAIT(run_until_done(w->loop, close));
        if (ended) scenario_ended(w);
        else scenario_deadlock(w);
    } CAW_END;
}

static void close_world(void *argument)
{
    world *w = argument;
    phase.wrong = world_close(w);
    text_free(&w->lines);
    phase.w = NULL;
}

static CAW_ASYNC(caw_string *, run_program, const json *program)
{
    CAW_BEGIN(caw_string *) {
        world w;
        clock_restart();
        caw_error *error = world_open(&w, program);
        phase.w = &w;
        CAW_DEFER(close_world, &w);
        if (error) CAW_RAISE_ERROR(error);
        CAW_AWAIT(run_world(&w));
        world_end_trace(&w);
        caw_of(void) cleanup = scenario_cleanup(&w);
        if (cleanup) {
            CAW_DEFER(caw_unref, cleanup);
            CAW_AWAIT(run_until_done(w.loop, cleanup));
        }
        CAW_RETURN(caw_string_of(w.lines.data));
    } CAW_END;
}

static void free_tree(void *tree) { json_free(tree); }

/* The trace of a program, both JSON. One at a time. */
CAW_ASYNC(caw_string *, run_scenario, const char *text)
{
    CAW_BEGIN(caw_string *) {
        json *program = json_parse(text);
        if (!program) CAW_RAISE(CAW_VALUE_ERROR, "the program is not JSON");
        CAW_DEFER(free_tree, program);
        CAW_AWAIT(caw_sleep(0)); /* the call has now what it has while it waits */
        if (phase.w) CAW_RAISE(CAW_RUNTIME_ERROR, "a program is running");
        caw_stats   before = caw_get_stats();
        caw_string *trace = CAW_AWAIT(run_program(program));
        caw_stats   after = caw_get_stats();
        int         blocks = (int)(after.blocks - before.blocks) - 1; /* but the trace */
        if (after.frames != before.frames || blocks || after.loops != before.loops) {
            caw_unref(trace);
            CAW_RAISE(CAW_RUNTIME_ERROR, "left behind: %d frames, %d blocks, %d loops", (int)(after.frames - before.frames),
                      blocks, (int)(after.loops - before.loops));
        }
        if (phase.wrong) {
            caw_unref(trace);
            CAW_RAISE(CAW_RUNTIME_ERROR, "%d values were not released once", phase.wrong);
        }
        CAW_RETURN(trace);
    } CAW_END;
}
CAW_EXPORT(caw_string *, run_scenario, const char *, text);
