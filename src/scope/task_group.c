/*
 * Owns: task groups, exact to asyncio's: who is cancelled when, what the block waits for, which error leaves it.
 * Must not know: tasks beyond their futures and the parent's count of cancellations.
 */
#include "combine/over.h"
#include "task/report.h"
#include <cawait/task_group.h>

/* A child that has not ended, in the group's list of members; or one that has failed, in its list of errors. */
typedef struct member {
    caw__member    in; /* the child, a reference; until its node has run the member holds the group, too */
    struct member *previous, *next;
} member;

typedef struct members {
    member *first, *last;
} members;

/* The head is what the end of the block waits for: done when the last child is. Its loop is set on entering. */
struct caw_task_group {
    caw_future future;
    caw_task  *parent; /* a reference from entering to leaving: as long as there are children */
    caw__over  over;
    members    children, failed;
    size_t     asked;
    member    *to_ask; /* the child number `asked`, while they are asked one after another; NULL: none is */
    size_t     failures;
    caw_any   *leaving;    /* the exit's coroutine, made on entering: leaving must not fail for want of memory */
    caw_error *body;       /* what left the block; the CAW_WITH's */
    caw_error *base_error; /* KeyboardInterrupt or SystemExit, the first */
    caw_error *propagate;  /* the CancelledError to raise */
    caw_error *cancelled;  /* the last one that came while waiting */
    bool       entered, exiting, waiting, aborting, cancel_on_enter;
    bool       parent_cancelled; /* by us */
};

static void append(members *list, member *m)
{
    m->next = NULL;
    m->previous = list->last;
    if (list->last) list->last->next = m;
    else list->first = m;
    list->last = m;
}

static caw_task_group *group_of(const caw__over *over) { return CAW__CONTAINER(over, caw_task_group, over); }

static void leave_list(members *list, member *m)
{
    if (m->previous) m->previous->next = m->next;
    else list->first = m->next;
    if (m->next) m->next->previous = m->previous;
    else list->last = m->previous;
}

static void replace(caw_error **place, caw_error *error)
{
    caw_unref(*place);
    *place = error;
}

/* What nobody needs any more once the block has been left. */
static void group_forget(caw_task_group *g)
{
    for (member *m; (m = g->failed.first);) {
        leave_list(&g->failed, m);
        caw__future_unref(m->in.future);
        caw__free(m, sizeof *m);
    }
    caw__over_remove(&g->over);
    replace(&g->base_error, NULL);
    replace(&g->propagate, NULL);
    replace(&g->cancelled, NULL);
    caw_unref(g->parent);
    g->parent = NULL;
}

static void group_release(void *object)
{
    caw_task_group *g = object;
    group_forget(g);
    caw__drop(g->leaving);
    caw__future_clear(&g->future);
    caw__free(g, sizeof *g);
}

/* ---- Cancelling --------------------------------------------------------------------------------------------------------- */

static void cancel_children(caw_task_group *g)
{
    g->aborting = true;
    caw__over_ask(&g->over, NULL);
}

/* Its count is put right when the block is left. */
static void group_cancel_all(caw_task_group *g)
{
    cancel_children(g);
    g->parent_cancelled = true;
    caw__cancel((caw_any *)(void *)g->parent, NULL);
}

void caw_group_cancel(caw_task_group *g)
{
    CAW__OURS(g);
    if (!g->entered) g->cancel_on_enter = true;
    else if (!g->aborting && (!g->exiting || g->children.first)) group_cancel_all(g);
}

/* ---- Children ----------------------------------------------------------------------------------------------------------- */

static bool is_base_error(const caw_error *error)
{
    return caw_error_is(error, CAW_SYSTEM_EXIT) || caw_error_is(error, CAW_KEYBOARD_INTERRUPT);
}

