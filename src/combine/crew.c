/*
 * Owns: crews: how they begin, are cancelled, and end.
 * Must not know: race, any_of and map.
 */
#include "combine/crew.h"
#include "task/report.h"

static crew *crew_of(const caw_future *future)
{
    return (crew *)(void *)((char *)(uintptr_t)future + CAW__ALIGN8(caw__size_with(sizeof *future, future->shape)));
}

static size_t size_of(size_t count, uint32_t shape)
{
    return CAW__ALIGN8(caw__size_with(sizeof(caw_future), shape)) + sizeof(crew) + count * sizeof(member);
}

void caw__crew_release(void *object)
{
    caw_future *future = object;
    crew       *c = crew_of(future);
    size_t      size = size_of(c->count, future->shape);
    caw__future_clear(future);
    caw_unref(c->children);
    caw_unref(c->cancelled);
    caw_unref(c->supply);
    caw__free(future, size);
}

void caw__crew_fail(crew *c, caw_error *error)
{
    c->future->error = error;
    if (caw_error_is(error, CAW_CANCELLED_ERROR)) c->future->object.flags |= CAW__RETRIEVED; /* as a gather's */
    caw__future_finish(c->future, CAW__FAILED);
}

/* In the order of their beginning. One that was given twice is a member once. */
static bool cancel_all(const crew *c, const char *message)
{
    bool any = false;
    for (size_t i = 0; i < c->begun; i++) {
        caw_future *child = c->rules->next ? c->children->items[i] : c->members[i].future;
        if (child) any |= caw__cancel((caw_any *)(void *)child, message);
    }
    return any;
}

/* As a gather: it ends when the children have; again, if asked again. */
bool caw__crew_cancel(caw_future *future, const char *message)
{
    crew *c = crew_of(future);
    if (future->object.state != CAW__PENDING) return false;
    caw_ref(future);
    bool any = cancel_all(c, message);
    if (any) {
        caw_unref(c->cancelled);
        c->cancelled = caw__cancelled_error(message);
    }
    caw_unref(future);
    return any;
}

static bool more_to_begin(const crew *c) { return c->begun < c->children->count && !c->decided && !c->cancelled; }

static void one_ended(crew *c, caw_future *ended)
{
    ended->object.flags |= CAW__RETRIEVED;
    if (c->decided || c->cancelled || !c->rules->decides(ended)) return;
    c->decided = ended;
    cancel_all(c, NULL);
}

static void end(crew *c)
{
    caw_future *decided = c->decided;
    caw_error  *error = NULL;
    if (c->running || more_to_begin(c) || c->future->object.state != CAW__PENDING) return;
    if (c->cancelled) {
        error = c->cancelled;
        c->cancelled = NULL;
        if (decided && decided->object.state == CAW__FAILED) error = caw__error_within(error, decided->error);
    } else if (!decided) {
        c->rules->undecided(c);
        return;
    } else if (decided->object.state == CAW__FINISHED && decided->shape != c->future->shape) {
        error = caw_error_new(CAW_TYPE_ERROR, "%s: the result has another type", c->rules->type.name);
    } else {
        error = caw__future_take_last(decided, caw__future_value(c->future)); /* nobody can ask the children */
    }
    if (error) caw__crew_fail(c, error);
    else caw__future_finish(c->future, CAW__FINISHED);
}

/* Watches it, or counts its end here. What comes too late is cancelled. */
static void join(crew *c, member *m, caw_future *future)
{
    m->future = future; /* the children's reference */
    if (c->decided || c->cancelled) caw__cancel((caw_any *)(void *)future, NULL);
    if (future->object.state != CAW__PENDING) {
        one_ended(c, future);
        return;
    }
    c->running++;
    caw_ref(c->future);
    caw__future_add(future, &m->node);
}

static void begin_next(crew *c, member *m)
{
    while (more_to_begin(c)) {
        size_t      index = c->begun;
        caw_future *future = c->children->items[index] = c->rules->next(c, index);
        c->begun++;
        join(c, m, future);
        if (m->node.next) return;
    }
}

static void member_run(caw__node *node)
{
    member     *m = CAW__CONTAINER(node, member, node);
    crew       *c = m->owner;
    caw_future *future = c->future;
    if (future->loop->closed) {
        caw__future_cancel(future, NULL); /* so that what waits for it lets go, too */
    } else {
        c->running--;
        node->next = NULL;
        one_ended(c, m->future);
        begin_next(c, m);
        end(c);
    }
    caw_unref(future);
}

caw_future *caw__crew_edge(caw__node *node)
{
    return node->run == member_run ? ((crew *)CAW__CONTAINER(node, member, node)->owner)->future : NULL;
}

crew *caw__crew_new(const crew_rules *rules, caw_results *children, size_t count, uint32_t shape, void *supply)
{
    caw_future *future = children ? caw__future_make(&rules->type, NULL, shape, size_of(count, shape)) : NULL;
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
    for (size_t i = 0; i < count; i++) c->members[i] = (member){.node = CAW__NODE(member_run), .owner = c};
    return c;
}

caw_any *caw__crew_begin(crew *c)
{
    if (c->rules->next) {
        for (size_t i = 0; i < c->count; i++) begin_next(c, &c->members[i]);
    } else {
        for (size_t i = 0; i < c->begun; i++) {
            if (member_unseen(c->children->items[i])) join(c, &c->members[i], c->children->items[i]);
        }
        members_unsee(c->children->items, c->begun);
    }
    end(c);
    return (caw_any *)(void *)c->future;
}
