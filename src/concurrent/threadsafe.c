/*
 * Owns: what other threads ask of a loop, on its way there, and what came of it, on its way back.
 * Must not know: how a thread is woken, or waits: the host's.
 *
 * Nothing here is counted, or of a thread's pools: it is the host's memory, which any thread may free.
 */
#include "concurrent/concurrent.h"
#include <cawait/threadsafe.h>
#include <stdatomic.h>
#include <string.h>

CAW__COLD

/* For a loop that is made in a program which has this file (loop.c). */
void caw__loop_made(caw_loop *loop) { caw__host_posts(loop); }

static void *outside_new(size_t size)
{
    void *block = caw__host_memory(NULL, 0, size);
    if (block) memset(block, 0, size);
    return block;
}

static bool is_ours(const caw_loop *loop)
{
    for (const caw_loop *own = caw__loops; own; own = own->next)
        if (own == loop) return true;
    return false;
}

/* Not "send", which wasm-ld 19 would take for the C library's. */
static int post_send(caw_loop *loop, caw__post *post)
{
    if (!is_ours(loop)) return caw__host_post(loop, post);
    post->tell(post);
    return 0;
}

/* ---- A call -------------------------------------------------------------------------------------------------------------------- */

typedef struct soon {
    caw__post post;
    caw__node node;
    void (*function)(void *);
    void     *argument;
    caw_loop *loop;
} soon;

static void soon_run(caw__node *node)
{
    soon *s = CAW__CONTAINER(node, soon, node);
    soon  its = *s;
    caw__host_memory(s, sizeof *s, 0);
    if (!its.loop->closed) its.function(its.argument);
}

static void soon_arrives(caw__post *post)
{
    soon *s = CAW__CONTAINER(post, soon, post);
    caw__ready_push(s->loop, &s->node); /* of a closed loop it is run at once, and does nothing */
}

int caw_call_soon_threadsafe(caw_loop *loop, void (*function)(void *), void *argument)
{
    soon *s = outside_new(sizeof *s);
    if (!s) return -CAW_MEMORY_ERROR;
    *s = (soon){{NULL, soon_arrives}, CAW__NODE(soon_run), function, argument, loop};
    int status = post_send(loop, &s->post);
    if (status) caw__host_memory(s, sizeof *s, 0);
    return status;
}

/* ---- A coroutine ---------------------------------------------------------------------------------------------------------------- */

enum { WAITING, DONE, CANCELLED };

struct caw_concurrent {
    caw__post        post, cancel;
    caw__node        node, cancel_node;
    caw_loop        *loop;
    caw__threadsafe *function;
    void            *argument;
    caw_future      *task; /* the loop's thread alone knows of it; a reference */
    caw__parcel      answer;
    uint32_t         shape;
    char             code;
    atomic_int       state;
    atomic_int       owners; /* who asked, and the loop, once or twice */
    caw__latch       latch;  /* open: the state is final, and the answer there */
};

static void concurrent_leave(caw_concurrent *c)
{
    if (atomic_fetch_sub(&c->owners, 1) != 1) return;
    if (c->answer.data) caw__host_memory(c->answer.data, c->answer.room, 0);
    caw__host_memory(c, sizeof *c, 0);
}

/* In the loop's thread: `error` is consumed; NULL: the value. */
static void concurrent_settle(caw_concurrent *c, caw_error *error, void *value)
{
    caw__message m = {.addresses = true};
    uint32_t     how = error ? CAW__ANSWER_ERROR : CAW__ANSWER_VALUE;
    int          waiting = WAITING;
    caw__message_put(&m, &how, sizeof how);
    if (error) caw__message_put_error(&m, error);
    else caw__message_give(&m, c->code, value, c->shape & CAW__SIZE);
    if (m.refused) {
        caw_error *refused = caw_ref(m.refused);
        caw__message_clear(&m);
        how = CAW__ANSWER_ERROR;
        caw__message_put(&m, &how, sizeof how);
        caw__message_put_error(&m, refused);
        caw_unref(refused);
    }
    caw_unref(error);
    if (m.broken) caw__message_clear(&m); /* which is told as MemoryError */
    c->answer = m.parcel;
    if (atomic_compare_exchange_strong(&c->state, &waiting, DONE)) caw__host_latch_open(&c->latch);
}

