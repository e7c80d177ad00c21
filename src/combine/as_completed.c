/*
 * Owns: as_completed, exact to asyncio's: a queue of what has ended, and how many may still be asked for.
 * Must not know: the waiting; the queue does that.
 */
#include "combine/over.h"
#include "sync/queue.h"
#include "task/forward.h"
#include "task/report.h"
#include <cawait/as_completed.h>

struct caw_completions {
    caw__object object;
    caw_loop   *loop; /* a reference; NULL with an error */
    caw__over   over;
    caw_error  *error; /* what every next raises; NULL: none */
    caw_queue  *done;  /* of futures, each a reference; none: its time was over before it ended */
    caw__timer  timer;
    size_t      capacity, count;
    size_t      todo;  /* have not ended; 0 once the time is over */
    size_t      left;  /* may be asked for */
    size_t      nodes; /* that may still run: the members', the timer's */
    bool        given_up;
    caw__member members[];
};

static void free_unless_awaited(caw_completions *it)
{
    if (!it->given_up || it->nodes) return;
    if (it->loop) caw__loop_unref(it->loop);
    caw__free(it, sizeof *it + it->capacity * sizeof it->members[0]);
}

static void completed_stop_timer(caw_completions *it)
{
    if (!caw__timer_runs(&it->timer)) return;
    caw__timer_stop(it->loop, &it->timer);
    it->nodes--;
}

static void completed_leave(caw_completions *it)
{
    it->todo = 0;
    completed_stop_timer(it);
    for (size_t i = 0; i < it->count; i++) {
        if (caw__member_leave(&it->members[i])) it->nodes--;
    }
}

static void completed_release(void *object)
{
    caw_completions *it = object;
    it->given_up = true;
    it->nodes++; /* it stays while its members are called */
    caw__over_remove(&it->over);
    completed_leave(it);
    caw_unref(it->done);
    caw_unref(it->error);
    it->nodes--;
    free_unless_awaited(it);
}

static void completed_time_over(caw__node *node)
{
    caw_completions *it = CAW__CONTAINER(node, caw_completions, timer.node);
    caw__over_due(&it->over);
    for (; it->todo; it->todo--) (void)caw_queue_put_nowait(it->done, caw_none());
    completed_leave(it);
    it->nodes--; /* last: what was called may have given it up */
    free_unless_awaited(it);
}

static caw_completions *completions_of(const caw__over *over) { return CAW__CONTAINER(over, caw_completions, over); }

static void completed_one_ended(caw__node *node)
{
    caw__member     *m = caw__member_ended(node);
    caw_completions *it = completions_of(m->over);
    caw_future      *future = caw__member_take(m);
    if (it->todo) {
        (void)caw_queue_put_nowait(it->done, caw_pointer(future, caw_unref)); /* there is room for all */
        if (--it->todo == 0) completed_stop_timer(it);
    } else {
        caw_unref(future);
    }
    it->nodes--; /* last, as above */
    free_unless_awaited(it);
}

static caw_future *completed_awaited(const caw__over *over) { return caw__queue_getter(completions_of(over)->done); }

/* Who still asks for one finds that nothing comes any more: nobody waits on a loop that is closed. */
static void completed_detach(caw__over *over)
{
    caw_completions *it = completions_of(over);
    it->nodes++; /* as above */
    completed_leave(it);
    it->nodes--;
    free_unless_awaited(it);
}

static const caw__over_type completions_type = CAW__OVER_TYPE("as_completed", completed_release, CAW__OVER_COMPLETIONS,
                                                              completed_one_ended, completed_awaited, completed_detach);

static caw_error *refusal(caw_any *const *handles, size_t count, double seconds)
{
    if (!caw__running || caw__running->closed) return caw__loop_refusal(caw__running);
    if (isnan(seconds)) return caw_error_new(CAW_VALUE_ERROR, "as_completed: the timeout is NaN");
    for (size_t i = 0; i < count; i++) {
        const caw_future *future = caw__as_future(handles[i]);
        if (future && future->loop && future->loop != caw__running)
            return caw_error_new(CAW_VALUE_ERROR, "as_completed: a future belongs to a different loop");
        if (caw__kind(handles[i]) == CAW__CUSTOM)
            return caw_error_new(CAW_TYPE_ERROR, "as_completed: give an awaitable of your own to caw_spawn first");
    }
    return NULL;
}

