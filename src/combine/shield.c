/*
 * Owns: shield.
 * Must not know: tasks beyond ensure_future.
 */
#include "task/report.h"
#include "combine/tie.h"
#include <cawait/shield.h>
#include <string.h>

/* One block between inside and outside; it lives while either node may still run. */
typedef struct link {
    caw__node   inside, outside; /* in the callbacks of inner and of outer */
    caw_future *inner;           /* a reference */
    caw_future *outer;           /* a reference while its outcome is open: somebody may hold only the inner */
    caw__tie    tie;
} link;

static void pass_on(caw_future *inner, caw_future *outer)
{
    if (inner->object.state == CAW__CANCELLED) {
        caw__future_cancel(outer, NULL);
        return;
    }
    caw_error *error = caw__future_take_last(inner, caw__future_value(outer));
    outer->error = error;
    caw__future_finish(outer, error ? CAW__FAILED : CAW__FINISHED);
}

static void unlink_one(link *l, caw__node *node)
{
    node->run = NULL;
    if (l->inside.run || l->outside.run) return;
    caw__tie_remove(&l->tie);
    caw_unref(l->inner);
    caw_unref(l->outer);
    caw__free(l, sizeof *l);
}

static void inner_done(caw__node *node)
{
    link *l = CAW__CONTAINER(node, link, inside);
    if (l->inner->loop->closed) caw__future_cancel(l->outer, NULL); /* so that what waits for it lets go, too */
    else if (l->outer->object.state == CAW__PENDING) pass_on(l->inner, l->outer);
    unlink_one(l, node);
}

/* Also run in discard: then the outer was never done. */
static void outer_done(caw__node *node)
{
    link *l = CAW__CONTAINER(node, link, outside);
    if (l->inner->object.state == CAW__PENDING && caw__future_remove(l->inner, &l->inside)) l->inside.run = NULL;
    unlink_one(l, node);
}

static void cut(caw__tie *tie)
{
    link *l = CAW__CONTAINER(tie, link, tie);
    caw__tie_remove(tie);
    if (caw__future_remove(l->inner, &l->inside)) l->inside.run = NULL;
    caw__future_cancel(l->outer, NULL); /* outer_done does the rest */
}

caw_future *caw__shield_edge(caw__node *node)
{
    return node->run == inner_done ? CAW__CONTAINER(node, link, inside)->outer : NULL;
}

caw_any *caw__shield(caw_any *any, uint32_t shape)
{
    caw_future *inner = caw__ensure_future(any, NULL, shape);
    if (inner->object.state != CAW__PENDING) return (caw_any *)(void *)inner;
    caw_any *outer = caw__future_new(inner->loop, inner->shape);
    link    *l = outer->kind == CAW__FUTURE && caw__as_future(outer)->loop ? caw__alloc(sizeof *l) : NULL;
    if (!l) {
        caw_unref(outer);
        caw_unref(inner);
        return caw__no_memory;
    }
    *l = (link){CAW__NODE(inner_done), CAW__NODE(outer_done), inner, caw_ref(caw__as_future(outer)), {0}};
    caw__tie_add(inner->loop, &l->tie, cut);
    caw__future_add(inner, &l->inside);
    caw__future_add(l->outer, &l->outside);
    return outer;
}
