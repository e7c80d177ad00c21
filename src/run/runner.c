/*
 * Owns: Runner: one loop and one context for several runs, and asyncio.run's shutdown.
 * Must not know: how a loop is run (run.c) or closed (close.c).
 */
#include "run/run.h"
#include "task/forward.h"
#include <cawait/runner.h>

CAW__COLD

enum { CREATED, INITIALIZED, CLOSED };

/* Why the runner has no loop; NULL: it has one. */
static caw_error *initialize(caw_runner *runner)
{
    if (runner->caw__state == INITIALIZED) return NULL;
    if (runner->caw__state == CLOSED) return caw_error_new(CAW_RUNTIME_ERROR, "the runner is closed");
    runner->caw__context = caw_context_copy();
    runner->caw__loop = runner->caw__context ? caw_loop_new() : NULL;
    if (!runner->caw__loop) {
        caw_unref(runner->caw__context);
        return caw__error_no_memory();
    }
    caw__loop_ref(runner->caw__loop); /* a program that closes it by itself gets errors */
    if (runner->debug) caw_loop_set_debug(runner->caw__loop, true, runner->slow_seconds);
    runner->caw__state = INITIALIZED;
    return NULL;
}

caw_loop *caw_runner_loop(caw_runner *runner)
{
    caw_unref(initialize(runner));
    return runner->caw__state == INITIALIZED ? runner->caw__loop : NULL;
}

/* The task around a future that is given as it is: an interrupt needs one to cancel. */
CAW__ASYNC_FORWARD(runner_await_future, caw_any *future)
{
    CAW__BEGIN_FORWARD(caw__drop(future)) {
        CAW__AWAIT_INTO(future);
    } CAW__END_FORWARD;
}

/* Rule 44: a main task that nobody else has cancelled ends an interrupted run with KeyboardInterrupt. */
caw_error *caw__main_outcome(caw_loop *loop, caw_task *task, caw_error *cancelled)
{
    if (!loop->interrupts || !task || task->future.object.state != CAW__CANCELLED) return cancelled;
    if (!caw_error_is(cancelled, CAW_CANCELLED_ERROR)) return cancelled;
    if (caw__task_uncancel((caw_any *)(void *)task) != 0) return cancelled;
    caw_error *error = caw__error_within(caw_error_new(CAW_KEYBOARD_INTERRUPT, NULL), cancelled);
    caw_unref(cancelled);
    return error;
}

caw_error *caw__runner_run(caw_runner *runner, caw_any *any, uint32_t shape, void *out, const caw_runner_run_options *options)
{
    caw_error *error = caw__run_refusal(NULL);
    if (!error) error = initialize(runner);
    if (error) {
        caw__drop(any);
        return error;
    }
    if (out && !caw__any_fits(any, shape)) return caw__run_unfit(any);
    caw_loop *loop = runner->caw__loop;
    if (caw__kind(any) == CAW__FUTURE) {
        uint32_t inner = caw__any_shape(any);
        any = caw__forward(runner_await_future(any), inner);
    }
    caw_context *context = options->context ? options->context : runner->caw__context;
    caw_any     *main = caw__spawn(any, shape, &(caw_spawn_options){.loop = loop, .context = context});
    caw_task    *task = caw__as_task(main);
    if (task) task->future.object.flags |= CAW__SILENT;
    loop->main = caw_ref(task);
    error = caw__run_refusal(loop); /* see caw__run_until_complete */
    if (error) caw_unref(main);
    else error = caw__run_outcome(loop, (caw_future *)(void *)main, out);
    loop->main = NULL;
    error = caw__main_outcome(loop, task, error);
    caw_unref(task);
    return error;
}

/* ---- The end -------------------------------------------------------------------------------------------------------------- */

/* Gives what broke the waiting off, or NULL. */
static caw_error *runner_cancel_all(caw_loop *loop)
{
    caw__leavers s;
    caw_future  *all = caw__leavers_ask(&s, loop);
    if (!all) return NULL;
    caw_error *error = caw__run_outcome(loop, all, NULL);
    caw__leavers_gone(&s, !error);
    return error;
}

/* What ends a shutdown; everything else that can happen there was reported. */
static caw_error *only_exits(caw_error *error)
{
    if (caw_error_is(error, CAW_KEYBOARD_INTERRUPT) || caw_error_is(error, CAW_SYSTEM_EXIT)) return error;
    caw_unref(error);
    return NULL;
}

static caw_error *shut_down(caw_runner *runner)
{
    if (runner->caw__state != INITIALIZED) return NULL;
    caw_loop  *loop = runner->caw__loop;
    caw_error *error = only_exits(runner_cancel_all(loop));
    if (!error && loop->generators_end) {
        error = only_exits(caw_run_until_complete(loop, loop->generators_end->shutdown(loop), NULL));
    }
    if (!error && loop->executor_end) error = only_exits(caw_run_until_complete(loop, loop->executor_end(loop), NULL));
    runner->caw__state = CLOSED;
    caw_loop_close(loop);
    caw__loop_unref(loop);
    caw_unref(runner->caw__context);
    return error;
}

int caw_runner_close(caw_runner *runner)
{
    if (runner->caw__state == INITIALIZED && (caw__running || runner->caw__loop->running)) return -CAW_RUNTIME_ERROR;
    caw_error *error = shut_down(runner);
    int        status = -(int)caw_error_type_of(error);
    caw_unref(error);
    return status;
}

caw_error *caw__run(caw_any *any, uint32_t shape, void *out, const caw_run_options *options)
{
    caw_runner runner = {.debug = options->debug, .slow_seconds = options->slow_seconds};
    caw_error *error = caw__runner_run(&runner, any, shape, out, &(caw_runner_run_options){.context = NULL});
    caw_error *end = shut_down(&runner);
    if (!end) return error;
    if (!error && out) {
        caw__result_drop(shape, out);
        memset(out, 0, shape & CAW__SIZE);
    }
    caw__error_within(end, error);
    caw_unref(error);
    return end;
}

CAW__COLD_END
