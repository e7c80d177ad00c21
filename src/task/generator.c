/*
 * Owns: async generators, exact to CPython's: what a throw or a close does in which state, and who closes one that is let go of.
 * Must not know: how a step runs; a generator's frame is awaited like any coroutine's (coro.h), once for each item.
 *
 * Its state is the kind of its frame: FRESH at the beginning and at each yield, STARTED during a step, EXHAUSTED after the end.
 */
#include "host.h"
#include "task/forward.h"
#include "task/report.h"
#include <cawait/generator.h>

CAW__COLD

static caw__co *frame(const caw_generator *g) { return (caw__co *)g->next; }
static bool     ended(const caw_generator *g) { return g->next->kind == CAW__EXHAUSTED; }
static bool     runs(const caw_generator *g) { return g->next->kind == CAW__STARTED; }

/* ---- The loop's list of those that have begun ---------------------------------------------------------------------------- */

/* While a callback is to close it, it stays: the loop may be closed first, which gives back what that callback holds (forget). */
static void delist(caw_generator *g)
{
    if (!g->loop || g->idle & CAW__TO_BE_CLOSED) return;
    if (g->before) g->before->after = g->after;
    else g->loop->generators = g->after;
    if (g->after) g->after->before = g->before;
    g->loop = NULL;
}

static void generator_destroy(caw_generator *g);

/* The loop is closed: they stay where they stand. */
static void generator_forget(caw_loop *loop)
{
    while (loop->generators) {
        caw_generator *g = loop->generators;
        bool           kept = g->idle & (CAW__TO_BE_CLOSED | CAW__LEFT);
        g->idle &= CAW__BEING_CLOSED;
        delist(g);
        if (kept) caw_unref(g); /* the callback's, or the list's own */
    }
}

static bool is_to_close(const caw_task *task);

static void generator_enlist(caw_generator *g)
{
    static const caw__generators end = {caw__generators_close, is_to_close, generator_forget, caw__host_generators};
    caw_loop                    *loop = caw__running;
    g->loop = loop;
    g->before = NULL;
    g->after = loop->generators;
    if (g->after) g->after->before = g;
    loop->generators = g;
    loop->generators_end = &end;
}

void caw__generator_begin(caw_generator *g)
{
    g->begun = true;
    generator_enlist(g);
}

/* ---- The end of one ------------------------------------------------------------------------------------------------------ */

static void generator_finish(caw_generator *g)
{
    g->next->kind = CAW__EXHAUSTED;
    delist(g);
}

/* What comes out of the step in which the body has ended. */
caw_error *caw__generator_end(caw_generator *g, caw_error *error)
{
    generator_finish(g);
    if (!error) return caw__error_stop_iteration();
    if (!caw_error_is(error, CAW_STOP_ASYNC_ITERATION)) return error;
    caw_error *instead = caw_error_new(CAW_RUNTIME_ERROR, "async generator raised StopAsyncIteration");
    if (!caw__error_is_static(instead)) caw__error_set_context(instead, caw_ref(error));
    return caw_error_set_cause(instead, error);
}

void caw__generator_clear(caw_generator *g)
{
    caw_unref(g->closer);
    caw_unref(g->thrown);
    caw_value_drop(g->sent);
}

/* Frees it where it stands: at its beginning, its end, or at a yield, when nobody can run its cleanup any more. */
static void generator_destroy(caw_generator *g)
{
    if (g->begun && !ended(g)) {
        caw_report report = {.message =
                                 "an async generator was let go of where it stood, and its cleanup did not run: its loop is "
                                 "closed, or there is no memory; close it by caw_aclose",
                             .name = frame(g)->desc->name,
                             .file = frame(g)->desc->file,
                             .line = frame(g)->desc->line};
        caw_call_exception_handler(NULL, &report);
    }
    generator_finish(g);
    caw__generator_clear(g);
    caw__co_destroy(frame(g));
}

/* What a step brings with it, and gives up at its end. */
typedef struct message {
    caw_generator *generator;
    caw_value      value;
    caw_error     *error;
} message;

static void message_ended(void *argument)
{
    message *m = argument;
    caw_unref(m->generator);
    caw_value_drop(m->value);
    caw_unref(m->error);
}

static caw_of(void) close_by(caw_generator *g, caw_error *instead);

/* It finds in g->closing what came before its first step: its task was cancelled, which is raised in the body, or its loop is closed. */
static CAW_ASYNC(void, finalize, caw_generator *g)
{
    CAW_BEGIN_OWNING(void, caw_unref(g)) {
        message m = {g, caw_none(), g->closing.error};
        g->closing.error = NULL;
        CAW_DEFER(message_ended, &m);
        caw_error *before = m.error;
        m.error = NULL;
        if (caw_error_is(before, CAW_GENERATOR_EXIT)) CAW_RAISE_ERROR(before);
        CAW_AWAIT(close_by(g, before));
    } CAW_END;
}

