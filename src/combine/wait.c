/*
 * Owns: wait and cancel_and_wait, exact to asyncio's: when they are over, what they leave behind.
 * Must not know: tasks beyond their being futures.
 */
#include "combine/over.h"
#include "task/report.h"
#include <cawait/wait.h>

/* Done when enough of those it watches are, or its time is over. */
typedef struct waiting {
    caw_future    future;
    caw__timer    timer; /* holds a reference while it is in the heap, or ready */
    caw_wait_mode mode;
    caw__over     over;
    size_t        left, count;
    caw__member   members[]; /* each holds a reference until it has run or left */
} waiting;

static void waiting_release(void *object)
{
    waiting *w = object;
    size_t   size = sizeof *w + w->count * sizeof w->members[0];
    caw__over_remove(&w->over);
    caw__future_clear(&w->future);
    caw__free(w, size);
}

static waiting    *waiting_of(const caw__over *over) { return CAW__CONTAINER(over, waiting, over); }
static caw_future *wait_awaited(const caw__over *over) { return &waiting_of(over)->future; }

static void wait_stop_timer(waiting *w)
{
    if (!caw__timer_runs(&w->timer)) return;
    caw__timer_stop(w->future.loop, &w->timer);
    caw_unref(w);
}

static void enough(waiting *w)
{
    if (w->future.object.state == CAW__PENDING) caw__future_finish(&w->future, CAW__FINISHED);
}

static void wait_one_ended(caw__node *node)
{
    caw__member *m = caw__member_ended(node);
    waiting     *w = waiting_of(m->over);
    caw_future  *future = caw__member_take(m);
    bool         over = --w->left == 0 || w->mode == CAW_FIRST_COMPLETED;
    if (!over && w->mode == CAW_FIRST_EXCEPTION && future->object.state == CAW__FAILED) {
        future->object.flags |= CAW__RETRIEVED;
        over = true;
    }
    if (over) {
        wait_stop_timer(w);
        enough(w);
    }
    caw_unref(future);
    caw_unref(w);
}

static void wait_time_over(caw__node *node)
{
    waiting *w = CAW__CONTAINER(node, waiting, timer.node);
    caw__over_due(&w->over);
    enough(w);
    caw_unref(w);
}

static void wait_leave(waiting *w)
{
    wait_stop_timer(w);
    for (size_t i = 0; i < w->count; i++) {
        if (caw__member_leave(&w->members[i])) caw_unref(w);
    }
}

static void wait_detach(caw__over *over)
{
    waiting *w = caw_ref(waiting_of(over));
    caw__future_cancel(&w->future, NULL);
    wait_leave(w);
    caw_unref(w);
}

static const caw__over_type waiting_type =
    CAW__OVER_TYPE("wait", waiting_release, CAW__OVER_WAIT, wait_one_ended, wait_awaited, wait_detach);

static waiting *waiting_new(caw_loop *loop, caw_future *const *futures, size_t count, caw_wait_mode mode, double seconds)
{
    waiting *w =
        (waiting *)(void *)caw__future_make(&waiting_type.type, loop, 0, caw__size_of(sizeof *w, count, sizeof w->members[0]));
    if (!w) return NULL;
    w->mode = mode;
    w->left = w->count = count;
    caw__over_add(w->future.loop, &w->over, &waiting_type);
    if (!isinf(seconds) || seconds < 0) {
        w->timer.node.run = wait_time_over;
        caw__timer_start(w->future.loop, &caw_ref(w)->timer, caw__loop_clock(w->future.loop) + seconds);
    }
    for (size_t i = 0; i < count; i++) {
        caw_ref(w);
        w->members[i] = (caw__member){.node = CAW__NODE(wait_one_ended), .over = &w->over};
        caw__member_watch(&w->members[i], futures[i]);
    }
    return w;
}

static void waiting_end(void *object)
{
    wait_leave(object);
    caw_unref(object);
}

/* ---- wait ------------------------------------------------------------------------------------------------------------- */

struct caw_waited {
    caw__object object;
    size_t      capacity, count, done;
    caw_future *items[]; /* as given, references; from capacity on: the done, then the pending */
};

static void wait_release(void *object)
{
    caw_waited *waited = object;
    for (size_t i = 0; i < waited->count; i++) caw_unref(waited->items[i]);
    caw__free(waited, sizeof *waited + 2 * waited->capacity * sizeof waited->items[0]);
}
static const caw__type waited_type = {"waited", wait_release, NULL};

