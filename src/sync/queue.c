/*
 * Owns: queues, exact to asyncio's: who is woken, who may overtake, what a cancelled waiter passes on; the three orders.
 * Must not know: tasks.
 */
#include "sync/waiters.h"
#include <cawait/generator.h>
#include <cawait/queue.h>
#include <cawait/try.h>
#include <string.h>

/* An item's way through a queue, whatever the size of the code. */
#define INLINE inline __attribute__((always_inline))
/*
 * V8 puts a function of up to 500 bytes, an async one too, into who calls it, which saves 5 ns a put and as much a get. So what is
 * rare is not inlined here; and values go by address, as by value they would stand on a stack of their own.
 */
#define RARE static __attribute__((noinline))

typedef struct item {
    caw_value value;
    uint64_t number; /* of its put; in a priority queue only. It does not wrap, and stands where there would be a gap on wasm */
} item;

struct caw_queue {
    caw__object object;
    caw_loop   *bound;
    waiters     getters, putters, joiners;
    item       *items;                 /* a ring; of a priority queue a heap that begins at 0 */
    uint32_t    capacity, head, count; /* the capacity is a power of two */
    uint32_t    room;                  /* with fewer items than so many, one more can be put; 0 once shut down */
    uint32_t    limit;                 /* max_size, UINT32_MAX: none */
    uint64_t    unfinished, puts;      /* a program that never asks counts up for ever */
    bool        is_shutdown;
    bool        from_end; /* the last item is the next to go: of a stack, and of a heap once it was swapped with the first */

    caw_queue_before *before; /* of a priority queue */
};

/* ---- The order ------------------------------------------------------------------------------------------------------- */

/* Equal ones in the order in which they were put. */
static bool queue_before(const caw_queue *q, const item *a, const item *b)
{
    return q->before(&a->value, &b->value) || (!q->before(&b->value, &a->value) && a->number < b->number);
}

static void swap(item *a, item *b)
{
    item kept = *a;
    *a = *b;
    *b = kept;
}

/* The last one, to its place. */
RARE void sift_up(caw_queue *q)
{
    q->items[q->count - 1].number = q->puts++;
    for (uint32_t at = q->count - 1, above; at && queue_before(q, &q->items[at], &q->items[above = (at - 1) / 2]); at = above)
        swap(&q->items[at], &q->items[above]);
}

static void queue_sift_down(caw_queue *q)
{
    for (uint32_t at = 0, below; (below = 2 * at + 1) < q->count; at = below) {
        if (below + 1 < q->count && queue_before(q, &q->items[below + 1], &q->items[below])) below++;
        if (!queue_before(q, &q->items[below], &q->items[at])) return;
        swap(&q->items[below], &q->items[at]);
    }
}

/* Where the item that was taken stands until the next is put. */
RARE const item *take_last(caw_queue *q)
{
    item *last = &q->items[q->count];
    if (q->before) {
        swap(last, &q->items[0]);
        queue_sift_down(q);
    }
    return last;
}

static INLINE caw_value queue_take(caw_queue *q)
{
    CAW__ALWAYS(q->count > 0);
    q->count--;
    if (CAW__UNLIKELY(q->from_end)) return take_last(q)->value;
    const item *first = &q->items[q->head];
    q->head = (q->head + 1) & (q->capacity - 1);
    return first->value;
}

static double queue_number(const caw_value *value)
{
    return value->tag == CAW_INT32    ? value->as_int32
           : value->tag == CAW_INT64  ? (double)value->as_int64
           : value->tag == CAW_DOUBLE ? value->as_double
                                      : INFINITY;
}

static bool before_by_number(const caw_value *a, const caw_value *b)
{
    if (a->tag == CAW_INT64 && b->tag == CAW_INT64) return a->as_int64 < b->as_int64; /* a double has 53 bits */
    return queue_number(a) < queue_number(b);
}

/* ---- Making and freeing -------------------------------------------------------------------------------------------------- */

static void queue_release(void *object)
{
    caw_queue *q = object;
    while (q->count) caw_value_drop(queue_take(q));
    caw__free(q->items, q->capacity * sizeof *q->items);
    caw__free(q, sizeof *q);
}
static const caw__type queue_type = {"Queue", queue_release, NULL};

caw_queue *caw_queue_new(int max_size)
{
    caw_queue *q = caw__object_new(&queue_type, CAW__OBJECT, sizeof *q);
    if (q) q->limit = max_size > 0 ? (uint32_t)max_size : UINT32_MAX;
    return q;
}