/* It has failed, and its error is the group's now; false: it counts as cancelled, or nobody will ask any more. */
static __attribute__((noinline)) bool child_failed(caw_task_group *g, member *m)
{
    caw_future *child = m->in.future;
    /* A cancelled gather has failed with a CancelledError (rule 19); as a child it was cancelled. */
    if (caw_error_is(child->error, CAW_CANCELLED_ERROR) || g->future.loop->closed) return false;
    append(&g->failed, m);
    g->failures++;
    caw_error *error = caw__future_outcome(child);
    if (is_base_error(error) && !g->base_error) g->base_error = caw_ref(error);
    if (g->parent->future.object.state != CAW__PENDING) {
        char message[200];
        caw__format(message, sizeof message, "a task of a group has failed, but the group's parent '%s' is already done",
                    caw__task_name((caw_any *)(void *)g->parent));
        caw__rt.task = NULL;
        caw__report_error(g->future.loop, message, error, (caw_any *)(void *)child);
    } else if (!g->aborting) {
        group_cancel_all(g);
    }
    caw_unref(error);
    return true;
}

static void group_let_go(caw_task_group *g, member *m)
{
    if (g->to_ask == m) g->to_ask = NULL;
    leave_list(&g->children, m);
}

static void group_unref(caw_task_group *g)
{
    if (g->future.object.refs > 1) g->future.object.refs--;
    else caw_unref(g);
}

static void group_child_done(caw__node *node)
{
    member         *m = CAW__CONTAINER(caw__member_ended(node), member, in);
    caw_task_group *g = group_of(m->in.over);
    group_let_go(g, m);
    if (g->waiting && !g->children.first && g->future.object.state == CAW__PENDING) {
        caw__future_finish(&g->future, CAW__FINISHED);
    }
    if (CAW__LIKELY(m->in.future->object.state != CAW__FAILED) || !child_failed(g, m)) {
        caw__future_unref(m->in.future);
        caw__free_inline(m, sizeof *m);
    }
    group_unref(g);
}

/* ---- As something over its children ------------------------------------------------------------------------------------ */

/* Once for each time they are asked. */
static size_t group_child_count(const caw__over *over)
{
    size_t count = 0;
    for (const member *m = group_of(over)->children.first; m; m = m->next) count++;
    return count;
}

static caw_future *group_child_at(caw__over *over, size_t index)
{
    caw_task_group *g = group_of(over);
    member         *m = g->to_ask && g->asked + 1 == index ? g->to_ask->next : NULL;
    if (!m) {
        m = g->children.first;
        for (size_t i = 0; m && i < index; i++) m = m->next;
    }
    g->to_ask = m;
    g->asked = index;
    return m && m->in.future->object.state == CAW__PENDING ? m->in.future : NULL;
}

/* The parent, whether it waits already or not. */
static caw_future *group_awaited(const caw__over *over) { return &group_of(over)->parent->future; }

static void group_detach(caw__over *over)
{
    caw_task_group *g = caw_ref(group_of(over));
    for (member *m = g->children.first, *next; m; m = next) {
        next = m->next;
        if (!caw__future_remove(m->in.future, &m->in.node)) continue; /* its node is ready */
        group_let_go(g, m);
        caw__future_unref(m->in.future);
        caw__free(m, sizeof *m);
        group_unref(g);
    }
    if (g->future.object.state == CAW__PENDING) caw__future_cancel(&g->future, NULL);
    caw_unref(g);
}

static const caw__over_type group_type = CAW__OVER_ASKED("TaskGroup", group_release, CAW__OVER_GROUP, group_child_done,
                                                         group_awaited, group_detach, group_child_count, group_child_at);

caw_task_group *caw_task_group_new(void) { return caw__object_new(&group_type.type, CAW__FUTURE, sizeof(caw_task_group)); }

static caw_any *group_refuse(caw_any *any, const char *why)
{
    caw__drop(any);
    return why ? caw__future_failed(caw_error_new(CAW_RUNTIME_ERROR, "%s", why)) : caw__no_memory;
}

