/*
 * Owns: crews: how they begin, are cancelled, and end.
 * Must not know: race, any_of and map.
 */
#include "combine/crew.h"
#include "task/report.h"

static crew *crew_of(const caw_future *future)
{
    return (crew *)(void *)((char *)(uintptr_t)future + CAW__ALIGN8(caw__future_size(future->shape)));
}

static size_t crew_size_of(size_t count, uint32_t shape)
{
    return caw__size_of(CAW__ALIGN8(caw__future_size(shape)) + sizeof(crew), count, sizeof(caw__member));
}

void caw__crew_release(void *object)
{
    caw_future *future = object;
    crew       *c = crew_of(future);
    size_t      size = crew_size_of(c->count, future->shape);
    if (caw__future_kept(future)) return;
    caw__over_remove(&c->over);
    caw__future_clear(future);
    caw_unref(c->children);
    caw_unref(c->cancelled);
    caw_unref(c->supply);
    caw__free(future, size);
}

void caw__crew_fail(crew *c, caw_error *error)
{
    if (c->future->object.state == CAW__PENDING && caw_error_is(error, CAW_CANCELLED_ERROR))
        c->future->object.flags |= CAW__RETRIEVED; /* as a gather's */
    caw__future_fail_with(c->future, error);
}

/* ---- As something over its children --------------------------------------------------------------------------------------- */

static crew *crew_over(const caw__over *over) { return CAW__CONTAINER(over, crew, over); }

/* In the order of their beginning; one that was given twice is asked once. */
size_t      caw__crew_count(const caw__over *over) { return crew_over(over)->begun; }
caw_future *caw__crew_member(caw__over *over, size_t index)
{
    crew *c = crew_over(over);
    return c->rules->next ? c->children->items[index] : c->members[index].future;
}
caw_future *caw__crew_awaited(const caw__over *over) { return crew_over(over)->future; }
caw__over  *caw__crew_over(caw_future *future) { return &crew_of(future)->over; }

/* As a gather: it ends when the children have; again, if asked again. */
void caw__crew_asked(caw__over *over, const char *message)
{
    crew      *c = crew_over(over);
    caw_error *before = c->cancelled;
    c->cancelled = caw__cancelled_error(message);
    caw_unref(before);
}

void caw__crew_detach(caw__over *over)
{
    crew       *c = crew_over(over);
    caw_future *future = caw_ref(c->future);
    caw__future_cancel(future, NULL);
    for (size_t i = 0; i < c->count; i++) {
        caw__member *m = &c->members[i];
        if (m->future && caw__future_remove(m->future, &m->node)) caw_unref(future);
    }
    caw_unref(future);
}

/* ---- Its course ---------------------------------------------------------------------------------------------------------- */

static bool more_to_begin(const crew *c) { return c->begun < c->children->count && !c->decided && !c->cancelled; }

static void crew_one_ended(crew *c, caw_future *ended)
{
    ended->object.flags |= CAW__RETRIEVED;
    if (c->decided || c->cancelled || !c->rules->decides(ended)) return;
    c->decided = ended;
    caw__over_ask(&c->over, NULL);
}

static void crew_end(crew *c)
{
    caw_future *decided = c->decided;
    caw_error  *error = NULL;
    if (c->running) return;                              /* so there are none to begin either */
    if (c->future->object.state != CAW__PENDING) return; /* by what was called to begin one, or to cancel the others */
    if (c->cancelled) {
        error = c->cancelled;
        c->cancelled = NULL;
        if (decided && decided->object.state == CAW__FAILED) error = caw__error_within(error, decided->error);
    } else if (!decided) {
        c->rules->undecided(c);
        return;
    } else if (decided->object.state == CAW__FINISHED && decided->shape != c->future->shape) {
        error = caw_error_new(CAW_TYPE_ERROR, "%s: the result has another type", c->rules->type.type.name);
    } else {
        error = caw__future_take_last(decided, caw__future_value(c->future)); /* nobody can ask the children */
    }
    if (error) caw__crew_fail(c, error);
    else caw__future_finish(c->future, CAW__FINISHED);
}

/* Watches it, or counts its end here. What comes too late is cancelled. */
static void crew_join(crew *c, caw__member *m, caw_future *future)
{
    m->future = future; /* the children's reference */
    if (c->decided || c->cancelled) caw__cancel((caw_any *)(void *)future, NULL);
    if (future->object.state != CAW__PENDING) {
        crew_one_ended(c, future);
        return;
    }
    c->running++;
    caw_ref(c->future);
    caw__future_add(future, &m->node);
}

static void begin_next(crew *c, caw__member *m)
{
    while (more_to_begin(c)) {
        size_t      index = c->begun;
        caw_future *future = c->children->items[index] = c->rules->next(c, index);
        c->begun++;
        crew_join(c, m, future);
        if (m->node.next) return;
    }
}

void caw__crew_run(caw__node *node)
{
    caw__member *m = caw__member_ended(node);
    crew        *c = crew_over(m->over);
    caw_future  *future = c->future;
    if (future->object.state == CAW__PENDING) {
        c->running--;
        node->next = NULL;
        crew_one_ended(c, m->future);
        begin_next(c, m);
        crew_end(c);
    }
    caw_unref(future);
}

crew *caw__crew_new(const crew_rules *rules, caw_results *children, size_t count, uint32_t shape, void *supply)
{
    caw_future *future = children ? caw__future_make(&rules->type.type, NULL, shape, crew_size_of(count, shape)) : NULL;
    if (!future) {
        caw_unref(children);
        return NULL;
    }
    crew *c = crew_of(future);
    c->rules = rules;
    c->future = future;
    c->children = children;
    c->supply = supply;
    c->count = count;
    caw__over_add(future->loop, &c->over, &rules->type);
    for (size_t i = 0; i < count; i++) c->members[i] = (caw__member){.node = CAW__NODE(caw__crew_run), .over = &c->over};
    return c;
}

caw_any *caw__crew_begin(crew *c)
{
    if (c->rules->next) {
        for (size_t i = 0; i < c->count; i++) begin_next(c, &c->members[i]);
    } else {
        for (size_t i = 0; i < c->begun; i++) {
            if (!caw__unseen(c->children->items[i])) c->members[i].over = NULL; /* it was given before */
        }
        caw__unsee(c->children->items, c->begun);
        for (size_t i = 0; i < c->begun; i++) { /* which may call the program */
            if (c->members[i].over) crew_join(c, &c->members[i], c->children->items[i]);
        }
    }
    crew_end(c);
    return (caw_any *)(void *)c->future;
}
