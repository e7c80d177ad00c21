/*
 * Owns: a cancellation that goes through what is over futures: to its members, to what those wait for, and so on.
 * Must not know: what has members (its caw__over_type does), or how a task takes a cancellation (cancel.c).
 *
 * The order and the outcome are those of asyncio's recursion, but nothing recurses, and nothing is walked more than twice. asyncio
 * asks a thing as often as there are ways to it, which are 2^k where each of k gathers is over the two before. All that a second
 * request changes is found by asking once more: futures that are done by now say no, and a task that waits for such a one has to be
 * cancelled by its next step. A third changes nothing and has the answer of the second; only a task's count of cancellations grows,
 * with each way to it, and that is worked out at the end, where there was anything with more than one.
 *
 * A thing's flags say how far it is: CAW__WALKED on the path from the root, CAW__ONCE, CAW__TWICE, and CAW__AGREED for what the
 * second request brought. They are gone when the request is over, and while what a cancellation calls out to (JavaScript) may ask
 * for another.
 */
#include "combine/over.h"

CAW__COLD

#define FLAGS (CAW__WALKED | CAW__ONCE | CAW__TWICE | CAW__AGREED)
#define SEEN_FEW 24
#define DEEP_FEW 6

/* Something whose members are being asked, and the tasks that led there: each awaits the next, the last one this. */
typedef struct step {
    caw__over  *over;
    caw_future *future;       /* whose members they are, a reference; NULL: they are asked without it */
    caw_task   *first, *last; /* references; NULL: none */
    size_t      index, count;
    bool        any;   /* one of them will end */
    bool        cycle; /* a way led back to the path */
    bool        again;
} step;

typedef struct seen {
    caw_future *future; /* a reference */
    uint16_t    flags;  /* while another request is under way */
} seen;

typedef struct request {
    struct request *outer;
    const char     *message;
    seen           *seen;
    size_t          seen_count, seen_capacity;
    step           *steps;
    size_t          depth, capacity;
    bool            ways;     /* something was met more than once */
    bool            any;      /* the answer of the root */
    seen           *few_seen; /* on the stack of the call */
    step           *few_steps;
} request;

static CAW__TLS request *current;

/* The block twice as large; false: no memory, and it is as it was. */
static bool ask_grow(void **block, size_t *capacity, size_t size, const void *few)
{
    void *larger = caw__alloc(2 * *capacity * size);
    if (!larger) return false;
    memcpy(larger, *block, *capacity * size);
    if (*block != few) caw__free(*block, *capacity * size);
    *block = larger;
    *capacity *= 2;
    return true;
}

/* Without memory to note it, it is walked each time that it is met. */
static void note(request *r, caw_future *future, unsigned flags)
{
    if (r->seen_count == r->seen_capacity && !ask_grow((void **)&r->seen, &r->seen_capacity, sizeof(seen), r->few_seen)) return;
    future->object.flags |= (uint16_t)flags;
    r->seen[r->seen_count++] = (seen){caw_ref(future), 0};
}

/* The flags of the request that is under way are out of sight while another one is. */
static void ask_suspend(request *r)
{
    for (size_t i = 0; r && i < r->seen_count; i++) {
        r->seen[i].flags = r->seen[i].future->object.flags & FLAGS;
        r->seen[i].future->object.flags &= (uint16_t)~FLAGS;
    }
}

static void ask_resume(request *r)
{
    for (size_t i = 0; r && i < r->seen_count; i++) r->seen[i].future->object.flags |= r->seen[i].flags;
}

static caw_task *pending_task(caw_future *future)
{
    caw_task *task = future ? caw__as_task((caw_any *)(void *)future) : NULL;
    return task && future->object.state == CAW__PENDING ? task : NULL;
}

static void count_cancel(caw_task *task, uint32_t count)
{
    task->cancelling = count > INT32_MAX - task->cancelling ? INT32_MAX : task->cancelling + count;
}

/* What the tasks of a step wait for has answered; gives what the first of them answers. */
static bool answer(request *r, caw_task *first, caw_task *last, bool any, bool *cycle)
{
    if (!first) return any;
    if (!any || *cycle) caw__task_must_cancel(last, r->message, *cycle);
    *cycle = false;
    for (caw_task *task = first; task; task = pending_task(task->waiting)) {
        task->future.object.flags &= (uint16_t)~CAW__WALKED;
        if (task == last) break;
    }
    return true;
}

static void ask_tell(request *r, bool any, bool cycle)
{
    if (r->depth) {
        r->steps[r->depth - 1].any |= any;
        r->steps[r->depth - 1].cycle |= cycle;
    } else {
        r->any |= any;
    }
}