CAW__COLD

/* Nothing can be started in it any more, or not yet. */
static __attribute__((noinline)) caw_any *spawn_refused(const caw_task_group *g, caw_any *any)
{
    return group_refuse(any, !g->entered                        ? "the task group has not been entered"
                             : g->exiting && !g->children.first ? "the task group is finished"
                             : g->aborting                      ? "the task group is shutting down"
                                                                : "a task cannot be in the group that it waits for");
}

/* Nothing was started, and the child says why; or it is another loop's. */
static __attribute__((noinline)) caw_any *not_of_group(member *m, caw_any *child)
{
    caw__free(m, sizeof *m);
    if (!caw__as_future(child)->loop) return child;
    return group_refuse(child, "the future belongs to a different event loop than the task group");
}

CAW__COLD_END

caw_any *caw__group_spawn(caw_task_group *g, caw_any *any, uint32_t shape, const caw_spawn_options *options)
{
    if (CAW__UNLIKELY(!g->entered || (g->exiting && !g->children.first) || g->aborting || any == (caw_any *)(void *)g->parent))
        return spawn_refused(g, any);
    member *m = caw__alloc_inline(sizeof *m);
    if (!m) return group_refuse(any, NULL);
    caw_loop         *loop = g->future.loop;
    caw_spawn_options own;
    if (options || caw__running != loop) {
        own = options ? *options : (caw_spawn_options){0};
        own.loop = loop;
        options = &own;
    }
    any = caw__spawn(any, shape, options);
    caw_future *child = caw__as_future(any);
    if (CAW__UNLIKELY(child->loop != loop)) return not_of_group(m, any);
    m->in = (caw__member){CAW__NODE(group_child_done), &g->over, child};
    g->future.object.refs++;
    child->object.refs += child->object.refs != CAW__IMMORTAL;
    append(&g->children, m);
    if (child->object.state != CAW__PENDING) {
        caw__ready_push(loop, &m->in.node); /* an eager one: the parent is not cancelled in here (rule 31) */
    } else {
        caw__future_add(child, &m->in.node);
        if (g->aborting) caw__cancel(any, NULL); /* its first step has cancelled the group */
    }
    return any;
}

caw_error *caw__group_start(caw_task_group *g, caw_any *any, uint32_t shape, const caw_spawn_options *options)
{
    caw_any    *child = caw__group_spawn(g, any, shape, options);
    caw_future *future = caw__as_future(child);
    caw_error  *error = future->loop ? NULL : caw__future_outcome(future);
    caw__future_unref(future);
    return error;
}

/* ---- Leaving ------------------------------------------------------------------------------------------------------------- */

CAW__COLD

static void report_failures(caw_task_group *g, const char *message)
{
    for (member *m = g->failed.first; m; m = m->next) {
        caw_error *error = caw__future_outcome(m->in.future);
        caw__report_error(g->future.loop, message, error, (caw_any *)(void *)m->in.future);
        caw_unref(error);
    }
}

/* The children's errors, and the block's if there is one, as one error. */
static caw_error *errors_together(caw_task_group *g, caw_error *body)
{
    size_t      count = 0, size = (g->failures + 1) * sizeof(caw_error *);
    caw_error **errors = caw__alloc(size), *group = caw__error_no_memory();
    if (errors) {
        for (member *m = g->failed.first; m; m = m->next) errors[count++] = caw__future_outcome(m->in.future);
        if (body) errors[count++] = caw_ref(body);
        group = caw_error_set_cause(caw_error_group("unhandled errors in a TaskGroup", errors, count), NULL);
        caw__free(errors, size);
    }
    if (caw__error_is_static(group)) report_failures(g, "no memory to raise the error of a task of a group");
    return group;
}

CAW__COLD_END

