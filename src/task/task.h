/*
 * Owns: futures, tasks and coroutines as the rooms above see them: what they consist of, how one waits for another, how they end.
 * Must not know: what waits (combine, scope, sync), or who drives the loop.
 */
#ifndef CAW_TASK_ROOM_H
#define CAW_TASK_ROOM_H

#include "loop/loop.h"
#include <cawait/future.h>
#include <cawait/try.h>

/* Nobody looks for a line in the library: its functions are in a chain of awaits by where they begin, and 100 bytes of code smaller. */
#undef CAW__LINE
#undef CAW__LINE_LEFT
#undef CAW__STANDS
#define CAW__LINE 0
#define CAW__STANDS() (void)0
#define CAW__LINE_LEFT(left, described) (described).line

/* ---- Futures and tasks ------------------------------------------------------------------------------------------------- */

enum { CAW__PENDING, CAW__FINISHED, CAW__FAILED, CAW__CANCELLED };
enum {
    CAW__IS_TASK = 1,
    CAW__RETRIEVED = 2,   /* somebody saw the error */
    CAW__MUST_CANCEL = 4, /* task: throw CancelledError at the next step */
    CAW__WALKED = 8,      /* on the path of a cancellation: finds cycles of awaits */
    CAW__SILENT = 16,     /* no "destroyed but pending" report */
    CAW__HAS_STARTED = 32,
    CAW__CLOSING = 64,        /* task: its loop is being closed; a queued step does nothing */
    CAW__WATCHED = 256,       /* has had done callbacks of the program's */
    CAW__SEEN = 1024,         /* among the handles given, see over.h */
    CAW__ASKED = 4096,        /* task: cancelled by somebody, and what it awaits has not answered yet */
    CAW__SELF_AWAITED = 2048, /* task: awaited itself once; nobody can await it until it is done */
    CAW__CALLED = 512, /* task: a host waits for it, whose callback, if there is no other, is run at once: no task sees that */
    CAW__UNRAISED = 128, /* cancelled: the stored CancelledError was not handed out yet */
    CAW__ONCE = 8192,    /* while a cancellation goes through what is over futures, see ask.c: it was asked, */
    CAW__TWICE = 16384,  /* asked again, */
    CAW__AGREED = 32768  /* and would end */
};

struct caw_future {
    caw__object object;
    caw_loop   *loop;
    caw__node  *callbacks; /* tail of a circular list */
    uint32_t    shape;
    union {
        caw_error *error; /* FAILED: why. CANCELLED: the CancelledError, NULL when it has no message. A task that did not end
                             so: the one that it was last to be thrown, for its message (which may be none: NULL) */
        caw_any   *value; /* FINISHED, of any but a task: the value begins here, whatever its size; `truth` is one */
        bool       truth;
    };
};
_Static_assert(offsetof(caw_future, error) % 8 == 0, "a value is aligned to 8");

#define CAW__ALIGN8(n) (((n) + 7) & ~(size_t)7)

typedef struct caw_task {
    caw_future future;
    caw__node  node; /* wakes it; when it waits on a future, this is its entry in that future's callbacks */
    union {
        caw__slot root; /* where the outermost coroutine puts its outcome: an error as the task ends, until then there is */
        struct {
            uintptr_t desc; /* see caw__task_desc */
            union {
                caw__co   *first; /* before the start: the coroutine */
                caw__slot *slot;  /* of the innermost await, where the outcome goes; NULL while the task runs */
            };
        };
    };
    caw__co *
        top; /* the innermost coroutine of one that is suspended: a step resumes it. By the slot it would be a load more, 2 ns */
    union {
        caw_future *waiting;     /* what it waits for, a reference; NULL: nothing */
        caw_error  *last_cancel; /* once it has failed: what future.error was before */
    };
    caw_context     *context;         /* NULL: empty so far */
    struct caw_task *previous, *next; /* loop->tasks */
    uintptr_t        name;            /* a caw_string *, or number * 2 + 1 while it is "Task-<number>" */
    uint32_t         cancelling;
#ifdef CAW_CHECKED
    caw__spot at; /* the line that it stands at */
#endif
} caw_task;

/* A NULL is nothing that can be awaited: who is given handles asks by this. */
static inline uint8_t     caw__kind(const caw_any *any) { return any ? any->kind : CAW__GONE; }
static inline caw_future *caw__as_future(const caw_any *any)
{
    return any && any->kind == CAW__FUTURE ? (caw_future *)(uintptr_t)any : NULL;
}
/* The same for who has no error to give where something is asked of what is gone: the checked build stops there. */
static inline caw_future *caw__live_future(const caw_any *any)
{
    if (any) CAW__CHECK_GONE(any);
    CAW__OURS(any);
    return caw__as_future(any);
}
static inline caw_task *caw__as_task(const caw_any *any)
{
    caw_future *future = caw__as_future(any);
    return future && future->object.flags & CAW__IS_TASK ? (caw_task *)(void *)future : NULL;
}

