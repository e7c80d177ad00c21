/*
 * Owns: gather, exact to asyncio's: what completes it, what becomes of late errors, what cancelling it does.
 * Must not know: tasks beyond ensure_future.
 */
#include "combine/results.h"
#include "task/report.h"
#include "combine/over.h"
#include <string.h>

static void results_release(void *object)
{
    caw_results *results = object;
    for (size_t i = 0; i < results->count; i++) {
        if (results->items[i]) caw__future_unref(results->items[i]); /* NULL: not begun */
    }
    caw__free(results, sizeof *results + results->count * sizeof results->items[0]);
}
static const caw__type results_type = {"results", results_release, NULL};

caw_results *caw__results_new(size_t count)
{
    caw_results *results =
        caw__object_new(&results_type, CAW__OBJECT, caw__size_of(sizeof *results, count, sizeof results->items[0]));
    if (results) results->count = count;
    return results;
}

typedef struct gather {
    caw_future   future;
    caw_results *results;
    caw__over    over;
    size_t       children, finished;
    bool         settled, cancel_requested;
    caw__member
        child[]; /* of each future once; holds a reference to the gather while it is in a list, and borrows the future */
} gather;

static gather *gather_of(const caw__over *over) { return CAW__CONTAINER(over, gather, over); }

static void gather_release(void *object)
{
    gather *g = object;
    if (caw__future_kept(&g->future)) return;
    size_t size = sizeof *g + g->results->count * sizeof g->child[0];
    caw__over_remove(&g->over);
    caw__future_clear(&g->future);
    caw_unref(g->results);
    caw__free(g, size);
}

/* All that were given, as often as they were. */
static size_t      gather_child_count(const caw__over *over) { return gather_of(over)->results->count; }
static caw_future *gather_child_at(caw__over *over, size_t index) { return gather_of(over)->results->items[index]; }
static caw_future *gather_awaited(const caw__over *over) { return &gather_of(over)->future; }
static caw__over  *over_of(caw_future *future) { return &((gather *)(void *)future)->over; }

/* The gather itself ends when its children do (rule 18). */
static void asked(caw__over *over, const char *message)
{
    (void)message;
    gather_of(over)->cancel_requested = true;
}

static void gather_detach(caw__over *over)
{
    gather *g = caw_ref(gather_of(over));
    caw__future_cancel(&g->future, NULL);
    for (size_t i = 0; i < g->children; i++) {
        if (caw__future_remove(g->child[i].future, &g->child[i].node)) caw_unref(g);
    }
    caw_unref(g);
}

static void gather_fail(gather *g, caw_error *error)
{
    if (g->future.object.state == CAW__PENDING && caw_error_is(error, CAW_CANCELLED_ERROR))
        g->future.object.flags |= CAW__RETRIEVED; /* nothing to report if nobody asks */
    caw__future_fail_with(&g->future, error);
}

static void gather_child_done(gather *g, caw_future *future)
{
    g->finished++;
    if (g->future.object.state != CAW__PENDING) {
        if (future->object.state == CAW__FAILED) future->object.flags |= CAW__RETRIEVED;
        return;
    }
    if (!g->settled && future->object.state != CAW__FINISHED) {
        gather_fail(g, caw__future_outcome(future)); /* a cancelled child makes it fail, not be cancelled (rule 19) */
    } else if (g->finished == g->children) {
        for (size_t i = 0; i < g->results->count; i++) g->results->items[i]->object.flags |= CAW__RETRIEVED;
        if (g->cancel_requested) {
            gather_fail(
                g, caw__future_cancellation(g->results->items[g->results->count - 1])); /* as asyncio: of the last of them */
        } else {
            g->future.value = (caw_any *)(void *)caw_ref(g->results);
            caw__future_finish(&g->future, CAW__FINISHED);
        }
    }
}

static void child_run(caw__node *node)
{
    caw__member *m = caw__member_ended(node);
    gather      *g = gather_of(m->over);
    gather_child_done(g, m->future);
    if (g->future.object.refs > 1) g->future.object.refs--;
    else caw_unref(g);
}

static const caw__over_type gather_type =
    CAW__OVER_FUTURE("gather", gather_release, CAW__OVER_GATHER, child_run, gather_awaited, gather_detach, gather_child_count,
                     gather_child_at, over_of, asked);