static void completed_begin(caw_completions *it, caw_any *const *handles, double seconds)
{
    caw__over_add(it->loop, &it->over, &completions_type);
    /* first all of them: an eager one runs here, and may do as we do */
    for (size_t i = 0; i < it->capacity; i++) {
        it->members[i] = (caw__member){.node = CAW__NODE(completed_one_ended), .over = &it->over};
        it->members[i].future = caw__ensure_future(handles[i], it->loop, caw__any_shape(handles[i]));
    }
    for (size_t i = 0; i < it->capacity; i++) {
        caw_future *future = it->members[i].future;
        if (caw__unseen(future)) it->members[it->count++].future = future;
        else caw_unref(future);
    }
    it->todo = it->left = it->nodes = it->count;
    for (size_t i = 0; i < it->count; i++) {
        caw_future *future = it->members[i].future;
        future->object.flags &= (uint16_t)~CAW__SEEN;
        caw__member_watch(&it->members[i], future);
        caw_unref(future);
    }
    if (!it->count || (isinf(seconds) && seconds > 0)) return;
    it->timer.node.run = completed_time_over;
    it->nodes++;
    caw__timer_start(it->loop, &it->timer, caw__loop_clock(it->loop) + seconds);
}

caw_completions *caw_as_completed_array(caw_any *const *handles, size_t count, double seconds)
{
    caw_error       *error = refusal(handles, count, seconds);
    size_t           capacity = error ? 0 : count;
    caw_completions *it =
        caw__object_new(&completions_type.type, CAW__OBJECT, caw__size_of(sizeof *it, capacity, sizeof it->members[0]));
    if (it) {
        it->capacity = capacity;
        it->error = error;
        it->loop = error ? NULL : caw__loop_ref(caw__running);
        it->done = caw_queue_new(0);
        if (!it->done || !caw__queue_reserve(it->done, capacity)) {
            caw_unref(it);
            it = NULL;
        }
    } else {
        caw_unref(error);
    }
    if (it && !error) completed_begin(it, handles, seconds);
    else
        for (size_t i = 0; i < count; i++) caw__drop(handles[i]);
    return it;
}

/* One that has been asked for. */
static CAW_ASYNC(caw_any *, completed_take, caw_completions *it)
{
    CAW_BEGIN_OWNING(caw_any *, caw_unref(it)) {
        CAW_DEFER(caw_unref, it);
        caw_value future = CAW_AWAIT(caw_queue_get(it->done));
        if (future.tag == CAW_NONE) CAW_RAISE(CAW_TIMEOUT_ERROR, NULL);
        CAW_RETURN(future.as_pointer);
    } CAW_END;
}

static CAW_ASYNC(caw_any *, completed_next, caw_completions *it)
{
    CAW_BEGIN_OWNING(caw_any *, caw_unref(it)) {
        CAW_DEFER(caw_unref, it);
        if (it->error) CAW_RAISE_ERROR(caw_ref(it->error));
        if (!it->left) CAW_RAISE(CAW_STOP_ASYNC_ITERATION, NULL);
        it->left--;
        CAW_RETURN(CAW_AWAIT(completed_take(caw_ref(it))));
    } CAW_END;
}

caw_of(caw_any *) caw_next_completed(caw_completions *it)
{
    return it ? completed_next(caw_ref(it)) : (caw_of(caw_any *))caw__no_memory;
}

static bool may_be(const caw_any *ended, uint32_t shape)
{
    const caw_future *future = caw__as_future(ended);
    return future->object.state != CAW__FINISHED || future->shape == shape;
}

CAW__ASYNC_FORWARD(next_result, caw_completions *it, uint32_t shape)
{
    CAW__BEGIN_FORWARD(caw_unref(it)) {
        CAW_DEFER(caw_unref, it);
        caw_any *ended = CAW_AWAIT(completed_take(caw_ref(it)));
        if (!may_be(ended, shape)) {
            caw_unref(ended);
            CAW_RAISE(CAW_TYPE_ERROR, "caw_next_result: the result has another type");
        }
        CAW__AWAIT_INTO(ended);
    } CAW__END_FORWARD;
}

caw_any *caw__next_result(caw_completions *it, uint32_t shape)
{
    if (!it) return caw__no_memory;
    if (it->error) return caw__future_failed(caw_ref(it->error));
    if (!it->left) return caw__future_failed(caw_error_new(CAW_STOP_ASYNC_ITERATION, NULL));
    it->left--;
    return caw__forward(next_result(caw_ref(it), shape), shape);
}