static CAW__TLS const caw__desc *finalizer; /* finalize's */

/* Not begun: it awaits nothing itself. It need not be cancelled with the others, which is an error in the body. */
static bool is_to_close(const caw_task *task)
{
    if (caw__task_desc(task) != finalizer) return false;
    return !(task->future.object.flags & CAW__HAS_STARTED) || (task->slot && caw__task_top(task)->desc == finalizer);
}

/* As if it had begun, and waited in an await of its own: who cancels it throws into it; asyncio's does not skip the closing either. */
static void closer_start(caw_generator *g, caw_task *task, const caw_any *coroutine)
{
    if (!task || task->future.object.flags & CAW__HAS_STARTED || (caw_any *)task->first != coroutine)
        return; /* tasks are eager, or have a factory that made something else of it */
    caw__co *co = task->first;
    task->future.object.flags |= CAW__HAS_STARTED;
    co->slot = &task->root;
    co->out = NULL;
    co->depth = 0;
    g->closing = (caw__slot){.waiter = (uintptr_t)co | CAW__INLINE};
    task->slot = &g->closing;
    task->top = co;
}

caw_any *caw__generator_closing(caw_generator *g)
{
    if (!g->idle) return caw_base(caw__aclose(g));
    bool left = g->idle & CAW__LEFT, begun = g->idle & CAW__BEING_CLOSED;
    /* First: the task of an eager loop runs the cleanup at once, in which somebody may close all generators. */
    g->idle = (g->idle & CAW__TO_BE_CLOSED) | CAW__BEING_CLOSED;
    if (!begun) {
        caw_any *coroutine = caw_base(finalize(caw_ref(g)));
        if (coroutine->kind == CAW__FRESH) finalizer = ((caw__co *)coroutine)->desc;
        g->closer = caw_base(caw_spawn((caw_of(void))coroutine));
        closer_start(g, caw__as_task(g->closer), coroutine);
    }
    caw_any *closing = g->closer ? caw_ref(g->closer) : caw_base(caw__aclose(g));
    if (left) caw_unref(g); /* the reference that kept it is the closing's now */
    return closing;
}

bool caw__generator_is_left(const caw_generator *g)
{
    if (!(g->idle & CAW__BEING_CLOSED)) return g->idle;
    return g->idle & CAW__LEFT || (g->closer && !caw__future_done(g->closer));
}

static void close_later(void *argument)
{
    caw_generator *g = argument;
    caw_unref(caw__generator_closing(g));
    g->idle &= CAW__BEING_CLOSED;
    if (ended(g)) delist(g);
    caw_unref(g);
}

/* Nobody has it any more and it stands at a yield: asyncio closes it in a task of its own. False: that cannot be scheduled. */
static bool close_soon(caw_generator *g)
{
    g->object.refs = 1;
    caw_handle *handle =
        g->loop && !g->closed && !(g->idle & CAW__BEING_CLOSED) ? caw_call_soon(g->loop, close_later, g) : NULL;
    if (!handle) return false;
    g->idle = CAW__TO_BE_CLOSED;
    caw_unref(handle);
    return true;
}

/* At the yield itself: it runs, so its frame must stay whatever happens. What cannot be scheduled is left to the end of the loop. */
void caw__generator_idle(caw_generator *g)
{
    if (close_soon(g)) return;
    if (!g->loop) generator_enlist(g);
    g->idle |= CAW__LEFT;
}

static void generator_release(void *object)
{
    caw_generator *g = object;
    if (!g->begun || ended(g) || !close_soon(g)) generator_destroy(g);
}

const caw__type caw__generator_type = {"async generator", generator_release, NULL};

CAW__TLS caw_generator caw__no_generator = {
    .object = {.kind = CAW__OBJECT, .refs = CAW__IMMORTAL, .type = &caw__generator_type}};

void caw__generator_in_scope(caw_generator *g, unsigned line, unsigned scope)
{
    const caw__desc *desc = frame(g)->desc;
    char             message[300];
    caw_report       report = {.message = message, .name = desc->name, .file = desc->file, .line = desc->line};
    caw__format(
        message, sizeof message,
        "async generator '%s' yields at line %u inside the timeout scope or task group that it entered at line %u: what "
        "that cancels is the task that entered it, wherever it is then (PEP 789)",
        desc->name, line, scope);
    caw_call_exception_handler(NULL, &report);
}

/* ---- Steps with a message ------------------------------------------------------------------------------------------------ */

caw_error *caw__generator_take(caw_generator *g)
{
    caw_error *error = g->thrown;
    g->thrown = NULL;
    return error;
}

caw_value caw__generator_sent(caw_generator *g)
{
    caw_value value = g->sent;
    g->sent = caw_none();
    return value;
}