caw_queue *caw_lifo_queue_new(int max_size)
{
    caw_queue *q = caw_queue_new(max_size);
    if (q) q->from_end = true;
    return q;
}

caw_queue *caw_priority_queue_new(int max_size, caw_queue_before *before)
{
    caw_queue *q = caw_queue_new(max_size);
    if (q) {
        q->before = before ? before : before_by_number;
        q->from_end = true;
    }
    return q;
}

int  caw_queue_size(const caw_queue *q) { return (int)q->count; }
bool caw_queue_empty(const caw_queue *q) { return q->count == 0; }
bool caw_queue_full(const caw_queue *q) { return q->count >= q->limit; }

bool caw__queue_reserve(caw_queue *q, size_t capacity)
{
    uint32_t enough = q->capacity ? q->capacity : 4;
    while (enough < capacity && enough <= UINT32_MAX / 2 / sizeof(item)) enough *= 2;
    if (enough < capacity) return false;
    if (enough == q->capacity) return true;
    item *items = caw__alloc((size_t)enough * sizeof *items);
    if (!items) return false;
    for (uint32_t i = 0; i < q->count; i++) items[i] = q->items[(q->head + i) & (q->capacity - 1)];
    caw__free(q->items, q->capacity * sizeof *q->items);
    q->items = items;
    q->capacity = enough;
    q->head = 0;
    q->room = enough < q->limit ? enough : q->limit;
    return true;
}

uint32_t caw__queue_limit(const caw_queue *q) { return q->limit; }

caw_future *caw__queue_getter(const caw_queue *q) { return q->getters.first ? &q->getters.first->future : NULL; }

/* 0: one item can be put. */
RARE int make_room(caw_queue *q)
{
    return q->is_shutdown                                ? -CAW_QUEUE_SHUT_DOWN
           : caw_queue_full(q)                           ? -CAW_QUEUE_FULL
           : caw__queue_reserve(q, (size_t)q->count + 1) ? 0
                                                         : -CAW_MEMORY_ERROR;
}

static void queue_wake_next(waiters *line) { waiters_wake(line, 1); }
static void wake_all(waiters *line) { waiters_wake(line, SIZE_MAX); }

/* There is room for it. */
static INLINE void put_now(caw_queue *q, const caw_value *value)
{
    CAW__ALWAYS(q->count < q->capacity && q->count < q->limit);
    item *last = &q->items[(q->head + q->count++) & (q->capacity - 1)];
    last->value = *value;
    if (CAW__UNLIKELY(q->before != NULL)) sift_up(q);
    q->unfinished++;
    if (q->getters.first) queue_wake_next(&q->getters);
}

/* There is one. */
static INLINE caw_value get_now(caw_queue *q)
{
    caw_value value = queue_take(q);
    if (q->putters.first) queue_wake_next(&q->putters);
    return value;
}

/* Of a queue in which items are in the order of their puts. */
static void add_beyond(caw_queue *q, caw_value value, uint32_t before)
{
    bool fits = q->count < q->capacity || caw__queue_reserve(q, (size_t)q->count + 1);
    if (q->is_shutdown) q->room = 0;
    if (!fits) {
        caw_value_drop(value);
        return;
    }
    q->head = (q->head - before) & (q->capacity - 1);
    q->items[(q->head + (before ? 0 : q->count)) & (q->capacity - 1)].value = value;
    q->count++;
    if (q->getters.first) queue_wake_next(&q->getters);
}

void caw__queue_unget(caw_queue *q, caw_value value) { add_beyond(q, value, 1); }
void caw__queue_append(caw_queue *q, caw_value value) { add_beyond(q, value, 0); }

int caw_queue_put_nowait(caw_queue *q, caw_value value)
{
    CAW__OURS(q);
    int status = q->count < q->room ? 0 : make_room(q);
    if (status) caw_value_drop(value);
    else put_now(q, &value);
    return status;
}

int caw_queue_get_nowait(caw_queue *q, caw_value *value)
{
    CAW__OURS(q);
    *value = caw_none();
    if (!q->count) return q->is_shutdown ? -CAW_QUEUE_SHUT_DOWN : -CAW_QUEUE_EMPTY;
    *value = get_now(q);
    return 0;
}