/* Whether its coroutines are on the stack just now, perhaps below those of another, which it starts eagerly. */
static inline bool caw__task_runs(const caw_task *task) { return !task->slot && task->future.object.state == CAW__PENDING; }
/* The innermost coroutine of one that is suspended. */
static inline caw__co *caw__task_top(const caw_task *task)
{
    CAW__ALWAYS(task->top == (caw__co *)(task->slot->waiter & ~CAW__INLINE));
    return task->top;
}
/* Of the outermost coroutine. */
static inline const caw__desc *caw__task_desc(const caw_task *task)
{
    return (const caw__desc *)((task->desc - 1) & ~CAW__ROOT); /* 1 more since it has ended */
}
/* Whether its coroutines have ended, where it is not known to be done yet. */
static inline bool caw__task_ended(const caw_task *task) { return !(task->root.waiter & CAW__INLINE); }
/* Who awaits this coroutine; NULL: it is its task's outermost. */
static inline caw__co *caw__co_awaiter(const caw__co *co)
{
    uintptr_t waiter = co->slot->waiter;
    return waiter & CAW__DONE ? NULL : (caw__co *)(waiter & ~CAW__INLINE);
}

/* The line where it stands. */
static inline unsigned caw__co_line(const caw__co *co)
{
    if (co->line < CAW__BELOW) return co->desc->line + co->line;
    return (unsigned)((const caw__below *)(const void *)((const char *)co->desc - offsetof(caw__below, function)))->line;
}

/* With a value of this shape. */
static inline size_t caw__future_size(uint32_t shape)
{
    size_t size = offsetof(caw_future, value) + (shape & CAW__SIZE);
    return size < sizeof(caw_future) ? sizeof(caw_future) : size;
}
/*
 * Where a task has its value: aligned to 8, but one of 4 or 12 bytes, which need not be, fills what is left of the task itself (4 bytes
 * on wasm32, where a task with an int is one of 80).
 */
enum { CAW__TASK_PAD = CAW__ALIGN8(sizeof(caw_task)) - sizeof(caw_task) };
_Static_assert(CAW__TASK_PAD == 0 || CAW__TASK_PAD == 4, "a bit of a size");
static inline size_t caw__task_value(uint32_t shape) { return CAW__ALIGN8(sizeof(caw_task)) - (shape & CAW__TASK_PAD); }
static inline size_t caw__task_size(uint32_t shape) { return caw__task_value(shape) + (shape & CAW__SIZE); }
/* Makes a future of uninitialized memory; the loop is not NULL. */
static inline void caw__future_init(caw_future *future, const caw__type *type, caw_loop *loop, uint32_t shape, uint16_t flags)
{
    future->object = (caw__object){.kind = CAW__FUTURE, .flags = flags, .refs = 1, .type = type};
    future->loop = loop;
    loop->refs++;
    future->callbacks = NULL;
    future->shape = shape;
    future->error = NULL;
}
extern const caw__type caw__future_type; /* a plain one */
/* A pending future at the head of an object of `size` bytes, value included; NULL without memory or loop. */
caw_future *caw__future_make(const caw__type *type, caw_loop *loop, uint32_t shape, size_t size);
caw_error  *caw__loop_refusal(const caw_loop *loop); /* why there is no future of it: none running, closed, no memory */
/*
 * What a release begins with where the future may have failed: reports an error that nobody saw; true: the handler has taken a
 * reference, so it stays.
 */
bool caw__future_kept(caw_future *future);
void caw__future_clear(caw_future *future);             /* the common part of every release: frees what it holds */
void caw__future_finish(caw_future *future, int state); /* pending -> state, callbacks scheduled */
/*
 * Fails it, unless it is done: the last context of a task goes as its error is asked for (caw__future_outcome), and a destructor in there
 * may have finished it. Consumes the error.
 */
void caw__future_fail_with(caw_future *future, caw_error *error);
bool caw__future_cancel(caw_future *future, const char *message); /* the plain kind */
void caw__future_add(caw_future *future, caw__node *node);        /* of a pending one */
/* Whether it was there. The node is not in another future's. O(1). */
bool caw__future_remove(caw_future *future, caw__node *node);
/* How a future that is done tells the watches (watch.c) among its callbacks, a circular list. */
extern CAW__TLS void (*caw__watches_done)(caw_future *future, caw__node *tail);
/* Where the value is. */
void               *caw__future_value(caw_future *future); /* where it is, or will be */
static inline void *caw__future_value_inline(caw_future *future)
{
    return (char *)future +
           (future->object.flags & CAW__IS_TASK ? caw__task_value(future->shape) : offsetof(caw_future, value));
}
/* The error of a done future, a new reference; NULL when it has a value. */
caw_error *caw__future_outcome(caw_future *future);
/*
 * The outcome of a done future, as an await sees it: copies the value, or gives the error (a new reference). For who gives back the
 * reference right after: what nobody else can ask for is moved. Its shape says no more how the value is owned, then.
 */
