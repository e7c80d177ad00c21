/*
 * Owns: running to the end on hosts that block, and asyncio.run's shutdown.
 * Must not know: how the host waits.
 */
#include "internal.h"
#include <cawait/gather.h>
#include <cawait/run.h>

CAW__COLD

typedef struct stopper {
    caw__node node;
    caw_loop *loop;
    bool      ran;
} stopper;

static void stop(caw__node *node)
{
    stopper *s = CAW__CONTAINER(node, stopper, node);
    s->ran = true;
    s->loop->stopping = true;
}

/* Runs until `future` is done; the pass in which its callbacks run is the last. */
static caw_error *run_until_done(caw_loop *loop, caw_future *future)
{
    stopper s = {{NULL, stop}, loop, false};
    if (future->object.state == CAW__PENDING) caw__future_add(future, &s.node);
    else caw__ready_push(loop, &s.node);
    int status = caw_run_forever(loop);
    if (!s.ran) { /* stopped, or stuck: nothing may point to this frame any more */
        if (!caw__future_remove(future, &s.node)) caw__ready_remove(loop, &s.node);
    }
    if (future->object.state != CAW__PENDING && status == 0) return NULL;
    if (status == 0) return caw_error_new(CAW_RUNTIME_ERROR, "the event loop was stopped before the future was done");
    return caw_error_new(CAW_RUNTIME_ERROR, "deadlock: nothing can wake the loop, and the awaited future is not done");
}

/* Why `loop` cannot be run now; NULL: it can. */
static caw_error *refusal(const caw_loop *loop)
{
    if (caw__running) return caw_error_new(CAW_RUNTIME_ERROR, "cannot run an event loop while another loop is running");
    if (!caw__host_blocks()) {
        return caw_error_new(CAW_RUNTIME_ERROR, "this host cannot block: use CAW_MAIN or an exported async function");
    }
    if (loop && (loop->closed || loop->running)) {
        return caw_error_new(CAW_RUNTIME_ERROR,
                             loop->closed ? "the event loop is closed" : "this event loop is already running");
    }
    return NULL;
}

caw_error *caw__run_until_complete(caw_loop *loop, caw_any *any, uint32_t shape, void *out)
{
    caw_error *error = refusal(loop);
    if (error) {
        caw__drop(any);
        return error;
    }
    bool        fresh = any->kind != CAW__FUTURE;
    caw_future *future = caw__ensure_future(any, loop, shape);
    if (future->loop && future->loop != loop) {
        caw_unref(future);
        return caw_error_new(CAW_RUNTIME_ERROR, "the future belongs to a different loop");
    }
    if (fresh && future->loop) future->object.flags |= CAW__SILENT;
    error = run_until_done(loop, future);
    if (!error && future->object.state == CAW__FINISHED) {
        if (out && (future->shape & CAW__SIZE)) caw__result_copy(future->shape, out, caw__future_value(future));
    } else if (!error) {
        error = caw__future_take(future, NULL);
    }
    caw_unref(future);
    return error;
}

/* Rule 43: cancel what is left, wait for all of it, report what failed on the way. */
static void cancel_all(caw_loop *loop)
{
    size_t count = caw_all_tasks(loop, NULL, 0);
    if (!count) return;
    caw_any **tasks = caw__alloc(count * sizeof *tasks);
    if (!tasks) return; /* closing the loop will close them */
    caw_all_tasks(loop, tasks, count);
    for (size_t i = 0; i < count; i++) caw__cancel(caw__ref(tasks[i]) ? tasks[i] : NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        caw_future *future = caw__as_future(tasks[i]);
        if (future->object.state == CAW__PENDING) caw_unref(run_until_done(loop, future));
    }
    for (size_t i = 0; i < count; i++) {
        caw_future *future = caw__as_future(tasks[i]);
        if (future->object.state == CAW__FAILED) {
            future->object.flags |= CAW__RETRIEVED;
            caw__report_error(loop, "unhandled exception during caw_run() shutdown", future->error, tasks[i]);
        }
        caw_unref(tasks[i]);
    }
    caw__free(tasks, count * sizeof *tasks);
}

caw_error *caw__run(caw_any *any, uint32_t shape, void *out)
{
    caw_error *error = refusal(NULL);
    caw_loop  *loop = error ? NULL : caw_loop_new();
    if (!loop) {
        caw__drop(any);
        return error ? error : caw__error_no_memory();
    }
    error = caw__run_until_complete(loop, any, shape, out);
    cancel_all(loop);
    if (loop->generators_end) caw_unref(caw_run_until_complete(loop, loop->generators_end->shutdown(loop), NULL));
    caw_loop_close(loop);
    return error;
}

CAW__COLD_END
