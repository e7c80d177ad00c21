/*
 * Owns: shield.
 * Must not know: tasks beyond ensure_future.
 */
#include "task/report.h"
#include "combine/over.h"
#include <cawait/shield.h>
#include <string.h>

/* One block between inside and outside; it lives while either node may still run. */
typedef struct link {
    caw__over   over;
    caw__member inside;  /* of what is shielded, a reference */
    caw__node   outside; /* in the callbacks of outer */
    caw_future *outer;   /* a reference while its outcome is open: somebody may hold only the inner */
} link;

static void pass_on(caw_future *inner, caw_future *outer)
{
    if (inner->object.state ==
        CAW__CANCELLED) { /* the message stays behind, as in asyncio; an object of JavaScript's does not */
        if (caw__error_js(inner->error)) outer->error = caw__cancelled_again(inner->error);
        caw__future_cancel(outer, NULL);
        return;
    }
    caw_error *error = caw__future_take_last(inner, caw__future_value(outer));
    if (error) caw__future_fail_with(outer, error);
    else caw__future_finish(outer, CAW__FINISHED);
}

static link *link_of(const caw__over *over) { return CAW__CONTAINER(over, link, over); }

static void unlink_one(link *l, caw__node *node)
{
    node->run = NULL;
    if (l->inside.node.run || l->outside.run) return;
    caw__over_remove(&l->over);
    caw_unref(l->inside.future);
    caw_unref(l->outer);
    caw__free(l, sizeof *l);
}

static void inner_done(caw__node *node)
{
    caw__member *m = caw__member_ended(node);
    link        *l = link_of(m->over);
    if (l->outer->object.state == CAW__PENDING) pass_on(m->future, l->outer);
    unlink_one(l, node);
}

/* Also run in discard: then the outer was never done. */
static void outer_done(caw__node *node)
{
    link *l = CAW__CONTAINER(node, link, outside);
    if (caw__future_remove(l->inside.future, &l->inside.node)) l->inside.node.run = NULL;
    unlink_one(l, node);
}

static caw_future *shield_awaited(const caw__over *over) { return link_of(over)->outer; }

static void shield_detach(caw__over *over)
{
    link *l = link_of(over);
    if (caw__future_remove(l->inside.future, &l->inside.node)) l->inside.node.run = NULL;
    caw__future_cancel(l->outer, NULL); /* outer_done does the rest */
}

static const caw__over_type shield_type =
    CAW__OVER_TYPE("shield", NULL, CAW__OVER_SHIELD, inner_done, shield_awaited, shield_detach);

caw_any *caw__shield(caw_any *any, uint32_t shape)
{
    caw_future *inner = caw__ensure_future(any, NULL, shape);
    if (inner->object.state != CAW__PENDING) return (caw_any *)(void *)inner;
    caw_any *outer = caw__future_new(inner->loop, inner->shape);
    bool     made = caw__as_future(outer)->loop != NULL;
    link    *l = made ? caw__alloc(sizeof *l) : NULL;
    if (!l) {
        if (made) caw_unref(outer);
        caw_unref(inner);
        return made ? caw__no_memory : outer; /* which says why */
    }
    l->inside = (caw__member){CAW__NODE(inner_done), &l->over, inner};
    l->outside = (caw__node)CAW__NODE(outer_done);
    l->outer = caw_ref(caw__as_future(outer));
    caw__over_add(inner->loop, &l->over, &shield_type);
    caw__future_add(inner, &l->inside.node);
    caw__future_add(l->outer, &l->outside);
    return outer;
}
