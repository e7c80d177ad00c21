/*
 * Owns: map: which input is begun next, in which context.
 * Must not know: how the rest are cancelled and waited for (crew.c).
 */
#include "combine/crew.h"
#include <cawait/map.h>

typedef struct supply {
    caw__object   object;
    caw__applied *function;
    char         *inputs;
    size_t        size;
    caw_context  *context; /* of the call; NULL: empty */
} supply;

static void supply_release(void *object)
{
    supply *s = object;
    caw_unref(s->context);
    caw__free(s, sizeof *s);
}
static const caw__type supply_type = {"map's inputs", supply_release, NULL};

/* The true type of the function has other pointers in it: the same call, but for the sanitizer that compares the types. */
__attribute__((no_sanitize("function"))) static caw_any *apply(const supply *s, size_t index)
{
    return s->function(s->inputs + index * s->size);
}

/* In the context of the call; the function may be an ordinary one, that sets variables, and eager tasks begin here. */
static caw_future *map_next(crew *c, size_t index)
{
    supply          *s = c->supply;
    caw_context     *outer = caw__context;
    struct caw_task *task = caw__rt.task;
    caw__context = s->context;
    caw__rt.task = NULL;
    caw_any    *any = apply(s, index);
    caw_future *future = caw__ensure_future(any, c->future->loop, caw__any_shape(any));
    s->context = caw__context;
    caw__context = outer;
    caw__rt.task = task;
    return future;
}

static bool is_failure(const caw_future *ended) { return ended->object.state != CAW__FINISHED; }

static void all_succeeded(crew *c)
{
    *(caw_results **)caw__future_value(c->future) = caw_ref(c->children);
    caw__future_finish(c->future, CAW__FINISHED);
}

static const crew_rules map_rules = {
    .type = CREW_TYPE("map"), .decides = is_failure, .undecided = all_succeeded, .next = map_next};

caw_any *caw__map(caw__applied *function, void *inputs, size_t size, size_t count, size_t limit)
{
    if (!limit) return caw__future_failed(caw_error_new(CAW_VALUE_ERROR, "map: a limit of 0 begins nothing"));
    if (!caw__running || caw__running->closed) return caw__future_failed(caw__loop_refusal(caw__running));
    supply *s = caw__object_new(&supply_type, CAW__OBJECT, sizeof *s);
    if (!s) return caw__no_memory;
    s->function = function;
    s->inputs = inputs;
    s->size = size;
    crew *c =
        caw__context_snapshot(caw__context, &s->context)
            ? NULL
            : caw__crew_new(&map_rules, caw__results_new(count), limit < count ? limit : count, CAW__SHAPE(caw_results *), s);
    if (c) return caw__crew_begin(c);
    caw_unref(s);
    return caw__no_memory;
}
