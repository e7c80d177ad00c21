/*
 * Owns: running to the end on hosts that block, and what breaks a run off: deadlocks, interrupts, KeyboardInterrupt, SystemExit.
 * Must not know: how the host waits, or what is to become of the loop afterwards (runner.c).
 */
#include "graph/graph.h"
#include "run/run.h"

CAW__COLD

static CAW__TLS caw_loop *in_run; /* the one that caw_run_forever runs in this thread */

/* ---- Interrupts and errors that end a run -------------------------------------------------------------------------------- */

static bool break_off(caw_loop *loop, caw__node *node)
{
    loop->batch = node; /* its next is the rest of the batch still */
    return false;
}

/* What is left of a pass goes before what is ready for the next one: both are one pass of the next run. */
static void put_back(caw_loop *loop)
{
    if (!loop->batch) return;
    loop->batch_tail->next = loop->ready;
    if (!loop->ready) loop->ready_tail = loop->batch_tail;
    loop->ready = loop->batch;
    loop->batch = NULL;
}

/* The first error of the kind wins; consumes it. */
static void blow(caw_loop *loop, caw_error *error)
{
    if (loop->raised) {
        caw_unref(error);
        return;
    }
    loop->raised = error;
    loop->attention = break_off;
}

/* Rule 45: it stays with the task, too. */
static void task_failed(caw_task *failed)
{
    caw_error     *error = failed->future.error;
    caw_error_type type = caw_error_type_of(error);
    if (type != CAW_KEYBOARD_INTERRUPT && type != CAW_SYSTEM_EXIT) return;
    failed->future.object.flags |= CAW__RETRIEVED;
    blow(failed->future.loop, caw_ref(error));
}

/* Rule 44. */
static void act_on_interrupts(caw_loop *loop)
{
    uint32_t  asked = loop->interrupts, seen = loop->interrupts_seen;
    caw_task *target = loop->main;
    if (asked == seen) return;
    loop->interrupts_seen = asked;
    if (seen || !target || target->future.object.state != CAW__PENDING) {
        blow(loop, caw_error_new(CAW_KEYBOARD_INTERRUPT, NULL));
        return;
    }
    caw__cancel((caw_any *)(void *)target, NULL);
    if (asked > 1) blow(loop, caw_error_new(CAW_KEYBOARD_INTERRUPT, NULL));
}

static bool attend(caw_loop *loop, caw__node *node)
{
    loop->batch = node;
    caw__loop_attend(loop); /* before the count is read: an interrupt that comes after asks for attention again */
    act_on_interrupts(loop);
    if (loop->raised) return false;
    node = loop->batch;
    loop->batch = node->next;
    if (loop->attention) return loop->attention(loop, node);
    node->run(node);
    return true;
}

bool caw_interrupt(caw_loop *loop)
{
    if (!loop) loop = in_run;
    if (!loop || !loop->running) return caw__host_interrupt();
    loop->interrupts = loop->interrupts + 1;
    loop->attention = attend;
    caw__host_wake(loop);
    return true;
}

/* ---- Running ---------------------------------------------------------------------------------------------------------------- */

static bool runnable(const caw_loop *loop) { return !loop->closed && !loop->running && !caw__running && caw__host_blocks(); }

void caw__run_begin(caw__run_parts *run, caw_loop *loop)
{
    *run = (caw__run_parts){.loop = loop, .outer = in_run, .once = loop->stopping}; /* stop() came first: exactly one pass */
    loop->interrupts = loop->interrupts_seen = 0;
    loop->running = true;
    loop->task_failed = task_failed;
    in_run = loop;
}

caw__run_state caw__run_turn(caw__run_parts *run, const caw_budget *budget, double *deadline)
{
    caw_loop *loop = run->loop;
    caw_turn  turn = caw_loop_turn(loop, budget);
    if (loop->raised || (loop->stopping && !loop->batch)) return CAW__RUN_OVER;
    if (turn.ready) return CAW__RUN_GOES_ON;
    *deadline = turn.deadline;
    return loop->interrupts == loop->interrupts_seen ? CAW__RUN_WAITS : caw__run_waited(run, 0);
}

caw__run_state caw__run_waited(caw__run_parts *run, int status)
{
    caw_loop *loop = run->loop;
    act_on_interrupts(loop);
    if (loop->raised) return CAW__RUN_OVER;
    if (status == -CAW_EOF_ERROR) {
        status = loop->ready ? 0 : -CAW_RUNTIME_ERROR; /* an interrupt may have cancelled something */
        if (status) caw__report_deadlock(loop);
    }
    run->status = status;
    return status < 0 ? CAW__RUN_OVER : CAW__RUN_GOES_ON;
}

