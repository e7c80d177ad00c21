/*
 * Owns: gather, exact to asyncio's: what completes it, what becomes of late errors, what cancelling it does.
 * Must not know: tasks beyond ensure_future.
 */
#include "combine/results.h"
#include "task/report.h"
#include "combine/tie.h"
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
    caw_results *results = caw__object_new(&results_type, CAW__OBJECT, sizeof *results + count * sizeof results->items[0]);
    if (results) results->count = count;
    return results;
}

typedef struct gather gather;

typedef struct child {
    caw__node   node; /* in the child's callbacks; holds a reference to the gather while it is */
    gather     *owner;
    caw_future *future; /* borrowed from the results */
} child;

struct gather {
    caw_future future;
    _Alignas(8) caw_results *value; /* the future's value: right after it */
    caw_results *results;
    caw__tie     tie;
    size_t       children, finished;
    bool         settled, cancel_requested;
    child        child[];
};

static void gather_release(void *object)
{
    gather *g = object;
    size_t  size = sizeof *g + g->results->count * sizeof g->child[0];
    caw__tie_remove(&g->tie);
    caw__future_clear(&g->future);
    caw_unref(g->results);
    caw__free(g, size);
}

/* Cancels all the children; the gather itself ends when they do (rule 18). */
static bool gather_cancel(caw_future *future, const char *message)
{
    gather *g = (gather *)(void *)future;
    if (future->object.state != CAW__PENDING) return false;
    bool any = false;
    caw_ref(g);
    for (size_t i = 0; i < g->results->count; i++) any |= caw__cancel((caw_any *)(void *)g->results->items[i], message);
    if (any) g->cancel_requested = true;
    caw_unref(g);
    return any;
}

static const caw__type gather_type = {"gather", gather_release, gather_cancel};

static void fail(gather *g, caw_error *error)
{
    g->future.error = error;
    if (caw_error_is(error, CAW_CANCELLED_ERROR))
        g->future.object.flags |= CAW__RETRIEVED; /* nothing to report if nobody asks */
    caw__future_finish(&g->future, CAW__FAILED);
}

static void child_done(gather *g, caw_future *future)
{
    g->finished++;
    if (g->future.object.state != CAW__PENDING) {
        if (future->object.state == CAW__FAILED) future->object.flags |= CAW__RETRIEVED;
        return;
    }
    if (!g->settled && future->object.state != CAW__FINISHED) {
        fail(g, caw__future_take(future, NULL)); /* a cancelled child makes it fail, not be cancelled (rule 19) */
    } else if (g->finished == g->children) {
        for (size_t i = 0; i < g->results->count; i++) g->results->items[i]->object.flags |= CAW__RETRIEVED;
        if (g->cancel_requested) {
            fail(g, caw__future_cancellation(g->results->items[g->results->count - 1])); /* as asyncio: of the last of them */
        } else {
            g->value = caw_ref(g->results);
            caw__future_finish(&g->future, CAW__FINISHED);
        }
    }
}

static void child_run(caw__node *node)
{
    child  *c = CAW__CONTAINER(node, child, node);
    gather *g = c->owner;
    if (g->future.loop->closed) caw__future_cancel(&g->future, NULL); /* so that what waits for it lets go, too */
    else child_done(g, c->future);
    caw_unref(g);
}

caw_future *caw__gather_edge(caw__node *node)
{
    return node->run == child_run ? &CAW__CONTAINER(node, child, node)->owner->future : NULL;
}

static void gather_cut(caw__tie *tie)
{
    gather *g = caw_ref(CAW__CONTAINER(tie, gather, tie));
    caw__tie_remove(tie);
    caw__future_cancel(&g->future, NULL); /* what waits for it lets go, too */
    for (size_t i = 0; i < g->children; i++) {
        if (caw__future_remove(g->child[i].future, &g->child[i].node)) caw_unref(g);
    }
    caw_unref(g);
}

static caw_any *gather_new(caw_any *const *handles, size_t count, bool settled)
{
    caw_loop *loop = caw__running;
    for (size_t i = 0; i < count; i++) { /* outside a loop the futures tell which one, as in asyncio */
        const caw_future *future = caw__as_future(handles[i]);
        if (CAW__UNLIKELY(handles[i]->kind == CAW__CUSTOM)) {
            return caw__refuse(handles, count,
                               caw_error_new(CAW_TYPE_ERROR, "gather: give an awaitable of your own to caw_spawn first"));
        }
        if (!future) continue;
        if (!loop) loop = future->loop;
        if (future->loop && future->loop != loop) {
            return caw__refuse(handles, count, caw_error_new(CAW_VALUE_ERROR, "gather: the futures belong to different loops"));
        }
    }
    if (!loop) return caw__refuse(handles, count, caw_error_new(CAW_RUNTIME_ERROR, "no running event loop"));
    caw_results *results = caw__results_new(count);
    gather      *g = results ? (gather *)(void *)caw__future_make(&gather_type, loop, CAW__COUNTED | sizeof(void *),
                                                                  sizeof *g + count * sizeof(child))
                             : NULL;
    if (!g) {
        caw_unref(results);
        return caw__refuse(handles, count, caw__error_no_memory());
    }
    g->results = results;
    g->settled = settled;
    caw__tie_add(loop, &g->tie, gather_cut);
    for (size_t i = 0; i < count; i++) {
        bool fresh = handles[i]->kind != CAW__FUTURE;
        results->items[i] = caw__ensure_future(handles[i], loop, caw__any_shape(handles[i]));
        if (fresh && results->items[i]->loop) results->items[i]->object.flags |= CAW__SILENT;
    }
    for (size_t i = 0; i < count; i++) {
        caw_future *future = results->items[i];
        if (future->object.flags & CAW__SEEN) continue;
        future->object.flags |= CAW__SEEN;
        child *c = &g->child[g->children++];
        *c = (child){CAW__NODE(child_run), g, future};
        if (future->object.state != CAW__PENDING) continue;
        caw_ref(g);
        caw__future_add(c->future, &c->node);
    }
    /* children that were done already (eager ones) count after all are known: if all were, so is the gather */
    for (size_t i = 0; i < g->children; i++) {
        g->child[i].future->object.flags &= (uint16_t)~CAW__SEEN;
        if (!g->child[i].node.next && g->child[i].future->object.state != CAW__PENDING) child_done(g, g->child[i].future);
    }
    if (!count) {
        g->value = caw_ref(results);
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
    int status =
        index < results->count ? caw__future_result((caw_any *)(void *)results->items[index], out, shape) : -CAW_LOOKUP_ERROR;
    if (status < 0) {
        caw_report report = {.message = index >= results->count     ? "caw_result_at: no such child"
                                        : status == -CAW_TYPE_ERROR ? "caw_result_at: the child's result has another type"
                                                                    : "caw_result_at: the child has no result"};
        caw_call_exception_handler(NULL, &report);
    }
    return status;
}

caw_error *caw_error_at(caw_results *results, size_t index)
{
    if (index >= results->count) return NULL;
    caw_future *future = results->items[index];
    future->object.flags |= CAW__RETRIEVED;
    if (future->object.state == CAW__CANCELLED) { /* what ended a task is for who awaits it, not for here */
        unsigned thrown = future->object.flags & CAW__IS_TASK ? CAW__UNRAISED : 0;
        return future->error && !(future->object.flags & thrown) ? future->error : caw__error_cancelled();
    }
    if (future->object.state == CAW__FAILED && !future->error) return caw__error_no_memory();
    return future->object.state == CAW__FINISHED ? NULL : future->error;
}