/* False: there is no memory. */
static bool descend(request *r, caw__over *over, caw_future *future, caw_task *first, caw_task *last, bool again)
{
    if (r->depth == r->capacity && !ask_grow((void **)&r->steps, &r->capacity, sizeof(step), r->few_steps)) return false;
    r->steps[r->depth++] = (step){.over = over,
                                  .future = caw_ref(future),
                                  .first = caw_ref(first),
                                  .last = caw_ref(last),
                                  .count = over->type->count(over),
                                  .again = again};
    return true;
}

/* Along tasks that await each other, to what is to be asked in their place. */
static void ask(request *r, caw_future *future)
{
    caw_task *first = NULL, *last = NULL;
    bool      any = false, cycle = false;
    for (caw_task *task; (task = pending_task(future)); future = task->waiting) {
        unsigned flags = task->future.object.flags;
        cycle = flags & CAW__WALKED;
        r->ways |= (flags & (CAW__ONCE | CAW__WALKED)) == CAW__ONCE;
        if (cycle) break;
        if (flags & CAW__TWICE) {
            any = true;
            break;
        }
        if (flags & CAW__ONCE) {
            task->future.object.flags |= CAW__TWICE;
        } else {
            count_cancel(task, 1);
            note(r, future, CAW__ONCE);
        }
        task->future.object.flags |= CAW__WALKED | CAW__RETRIEVED | CAW__ASKED;
        if (!first) first = task;
        last = task;
    }
    caw__over *over = future && !any && !cycle && future->object.state == CAW__PENDING ? caw__over_of(future) : NULL;
    unsigned   flags = over ? future->object.flags : 0;
    r->ways |= (flags & (CAW__ONCE | CAW__WALKED)) == CAW__ONCE;
    if (flags & CAW__WALKED) {
        cycle = true;
    } else if (flags & CAW__TWICE) {
        any = flags & CAW__AGREED;
    } else if (over) {
        if (descend(r, over, future, first, last, flags & CAW__ONCE)) {
            if (flags & CAW__ONCE) future->object.flags |= CAW__TWICE;
            else note(r, future, CAW__ONCE);
            future->object.flags |= CAW__WALKED;
            return;
        }
        any = caw__future_cancel(future, r->message); /* its members go on */
    } else if (future && !any && !cycle) {
        caw_ref(first);
        caw_ref(last);
        any = caw__cancel((caw_any *)(void *)future, r->message);
        any = answer(r, first, last, any, &cycle);
        caw_unref(first);
        caw_unref(last);
        ask_tell(r, any, cycle);
        return;
    }
    any = answer(r, first, last, any, &cycle);
    ask_tell(r, any, cycle);
}

/* The last step is over. */
static void ascend(request *r)
{
    step s = r->steps[--r->depth];
    bool any = s.any, cycle = s.cycle;
    if (s.future) {
        s.future->object.flags &= (uint16_t)~CAW__WALKED;
        if (s.again && any) s.future->object.flags |= CAW__AGREED;
        if (any && s.future->object.state == CAW__PENDING) s.over->type->asked(s.over, r->message);
    }
    any = answer(r, s.first, s.last, any, &cycle);
    ask_tell(r, any, cycle);
    caw_unref(s.first);
    caw_unref(s.last);
    caw_unref(s.future);
}

static void ask_walk(request *r)
{
    while (r->depth) {
        step *s = &r->steps[r->depth - 1];
        if (s->index < s->count && (!s->future || s->future->object.state == CAW__PENDING)) {
            caw_future *future = s->over->type->member(s->over, s->index++);
            if (future) ask(r, future);
        } else {
            ascend(r);
        }
    }
}

/* ---- How many ways there are ---------------------------------------------------------------------------------------------- */

typedef struct place {
    const caw_future *future;
    uint32_t          ways, open; /* open: ways from those that are not counted yet */
} place;

static void ask_sift_down(place *places, size_t from, size_t count)
{
    for (size_t at = from, below; (below = 2 * at + 1) < count; at = below) {
        if (below + 1 < count && (uintptr_t)places[below + 1].future > (uintptr_t)places[below].future) below++;
        if ((uintptr_t)places[below].future <= (uintptr_t)places[at].future) return;
        place kept = places[at];
        places[at] = places[below];
        places[below] = kept;
    }
}

static void ask_sort(place *places, size_t count)
{
    for (size_t i = count / 2; i-- > 0;) ask_sift_down(places, i, count);
    for (size_t last = count; last-- > 1;) {
        place kept = places[0];
        places[0] = places[last];
        places[last] = kept;
        ask_sift_down(places, 0, last);
    }
}

static place *place_of(place *places, size_t count, const caw_future *future)
{
    size_t from = 0;
    for (size_t to = count; from < to;) {
        size_t middle = from + (to - from) / 2;
        if ((uintptr_t)places[middle].future < (uintptr_t)future) from = middle + 1;
        else to = middle;
    }
    return from < count && places[from].future == future ? &places[from] : NULL;
}