/* What leaves the block once all children have ended: a new reference; NULL: nothing. */
static caw_error *group_outcome(caw_task_group *g)
{
    caw_any   *parent = (caw_any *)(void *)g->parent;
    caw_error *body = caw_error_is(g->body, CAW_CANCELLED_ERROR) ? NULL : g->body;
    if (g->base_error) {
        report_failures(g, "the error of a task of a group was not raised, because another ends the program");
        return caw_ref(g->base_error);
    }
    if (g->parent_cancelled) {
        if (caw__task_uncancel(parent) == 0) replace(&g->propagate, NULL);
        else if (!g->propagate) g->propagate = caw_ref(g->cancelled); /* what is left to raise is not ours */
    }
    if (!g->failures && g->propagate) return caw_ref(g->propagate);
    if (!g->failures && !body) return NULL;
    if (caw__task_cancelling(parent) > 0) { /* cancelled from outside: raised again at the next suspension */
        caw__task_uncancel(parent);
        caw__cancel(parent, NULL);
    }
    return !g->failures && caw_error_is(body, CAW_GENERATOR_EXIT) ? caw_ref(body) : errors_together(g, body);
}

static CAW_ASYNC(bool, group_leave, caw_task_group *g)
{
    CAW_BEGIN(bool) {
        g->exiting = true;
        if (g->future.loop->closed) { /* nothing will run any more */
            report_failures(g, "the error of a task of a group was not raised, because the loop is closed");
            CAW_RETURN(false);
        }
        if (is_base_error(g->body) && !g->base_error) g->base_error = caw_ref(g->body);
        if (caw_error_is(g->body, CAW_CANCELLED_ERROR)) g->propagate = caw_ref(g->body);
        if (g->body && !g->aborting) cancel_children(g);
        while (g->children.first) {
            g->waiting = true;
            CAW_TRY {
                CAW_AWAIT((caw_of(void))(uintptr_t)caw__ref(g));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) { /* of the parent; any number of times */
                replace(&g->cancelled, caw_ref(error));
                if (!g->aborting) {
                    replace(&g->propagate, caw_ref(error));
                    cancel_children(g);
                }
            }
            CAW_END_TRY;
            g->future.object.state = CAW__PENDING;
            replace(&g->future.error, NULL);
        }
        caw_error *error = group_outcome(g);
        group_forget(g);
        if (error) CAW_RAISE_ERROR(error);
        CAW_RETURN(true);
    } CAW_END;
}

/* ---- As a manager ------------------------------------------------------------------------------------------------------- */

static caw_of(void) group_fail(const char *why)
{
    return (caw_of(void))caw__future_failed(caw_error_new(CAW_RUNTIME_ERROR, "%s", why));
}

static caw_of(void) group_enter(void *self)
{
    caw_task_group *g = self;
    if (g->entered) return group_fail("the task group has already been entered");
    if (!caw__rt.task) return group_fail("the task group has no parent task");
    caw_any *leaving = caw_base(group_leave(g));
    if (leaving->kind != CAW__FRESH) return (caw_of(void))leaving;
    g->leaving = leaving;
    g->parent = caw_ref(caw__rt.task);
    g->future.loop = caw__loop_ref(g->parent->future.loop);
    caw__over_add(g->future.loop, &g->over, &group_type);
    g->entered = true;
    if (g->cancel_on_enter) group_cancel_all(g);
    return NULL;
}

static caw_of(bool) leave_with(void *self, caw_error *error)
{
    caw_task_group *g = self;
    caw_of(bool) leaving = (caw_of(bool))g->leaving;
    g->leaving = NULL;
    g->body = error;
    return leaving;
}

static const caw_with_type borrowing = {.enter = group_enter, .exit = leave_with, .of_task = true},
                           owning = {.enter = group_enter, .exit = leave_with, .release = caw_unref, .of_task = true};

caw_with caw_task_group_with(caw_task_group *g) { return (caw_with){g, &borrowing}; }
caw_with caw__task_group_with(caw_task_group *g) { return g ? (caw_with){g, &owning} : caw__with_no_memory(); }