caw_error *caw__future_take_last(caw_future *future, void *out);
bool       caw__future_pass(caw_future *future); /* one more owner of its owned value, or this one; false: no memory */
static inline caw_error *caw__future_take_last_inline(caw_future *future, void *out)
{
    if (CAW__UNLIKELY(future->object.state != CAW__FINISHED)) return caw__future_outcome(future);
    uint32_t shape = future->shape;
    if (CAW__UNLIKELY(CAW__OWNED(shape)) && !caw__future_pass(future)) return caw__error_no_memory();
    caw__result_move(shape, out, caw__future_value_inline(future));
    return NULL;
}
void caw__future_unref(caw_future *future); /* caw_unref, quicker for tasks */
/* A failed future that says why; immortal when there is no memory even for that. Consumes the error. */
caw_any *caw__future_failed(caw_error *error);
caw_any *caw__refuse(caw_any *const *handles, size_t count, caw_error *error); /* the same, having dropped them all */
/* The CancelledError for who was waiting for `future` when that was cancelled, however it ended (_make_cancelled_error). */
caw_error *caw__future_cancellation(caw_future *future);
uint32_t   caw__any_shape(const caw_any *any);
bool       caw__any_fits(const caw_any *any, uint32_t shape); /* its result, if it has one, may be read so */
void       caw__task_step(caw_task *task);                    /* its coroutines, until they suspend or have ended */
void       caw__task_seen(caw_task *task);                    /* somebody was told why it has failed */
void       caw__task_delist(caw_task *task);                  /* it is done: its loop lets go of it */
/* A task's node to the ready queue. */
static inline void caw__task_queue(caw_task *task) { caw__ready_push(task->future.loop, &task->node); }
bool               caw__task_cancel(caw_future *task, const char *message); /* a task's way of caw__type.cancel */
/* The loop ends: asks all its tasks to, in order of creation, by one request, and none is reported for not having ended. */
void caw__tasks_cancel(caw_loop *loop);
/*
 * Nothing it waits for can be cancelled, or it waits for itself by a cycle of awaits: CancelledError at its next step, which a
 * cycle brings about here.
 */
void caw__task_must_cancel(caw_task *task, const char *message, bool in_cycle);
void caw__await_cancelled(caw_task *task); /* it has to be cancelled, and has just begun to wait for something */
/* Gives a forwarding coroutine the shape of what it forwards. */
caw_any *caw__forward(caw_of(void) coroutine, uint32_t shape);
/* ensure_future over untyped awaitables: consumes `any`, gives a future. */
caw_future *caw__ensure_future(caw_any *any, caw_loop *loop, uint32_t shape);
caw_error  *caw__error_taken(const caw_any *any, const caw__desc *by); /* why it cannot be awaited, or made a task of */
void        caw__co_destroy(void *co); /* frees the frame of a coroutine that never ran; nothing of it runs */
/* Takes back the last defer of these two, without calling it; false: there is none. */
bool caw__defer_take(caw__co *co, void (*function)(void *), const void *argument);
/* The async generator whose frame this is. */
static inline caw__object *caw__co_generator(const caw__co *co)
{
    return (caw__object *)(void *)((char *)(uintptr_t)co + CAW__OFFSET((const caw__generator_desc *)(const void *)co->desc));
}
/* The error that is being handled in this frame, or where it is awaited; NULL: none. */
caw_error *caw__error_handled(const caw__co *co);
/* In a step that has thrown an error into the frame that it woke (raise.c), another frame goes on. */
void caw__thrown_goes_on(caw__co *co);
/* Runs until it, or a coroutine above it, suspends or all have ended. */
static inline void caw__co_resume(caw__co *co)
{
    for (;;) {
        __builtin_coro_resume(__builtin_coro_promise(co, _Alignof(caw__co), 1));
        if (CAW__LIKELY(!(co = caw__rt.next))) return;
        caw__rt.next = NULL;
        if (CAW__UNLIKELY(caw__rt.thrown != NULL)) caw__thrown_goes_on(co);
    }
}

/* ---- Generators (generator.c, run/generators.c) ------------------------------------------------------------------------- */

caw_of(void) caw__generators_close(caw_loop *loop); /* before the end of a run: all that have begun, oldest first */
struct caw_generator;
caw_any      *
caw__generator_closing(struct caw_generator *g); /* its aclose, or the task that does it where nobody has it any more */
bool caw__generator_is_left(const struct caw_generator *g); /* such a task is needed, or has not ended */

#endif