/* Consumes nothing: a new reference. */
static caw_waited *sorted(caw_waited *waited)
{
    caw_future **end = &waited->items[waited->capacity];
    for (int done = 1; done >= 0; done--) {
        for (size_t i = 0; i < waited->count; i++) {
            if ((waited->items[i]->object.state != CAW__PENDING) == done) *end++ = waited->items[i];
        }
        if (done) waited->done = (size_t)(end - &waited->items[waited->capacity]);
    }
    return caw_ref(waited);
}

static CAW_ASYNC(caw_waited *, wait, caw_waited *waited, caw_wait_mode mode, double seconds)
{
    CAW_BEGIN_OWNING(caw_waited *, caw_unref(waited)) {
        CAW_DEFER(caw_unref, waited);
        waiting *w = waiting_new(caw__running, waited->items, waited->count, mode, seconds);
        if (!w) CAW_RAISE_ERROR(caw__loop_refusal(caw__running));
        CAW_DEFER(waiting_end, w);
        CAW_AWAIT((caw_of(void))(uintptr_t)caw_ref(w));
        CAW_RETURN(sorted(waited));
    } CAW_END;
}

caw_of(caw_waited *) caw_wait_array(caw_any *const *handles, size_t count, caw_wait_mode mode, double seconds)
{
    caw_error  *error = NULL;
    caw_waited *waited = NULL;
    if (!count) error = caw_error_new(CAW_VALUE_ERROR, "wait: nothing to wait for");
    else if (isnan(seconds)) error = caw_error_new(CAW_VALUE_ERROR, "wait: the timeout is NaN");
    else if ((unsigned)mode > CAW_FIRST_EXCEPTION) error = caw_error_new(CAW_VALUE_ERROR, "wait: no such mode");
    for (size_t i = 0; i < count && !error; i++) {
        if (caw__kind(handles[i]) != CAW__FUTURE)
            error = caw_error_new(CAW_TYPE_ERROR, "wait: give a coroutine to caw_spawn first");
    }
    if (!error)
        waited = caw__object_new(&waited_type, CAW__OBJECT, caw__size_of(sizeof *waited, count, 2 * sizeof waited->items[0]));
    if (!waited) return (caw_of(caw_waited *))caw__refuse(handles, count, error ? error : caw__error_no_memory());
    waited->capacity = count;
    for (size_t i = 0; i < count; i++) {
        caw_future *future = (caw_future *)(void *)handles[i];
        if (caw__unseen(future)) waited->items[waited->count++] = future;
        else caw_unref(future);
    }
    caw__unsee(waited->items, waited->count);
    return wait(waited, mode, seconds);
}

size_t caw_waited_done_count(const caw_waited *waited) { return waited->done; }
size_t caw_waited_pending_count(const caw_waited *waited) { return waited->count - waited->done; }

static caw_any *at(const caw_waited *waited, size_t index)
{
    return index < waited->count ? (caw_any *)(void *)waited->items[waited->capacity + index] : NULL;
}

caw_any *caw_waited_done(const caw_waited *waited, size_t index) { return index < waited->done ? at(waited, index) : NULL; }
caw_any *caw_waited_pending(const caw_waited *waited, size_t index) { return at(waited, waited->done + index); }

/* ---- cancel_and_wait --------------------------------------------------------------------------------------------------- */

caw_of(void) caw__cancel_and_wait(caw_any *any)
{
    if (!any) return (caw_of(void))caw__future_failed(caw_error_new(CAW_TYPE_ERROR, "the handle is NULL"));
    if (any != caw_current_task()) return caw__cancel_then_wait(any);
    return (caw_of(void))caw__refuse(&any, 1, caw_error_new(CAW_RUNTIME_ERROR, "a task cannot wait for its own end"));
}

caw_of(void) caw__cancel_then_wait(caw_any *any)
{
    caw_future *future = caw__as_future(any);
    bool        pending = future && future->object.state == CAW__PENDING;
    caw_loop   *loop = caw__running || !pending ? caw__running : future->loop;
    if (!loop) return (caw_of(void))caw__refuse(&any, 1, caw__loop_refusal(loop));
    waiting *w = waiting_new(loop, &future, pending, CAW_ALL_COMPLETED, CAW_NEVER);
    /* Before the future is given back: its loop, which is closed, may have no other reference. */
    caw_any *ends = w ? (caw_any *)(void *)w : caw__future_failed(caw__loop_refusal(loop));
    if (w && !pending) enough(w);
    if (pending) caw__cancel(any, NULL);
    caw__drop(any);
    return (caw_of(void))ends;
}
