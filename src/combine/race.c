/*
 * Owns: race and any_of: which end decides.
 * Must not know: how the others are cancelled and waited for (crew.c).
 */
#include "combine/crew.h"
#include <cawait/race.h>

static bool is_any_end(const caw_future *ended)
{
    (void)ended;
    return true;
}

static bool is_success(const caw_future *ended)
{
    return ended->object.state == CAW__FINISHED ||
           (ended->object.state == CAW__FAILED && ended->error && !caw_error_is(ended->error, CAW_EXCEPTION));
}

/* A group of the errors, in the order given; those that were cancelled have none. */
static void all_failed(crew *c)
{
    caw_future *const *children = c->children->items;
    size_t             count = c->children->count, failed = 0;
    caw_error        **errors = caw__alloc(count * sizeof *errors);
    if (!errors) {
        caw__crew_fail(c, caw__error_no_memory());
        return;
    }
    caw_future **which = (caw_future **)(void *)errors; /* no child is asked while some are marked as seen: that calls out */
    for (size_t i = 0; i < count; i++) {
        if (caw__unseen(children[i]) && children[i]->object.state == CAW__FAILED) which[failed++] = children[i];
    }
    caw__unsee(children, count);
    for (size_t i = 0; i < failed; i++) errors[i] = caw__future_outcome(which[i]);
    caw__crew_fail(c, failed ? caw_error_group("none of them succeeded", errors, failed) : caw__future_outcome(children[0]));
    caw__free(errors, count * sizeof *errors);
}

static const crew_rules race_rules = {.type = CREW_TYPE("race"), .decides = is_any_end};
static const crew_rules any_of_rules = {.type = CREW_TYPE("any_of"), .decides = is_success, .undecided = all_failed};

static caw_any *race_begin(const crew_rules *rules, caw_any *const *handles, size_t count, uint32_t shape)
{
    const char *name = rules->type.type.name;
    caw_error  *error = !count          ? caw_error_new(CAW_VALUE_ERROR, "%s: of nothing", name)
                        : !caw__running ? caw__loop_refusal(NULL)
                                        : NULL;
    for (size_t i = 0; i < count && !error; i++) {
        const caw_future *future = caw__as_future(handles[i]);
        if (future && future->loop && future->loop != caw__running)
            error = caw_error_new(CAW_VALUE_ERROR, "%s: the futures belong to different loops", name);
        if (caw__kind(handles[i]) == CAW__CUSTOM)
            error = caw_error_new(CAW_TYPE_ERROR, "%s: give an awaitable of your own to caw_spawn first", name);
    }
    crew *c = error ? NULL : caw__crew_new(rules, caw__results_new(count), count, shape, NULL);
    if (!c) return caw__refuse(handles, count, error ? error : caw__loop_refusal(caw__running));
    for (; c->begun < count; c->begun++)
        c->children->items[c->begun] = caw__ensure_future(handles[c->begun], NULL, caw__any_shape(handles[c->begun]));
    return caw__crew_begin(c);
}

caw_any *caw__race(caw_any *const *handles, size_t count, uint32_t shape)
{
    return race_begin(&race_rules, handles, count, shape);
}
caw_any *caw__any_of(caw_any *const *handles, size_t count, uint32_t shape)
{
    return race_begin(&any_of_rules, handles, count, shape);
}