static caw_error *running(const caw_generator *g, const char *call)
{
    return caw_error_new(CAW_RUNTIME_ERROR, "%s(): asynchronous generator '%s' is already running", call, frame(g)->desc->name);
}

caw_error *caw__generator_refuse(const caw_any *step)
{
    const caw_generator *g = (const caw_generator *)(const void *)caw__co_generator((const caw__co *)step);
    return ended(g) ? caw__error_stop_iteration() : running(g, "anext");
}

CAW__ASYNC_FORWARD(asend, caw_generator *g, caw_value value)
{
    CAW__BEGIN_FORWARD((caw_unref(g), caw_value_drop(value))) {
        message m = {g, value, NULL};
        CAW_DEFER(message_ended, &m);
        if (runs(g)) CAW_RAISE_ERROR(running(g, "asend"));
        if (!g->begun && !ended(g) && value.tag != CAW_NONE) {
            CAW_RAISE(CAW_TYPE_ERROR, "can't send a value to an async generator that has not begun");
        }
        if (!ended(g)) {
            m.value = g->sent; /* what was not asked for goes at the end */
            g->sent = value;
        }
        CAW__AWAIT_INTO(caw__anext(g));
    } CAW__END_FORWARD;
}

CAW__ASYNC_FORWARD(athrow, caw_generator *g, caw_error *error)
{
    CAW__BEGIN_FORWARD((caw_unref(g), caw_unref(error))) {
        message m = {g, caw_none(), error};
        CAW_DEFER(message_ended, &m);
        if (ended(g)) {
            uint32_t shape = frame(g)->desc->shape & CAW__SIZE;
            if (caw__inside_CAW_BEGIN.out) memset(caw__inside_CAW_BEGIN.out, 0, shape);
            CAW_RETURN();
        }
        if (runs(g)) CAW_RAISE_ERROR(running(g, "athrow"));
        if (g->closed) CAW_RAISE_ERROR(caw__error_stop_iteration());
        m.error = NULL;
        if (!g->begun) CAW__PASS_ON(caw__generator_end(g, error)); /* thrown into a body that has not begun: that is its end */
        g->thrown = error;
        CAW__AWAIT_INTO(caw__anext(g));
    } CAW__END_FORWARD;
}

/* `instead`: what is raised in place of GeneratorExit, or NULL; the close may be tried again then. */
static CAW_ASYNC(void, generator_aclose, caw_generator *g, caw_error *instead)
{
    CAW_BEGIN_OWNING(void, (caw_unref(g), caw_unref(instead))) {
        message m = {g, caw_none(), instead};
        CAW_DEFER(message_ended, &m);
        if (ended(g)) CAW_RETURN();
        if (runs(g)) CAW_RAISE_ERROR(running(g, "aclose"));
        if (g->closed) CAW_RAISE_ERROR(caw__error_stop_iteration());
        g->closed = !instead;
        if (!g->begun) {
            generator_finish(g);
            CAW_RETURN();
        }
        g->thrown = instead ? instead : caw__error_generator_exit();
        m.error = NULL;
        CAW_TRY {
            CAW__AWAIT_TO(caw__anext(g), NULL);
            CAW_RAISE(CAW_RUNTIME_ERROR, "async generator ignored GeneratorExit");
        } CAW_EXCEPT(CAW_STOP_ASYNC_ITERATION, error) {
        } CAW_EXCEPT(CAW_GENERATOR_EXIT, error) {
            if (caw__running->closed) CAW_RERAISE(); /* it is this coroutine that is being closed */
        }
        CAW_END_TRY;
    } CAW_END;
}

static bool is_none(const caw_generator *g) { return g->object.refs == CAW__IMMORTAL; }

caw_any *caw__asend(caw_generator *g, caw_value value)
{
    if (!is_none(g)) return caw__forward(asend(caw_ref(g), value), frame(g)->desc->shape);
    caw_value_drop(value);
    return caw__no_memory;
}

caw_any *caw__athrow(caw_generator *g, caw_error *error)
{
    if (!is_none(g)) return caw__forward(athrow(caw_ref(g), caw__error_given(error)), frame(g)->desc->shape);
    caw_unref(error);
    return caw__no_memory;
}

static caw_of(void) close_by(caw_generator *g, caw_error *instead) { return generator_aclose(caw_ref(g), instead); }

caw_of(void) caw__aclose(caw_generator *g) { return is_none(g) ? (caw_of(void))caw__no_memory : close_by(g, NULL); }

caw_any *caw__iteration_leave(caw_generator *g)
{
    caw_any *closing = g->object.refs == 1 && g->begun && !ended(g) && !g->closed ? caw_base(caw__aclose(g)) : NULL;
    caw_unref(g);
    return closing;
}

CAW__COLD_END