/* The task is done, also because its loop was closed. */
static void concurrent_ended(caw__node *node)
{
    caw_concurrent *c = CAW__CONTAINER(node, caw_concurrent, node);
    caw_future     *future = c->task;
    caw_error      *error = caw__future_outcome(future);
    c->task = NULL;
    concurrent_settle(c, error, error ? NULL : caw__future_value(future));
    caw_unref(future);
    concurrent_leave(c);
}

static void concurrent_run(caw__node *node)
{
    caw_concurrent *c = CAW__CONTAINER(node, caw_concurrent, node);
    int             state = atomic_load(&c->state);
    if (!c->loop->closed && state == WAITING) {
        caw_any *any = c->function(c->argument);
        c->task = caw__ensure_future(any, c->loop, c->shape);
        c->node.run = concurrent_ended;
        if (c->task->object.state == CAW__PENDING) caw__future_add(c->task, &c->node);
        else caw__ready_push(c->loop, &c->node);
        return;
    }
    if (state == WAITING) concurrent_settle(c, caw_error_new(CAW_RUNTIME_ERROR, "the loop is closed"), NULL);
    concurrent_leave(c);
}

static void concurrent_arrives(caw__post *post)
{
    caw_concurrent *c = CAW__CONTAINER(post, caw_concurrent, post);
    caw__ready_push(c->loop, &c->node);
}

static void cancel_run(caw__node *node)
{
    caw_concurrent *c = CAW__CONTAINER(node, caw_concurrent, cancel_node);
    if (c->task) caw__cancel((caw_any *)(void *)c->task, NULL);
    concurrent_leave(c);
}

static void cancel_arrives(caw__post *post)
{
    caw_concurrent *c = CAW__CONTAINER(post, caw_concurrent, cancel);
    caw__ready_push(c->loop, &c->cancel_node);
}

caw_concurrent *caw__run_threadsafe(caw_loop *loop, caw__threadsafe *function, void *argument, char code, uint32_t shape)
{
    caw_concurrent *c = outside_new(sizeof *c);
    if (!c) return NULL;
    c->post.tell = concurrent_arrives;
    c->cancel.tell = cancel_arrives;
    c->node = (caw__node)CAW__NODE(concurrent_run);
    c->cancel_node = (caw__node)CAW__NODE(cancel_run);
    c->loop = loop;
    c->function = function;
    c->argument = argument;
    c->code = code;
    c->shape = shape;
    c->owners = 2;
    if (!post_send(loop, &c->post)) return c;
    caw__host_memory(c, sizeof *c, 0);
    return NULL;
}

bool caw_concurrent_done(const caw_concurrent *c) { return atomic_load(&c->state) != WAITING; }

bool caw_concurrent_cancel(caw_concurrent *c)
{
    int waiting = WAITING;
    if (!atomic_compare_exchange_strong(&c->state, &waiting, CANCELLED)) return false;
    caw__host_latch_open(&c->latch);
    atomic_fetch_add(&c->owners, 1);
    if (post_send(c->loop, &c->cancel)) concurrent_leave(c); /* it was closed: nothing is left to cancel */
    return true;
}

void caw_concurrent_free(void *c)
{
    if (c) concurrent_leave(c);
}

caw_error *caw__concurrent_result(caw_concurrent *c, double seconds, void *out, size_t size)
{
    const char *refusal = caw_concurrent_done(c) ? NULL
                          : is_ours(c->loop)     ? "this is the loop's own thread, which would wait for itself: await it"
                          : seconds > 0          ? caw__host_no_blocking()
                                                 : NULL;
    if (refusal) return caw_error_new(CAW_RUNTIME_ERROR, "%s", refusal);
    if (out && size != (c->shape & CAW__SIZE)) return caw_error_new(CAW_TYPE_ERROR, "the result is of another type");
    if (!caw__host_latch_wait(&c->latch, seconds)) return caw_error_new(CAW_TIMEOUT_ERROR, NULL);
    if (atomic_load(&c->state) == CANCELLED) return caw_error_new(CAW_CANCELLED_ERROR, NULL);
    caw__message    m = {.parcel = c->answer, .addresses = true};
    const uint32_t *how = m.parcel.data ? caw__message_get(&m, sizeof *how) : NULL;
    if (!how) return caw_ref(caw__error_no_memory());
    if (*how == CAW__ANSWER_ERROR) return caw__message_get_error(&m);
    if (out) caw__message_take(&m, c->code, out, size);
    return m.broken ? caw_ref(caw__error_no_memory()) : NULL;
}

CAW__COLD_END