static caw_any *gather_new(caw_any *const *handles, size_t count, bool settled)
{
    caw_loop *loop = caw__running;
    for (size_t i = 0; i < count; i++) { /* outside a loop the futures tell which one, as in asyncio */
        const caw_future *future = caw__as_future(handles[i]);
        if (CAW__UNLIKELY(caw__kind(handles[i]) == CAW__CUSTOM)) {
            return caw__refuse(handles, count,
                               caw_error_new(CAW_TYPE_ERROR, "gather: give an awaitable of your own to caw_spawn first"));
        }
        if (!future) continue;
        if (!loop) loop = future->loop;
        if (future->loop && future->loop != loop) {
            return caw__refuse(handles, count, caw_error_new(CAW_VALUE_ERROR, "gather: the futures belong to different loops"));
        }
    }
    bool open = loop && !loop->closed;
    if (open) CAW__OUR_LOOP(loop);
    caw_results *results = open ? caw__results_new(count) : NULL;
    gather      *g = results ? caw__alloc(caw__size_of(sizeof *g, count, sizeof(caw__member))) : NULL;
    if (!g) {
        caw_unref(results);
        return caw__refuse(handles, count, caw__loop_refusal(loop));
    }
    caw__future_init(&g->future, &gather_type.type, loop, CAW__SHAPE(caw_results *), 0);
    g->results = results;
    g->children = g->finished = 0; /* so nobody looks at `child` before it is filled */
    g->settled = settled;
    g->cancel_requested = false;
    bool     given = false;
    uint32_t awaited = 0;
    caw__over_add(loop, &g->over, &gather_type);
    for (size_t i = 0; i < count; i++) {
        bool fresh = caw__kind(handles[i]) != CAW__FUTURE;
        results->items[i] = caw__ensure_future(handles[i], loop, caw__any_shape(handles[i]));
        if (fresh && results->items[i]->loop) results->items[i]->object.flags |= CAW__SILENT;
        given |= !fresh;
    }
    for (size_t i = 0; i < count; i++) {
        caw_future *future = results->items[i];
        if (given) { /* perhaps twice */
            if (future->object.flags & CAW__SEEN) continue;
            future->object.flags |= CAW__SEEN;
        }
        caw__member *c = &g->child[g->children++];
        *c = (caw__member){CAW__NODE(child_run), &g->over, future};
        if (future->object.state != CAW__PENDING) continue;
        awaited++;
        caw__future_add(c->future, &c->node);
    }
    g->future.object.refs += awaited;
    /* children that were done already (eager ones) count after all are known: if all were, so is the gather */
    for (size_t i = given || awaited < g->children ? 0 : g->children; i < g->children; i++) {
        g->child[i].future->object.flags &= (uint16_t)~CAW__SEEN;
        if (!g->child[i].node.next) gather_child_done(g, g->child[i].future);
    }
    if (!count) {
        g->future.value = (caw_any *)(void *)caw_ref(results);
        caw__future_finish(&g->future, CAW__FINISHED);
    }
    return (caw_any *)(void *)g;
}

caw_of(caw_results *) caw__gather(caw_any *const *handles, size_t count, bool settled)
{
    return (caw_of(caw_results *))gather_new(handles, count, settled);
}
caw_of(caw_results *) caw_gather_array(caw_any *const *handles, size_t count) { return caw__gather(handles, count, false); }
caw_of(caw_results *) caw_gather_settled_array(caw_any *const *handles, size_t count)
{
    return caw__gather(handles, count, true);
}

size_t caw_results_count(const caw_results *results) { return results->count; }

int caw__results_read(const caw_results *results, size_t index, void *out, uint32_t shape)
{
    caw_future *future = index < results->count ? results->items[index] : NULL;
    if (CAW__LIKELY(future) && CAW__LIKELY(future->object.state == CAW__FINISHED && future->shape == shape) && out &&
        !CAW__OWNED(shape)) { /* as nearly all are: 2 ns less */
        CAW__OURS(future);
        caw__result_move(shape, out, caw__future_value_inline(future));
        return 0;
    }
    int status =
        index < results->count ? caw__future_result((caw_any *)(void *)results->items[index], out, shape) : -CAW_LOOKUP_ERROR;
    if (status < 0) {
        caw_report report = {.message = index >= results->count     ? "caw_result_at: no such child"
                                        : status == -CAW_TYPE_ERROR ? "caw_result_at: the child's result has another type"
                                        : status == -CAW_MEMORY_ERROR && results->items[index]->object.state == CAW__FINISHED
                                            ? "caw_result_at: no memory to copy the child's result"
                                            : "caw_result_at: the child has no result"};
        caw_call_exception_handler(NULL, &report);
    }
    return status;
}

caw_error *caw_error_at(caw_results *results, size_t index)
{
    if (index >= results->count) return NULL;
    const caw_future *future = results->items[index];
    if (future->object.state == CAW__CANCELLED) { /* what ended a task is for who awaits it, not for here */
        unsigned thrown = future->object.flags & CAW__IS_TASK ? CAW__UNRAISED : 0;
        return future->error && (!(future->object.flags & thrown) || caw__error_js(future->error)) ? future->error
                                                                                                   : caw__error_cancelled();
    }
    if (future->object.state == CAW__FAILED && !future->error) return caw__error_no_memory();
    return future->object.state == CAW__FINISHED ? NULL : future->error;
}