/* What ends a put or a get that finds no room or no item; NULL: nothing, there is room now or one can wait. */
RARE caw_error *blocked(caw_queue *q, int status)
{
    if (status == -CAW_QUEUE_FULL || status == -CAW_QUEUE_EMPTY) return waiters_bind(&q->bound, "the queue");
    return status ? caw_error_from_code(status) : NULL;
}

/* The wake of one who was cancelled goes to the next, if there is still cause for it. */
RARE void pass_on(caw_queue *q, waiters *line, const waiter *w)
{
    bool cause = line == &q->getters ? q->count > 0 : !caw_queue_full(q);
    if (cause && waiter_done(w) && !waiter_cancelled(w)) queue_wake_next(line);
}

RARE void give_up(caw_queue *q, const caw_value *value)
{
    caw_value_drop(*value);
    caw_unref(q);
}

static INLINE void queue_hold(caw_queue *q)
{
    CAW__OURS(q);
    q->object.refs += q->object.refs != CAW__IMMORTAL;
}

static INLINE void queue_let_go(caw_queue *q)
{
    if (CAW__UNLIKELY(--q->object.refs == 0)) queue_release(q);
}

/* What stands before CAW_BEGIN is done when the function is called: the coroutine holds the queue until it has run. */
CAW_ASYNC(void, caw_queue_put, caw_queue *q, caw_value value)
{
    queue_hold(q);
    CAW_BEGIN_OWNING(void, give_up(q, &value)) {
        for (waiter w; CAW__UNLIKELY(q->count >= q->room);) {
            caw_error *error = blocked(q, make_room(q));
            if (!error && q->count >= q->room) {
                error = WAITERS_WAIT(&q->putters, &w, give_up(q, &value));
                if (error) pass_on(q, &q->putters, &w);
            }
            if (!error) continue;
            give_up(q, &value);
            CAW_RAISE_ERROR(error);
        }
        put_now(q, &value);
        queue_let_go(q);
    } CAW_END;
}

CAW_ASYNC(caw_value, caw_queue_get, caw_queue *q)
{
    queue_hold(q);
    CAW_BEGIN_OWNING(caw_value, caw_unref(q)) {
        for (waiter w; CAW__UNLIKELY(!q->count);) {
            caw_error *error = blocked(q, q->is_shutdown ? -CAW_QUEUE_SHUT_DOWN : -CAW_QUEUE_EMPTY);
            if (!error) {
                error = WAITERS_WAIT(&q->getters, &w, caw_unref(q));
                if (error) pass_on(q, &q->getters, &w);
            }
            if (!error) continue;
            caw_unref(q);
            CAW_RAISE_ERROR(error);
        }
        caw_value value = get_now(q);
        queue_let_go(q);
        CAW_RETURN(value);
    } CAW_END;
}

static CAW_ASYNC_GEN(caw_value, items, caw_queue *q)
{
    CAW_BEGIN_GEN_OWNING(caw_value, caw_unref(q))
    {
        CAW_DEFER(caw_unref, q);
        CAW_TRY {
            for (;;) CAW_YIELD(CAW_AWAIT(caw_queue_get(q)));
        } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, end) {
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

caw_gen(caw_value) caw_queue_items(caw_queue *q) { return items(caw_ref(q)); }

/* ---- Joining ------------------------------------------------------------------------------------------------------------- */

int caw_queue_task_done(caw_queue *q)
{
    CAW__OURS(q);
    if (!q->unfinished) return -CAW_VALUE_ERROR;
    if (--q->unfinished == 0) wake_all(&q->joiners);
    return 0;
}

static CAW_ASYNC(void, queue_join, caw_queue *q)
{
    CAW_BEGIN_OWNING(void, caw_unref(q)) {
        waiter     w;
        caw_error *error = q->unfinished ? waiters_bind(&q->bound, "the queue") : NULL;
        if (q->unfinished && !error) error = WAITERS_WAIT(&q->joiners, &w, caw_unref(q));
        caw_unref(q);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

caw_of(void) caw_queue_join(caw_queue *q) { return queue_join(caw_ref(q)); }

void caw_queue_shutdown(caw_queue *q, bool immediate)
{
    CAW__OURS(q);
    q->is_shutdown = true;
    q->room = 0;
    if (immediate) {
        caw_ref(q); /* a destructor may let go of it, or take items itself */
        while (q->count) {
            if (q->unfinished) q->unfinished--;
            caw_value_drop(queue_take(q));
        }
        if (!q->unfinished) wake_all(&q->joiners);
    }
    wake_all(&q->getters);
    wake_all(&q->putters);
    if (immediate) caw_unref(q);
}