static uint32_t sum(uint32_t a, uint32_t b) { return a > UINT32_MAX - b ? UINT32_MAX : a + b; }

typedef struct counting {
    place *places, **ready;
    size_t count, ready_count;
    bool   opening;
} counting;

static void lead_to(counting *c, const place *from, const caw_future *future)
{
    place *to = future ? place_of(c->places, c->count, future) : NULL;
    if (!to) return;
    if (c->opening) {
        to->open++;
        return;
    }
    to->ways = sum(to->ways, from->ways);
    if (--to->open == 0) c->ready[c->ready_count++] = to;
}

static void lead_on(counting *c, const place *from)
{
    caw_future *future = (caw_future *)(uintptr_t)from->future;
    caw__over  *over = caw__over_of(future);
    size_t      count = over ? over->type->count(over) : 0;
    for (size_t i = 0; i < count; i++) lead_to(c, from, over->type->member(over, i));
    if (!over) lead_to(c, from, ((caw_task *)(void *)future)->waiting);
}

/* Each thing after all that lead to it. Those in a cycle of awaits keep the one; without memory all do. */
static void count_ways(request *r, caw_future *root, caw__over *over)
{
    size_t   n = r->seen_count, size = n * (sizeof(place) + sizeof(place *));
    counting c = {.places = caw__alloc(size), .count = n, .opening = true};
    if (!c.places) return;
    c.ready = (place **)(void *)(c.places + n);
    for (size_t i = 0; i < n; i++) c.places[i] = (place){r->seen[i].future, 0, 0};
    ask_sort(c.places, n);
    for (size_t i = 0; i < n; i++) lead_on(&c, &c.places[i]);
    const place outside = {.ways = 1};
    for (int pass = 0; pass < 2; pass++) { /* all the ways from outside are open before the first is counted */
        size_t roots = over ? over->type->count(over) : 1;
        for (size_t i = 0; i < roots; i++) lead_to(&c, &outside, over ? over->type->member(over, i) : root);
        c.opening = false;
    }
    while (c.ready_count) {
        const place *p = c.ready[--c.ready_count];
        caw_task    *task = caw__as_task((caw_any *)(uintptr_t)p->future);
        if (task && p->ways > 1) count_cancel(task, p->ways - 1);
        lead_on(&c, p);
    }
    caw__free(c.places, size);
}

/* ---- A request --------------------------------------------------------------------------------------------------------------- */

/* Of a future, or of all the members of something. */
static bool make_request(caw_future *root, caw__over *over, const char *message)
{
    seen    few_seen[SEEN_FEW];
    step    few_steps[DEEP_FEW];
    request r = {.outer = current, .message = message, .seen_capacity = SEEN_FEW, .capacity = DEEP_FEW};
    r.seen = r.few_seen = few_seen;
    r.steps = r.few_steps = few_steps;
    ask_suspend(r.outer);
    current = &r;
    if (over) (void)descend(&r, over, NULL, NULL, NULL, false);
    else ask(&r, root);
    ask_walk(&r);
    if (r.ways) count_ways(&r, root, over);
    for (size_t i = 0; i < r.seen_count; i++) r.seen[i].future->object.flags &= (uint16_t)~FLAGS;
    current = r.outer;
    ask_resume(r.outer);
    for (size_t i = 0; i < r.seen_count; i++) caw_unref(r.seen[i].future);
    if (r.seen != r.few_seen) caw__free(r.seen, r.seen_capacity * sizeof(seen));
    if (r.steps != r.few_steps) caw__free(r.steps, r.capacity * sizeof(step));
    return r.any;
}

bool caw__over_cancel(caw_future *future, const char *message)
{
    return future->object.state == CAW__PENDING && make_request(future, NULL, message);
}

bool caw__over_ask(caw__over *over, const char *message) { return make_request(NULL, over, message); }

static bool ask_future(caw_future *future, const char *message) { return make_request(future, NULL, message); }

/* All tasks of a loop, as members of something. */
typedef struct everybody {
    caw__over over;
    size_t    count;
    caw_task *next;
} everybody;

static size_t everybody_count(const caw__over *over) { return CAW__CONTAINER(over, everybody, over)->count; }
/* None of them ends meanwhile, and those that are made come last. */
static caw_future *everybody_next(caw__over *over, size_t index)
{
    everybody *e = CAW__CONTAINER(over, everybody, over);
    caw_task  *task = index ? e->next : over->loop->tasks;
    e->next = task->next;
    return &task->future;
}

static void ask_all(caw_loop *loop)
{
    static const caw__over_type type = {.count = everybody_count, .member = everybody_next};
    everybody                   e = {.over = {.type = &type, .loop = loop}, .count = caw_all_tasks(loop, NULL, 0)};
    caw__over_ask(&e.over, NULL);
}

const caw__through caw__through_overs = {ask_future, ask_all, caw__over_awaiters};

CAW__COLD_END