int caw__run_end(caw__run_parts *run)
{
    caw_loop *loop = run->loop;
    put_back(loop);
    in_run = run->outer;
    loop->task_failed = NULL;
    loop->running = loop->stopping = false;
    caw__loop_attend(loop);
    return loop->raised ? -(int)caw_error_type_of(loop->raised) : run->status;
}

/* Gives 0, or a negative error; that of loop->raised is left there for the caller. */
static int run_forever(caw_loop *loop)
{
    static const caw_budget slice = {.jobs = 1024}; /* between two looks at the host's events */
    CAW__OUR_LOOP(loop);
    CAW__ALWAYS(runnable(loop)); /* its callers have asked */
    caw__run_parts run;
    double         deadline = INFINITY;
    caw__run_begin(&run, loop);
    caw__host_runs(loop, true);
    for (caw__run_state state = CAW__RUN_GOES_ON; state != CAW__RUN_OVER;) {
        if (run.once || caw__host_pending(loop)) caw__host_wait(loop, -INFINITY); /* collect events, do not wait */
        state = caw__run_turn(&run, &slice, &deadline);
        if (state == CAW__RUN_WAITS) state = caw__run_waited(&run, caw__host_wait(loop, deadline));
    }
    caw__host_runs(loop, false);
    return caw__run_end(&run);
}

int caw_run_forever(caw_loop *loop)
{
    if (!runnable(loop)) return -CAW_RUNTIME_ERROR; /* what breaks off a run that is under way is left alone */
    int status = run_forever(loop);
    caw_unref(loop->raised);
    loop->raised = NULL;
    return status;
}

struct caw__stopper {
    caw__node node;
    caw_loop *loop; /* NULL: the run is over without it; it goes when it is its turn */
    bool      ran;
};

static void run_stop(caw__node *node)
{
    caw__stopper *s = CAW__CONTAINER(node, caw__stopper, node);
    if (!s->loop) {
        caw__free(s, sizeof *s);
        return;
    }
    s->ran = true;
    s->loop->stopping = true;
}

caw__stopper *caw__stop_when_done(caw_loop *loop, caw_future *future)
{
    caw__stopper *s = caw__alloc(sizeof *s);
    if (!s) return NULL;
    *s = (caw__stopper){CAW__NODE(run_stop), loop, false};
    if (future->object.state == CAW__PENDING) caw__future_add(future, &s->node);
    else caw__ready_push(loop, &s->node);
    return s;
}

caw_error *caw__stopped(caw__stopper *s, caw_future *future, int status)
{
    caw_loop  *loop = s->loop;
    caw_error *raised = loop->raised;
    loop->raised = NULL;
    if (s->ran || caw__future_remove(future, &s->node)) caw__free(s, sizeof *s);
    else s->loop = NULL; /* it is ready; the run was stopped or broken off before its turn */
    if (raised) return raised;
    if (future->object.state != CAW__PENDING && status == 0) return NULL;
    if (status == 0) return caw_error_new(CAW_RUNTIME_ERROR, "the event loop was stopped before the future was done");
    return caw_error_new(CAW_RUNTIME_ERROR, "deadlock: nothing can wake the loop, and the awaited future is not done");
}

caw_error *caw__run_until_done(caw_loop *loop, caw_future *future)
{
    caw__stopper *s = caw__stop_when_done(loop, future);
    return s ? caw__stopped(s, future, run_forever(loop)) : caw__error_no_memory();
}

caw_error *caw__outcome_of(caw_future *future, caw_error *error, void *out)
{
    if (!error && future->object.state == CAW__FINISHED) {
        if (out) error = caw__future_take_last(future, out);
    } else if (!error) {
        error = caw__future_outcome(future);
    }
    caw_unref(future);
    return error;
}

caw_error *caw__run_outcome(caw_loop *loop, caw_future *future, void *out)
{
    return caw__outcome_of(future, caw__run_until_done(loop, future), out);
}

caw_error *caw__run_refusal(const caw_loop *loop)
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

caw_error *caw__run_unfit(caw_any *any)
{
    caw__drop(any);
    return caw_error_new(CAW_TYPE_ERROR, "what is to be run has a result of another type");
}

caw_error *caw__run_until_complete(caw_loop *loop, caw_any *any, uint32_t shape, void *out)
{
    caw_error *error = caw__run_refusal(loop);
    if (error) {
        caw__drop(any);
        return error;
    }
    if (out && !caw__any_fits(any, shape)) return caw__run_unfit(any);
    bool fresh = caw__kind(any) != CAW__FUTURE;
    caw__loop_ref(loop);
    caw_future *future = caw__ensure_future(any, loop, shape);
    if (fresh && future->loop) future->object.flags |= CAW__SILENT;
    error = caw__run_refusal(loop); /* a task factory may have closed it */
    if (error) caw_unref(future);
    else error = caw__run_outcome(loop, future, out);
    caw__loop_unref(loop);
    return error;
}

CAW__COLD_END
