/*
 * Owns: the private structs that several files of src share, and the functions between them (caw__).
 * Must not know: anything of a host but host.h. Programs and hosts never include this; tests/c may.
 */
#ifndef CAW_INTERNAL_H
#define CAW_INTERNAL_H

#include "host.h"
#include <cawait/context.h>
#include <cawait/coro.h>
#include <cawait/future.h>
#include <cawait/task.h>
#include <cawait/try.h>
#include <math.h>
#include <string.h>

/* What a file that is never in a hurry begins with: small code, a third less of it. */
#define CAW__COLD _Pragma("clang attribute push(__attribute__((minsize)), apply_to = function)")
#define CAW__COLD_END _Pragma("clang attribute pop")

/* ---- Objects (object.c) --------------------------------------------------------------------------------------------- */

typedef struct caw_future caw_future;

/* What kind of counted object: how it is freed, and for futures how it is cancelled (NULL: as a plain future). */
typedef struct caw__type {
    const char *name;
    void (*release)(void *object);
    bool (*cancel)(caw_future *future, const char *message);
} caw__type;

#define CAW__CONTAINER(pointer, type, member) ((type *)(void *)((char *)(pointer) - offsetof(type, member)))

extern CAW__TLS uint32_t caw__set_aside; /* blocks that the checked build keeps: not alive for caw_get_stats */

/* Counted blocks (alloc.c); pooled. NULL without memory. The inline ones are for hot paths: each use is 50 bytes of code. */
void               *caw__alloc(size_t size);
void                caw__free(void *block, size_t size);
static inline void *caw__alloc_inline(size_t size)
{
    void *block = NULL;
#if CAW__POOLED
    size_t class = (size - 1) / CAW__POOL_STEP;
    if (CAW__LIKELY(class < CAW__POOL_CLASSES) && CAW__LIKELY((block = caw__rt.pool[class]) != NULL)) {
        caw__rt.pool[class] = *(void **)block;
        caw__rt.blocks++;
        return block;
    }
#endif
    block = caw__block_new(size);
    if (block) caw__rt.blocks++;
    return block;
}
static inline void caw__free_inline(void *block, size_t size)
{
    caw__rt.blocks--;
#if CAW__POOLED
    size_t class = (size - 1) / CAW__POOL_STEP;
    if (CAW__LIKELY(class < CAW__POOL_CLASSES)) {
        *(void **)block = caw__rt.pool[class];
        caw__rt.pool[class] = block;
        return;
    }
#endif
    caw__block_free(block, size);
}

/* A zeroed counted object with one reference; NULL without memory. */
void *caw__object_new(const caw__type *type, uint8_t kind, size_t size);
/* Makes a second owner of a result that was copied. */
void caw__result_share(uint32_t shape, void *value);
/* Nearly all results have 0, 4 or 8 bytes: a copy of a size that varies costs 10 ns on wasm. */
static inline void caw__result_move(uint32_t shape, void *to, const void *from)
{
    switch (shape & CAW__SIZE) {
    case 0: return;
    case 4: memcpy(to, from, 4); return;
    case 8: memcpy(to, from, 8); return;
    default: memcpy(to, from, shape & CAW__SIZE);
    }
}
static inline void caw__result_copy(uint32_t shape, void *to, const void *from)
{
    caw__result_move(shape, to, from);
    if (CAW__UNLIKELY(shape > CAW__SIZE)) caw__result_share(shape, to);
}

/* ---- Errors (error.c) ------------------------------------------------------------------------------------------------ */

caw_error *caw__error_generator_exit(void); /* immortal */
caw_error *caw__error_stop_iteration(void); /* immortal */
caw_error *caw__error_cancelled(void);      /* immortal, without a message */
caw_error *caw__error_no_memory(void);      /* immortal */
bool       caw__error_is_static(const caw_error *error);
void       caw__error_set_context(caw_error *error, caw_error *context); /* consumes the context */
bool       caw__error_has_message(const caw_error *error);
/*
 * On its way into a task a CancelledError is told whether that was asked to end. `shared`: it comes out of a future that gives the
 * same one to all who ask; it is copied then.
 */
caw_error *caw__error_arrives(caw_error *error, bool asked, bool shared);
/* The JavaScript value an error came from, so that it goes back as the same object. set consumes, the other borrows. */
void    caw__error_set_js(caw_error *error, caw_js *js);
caw_js *caw__error_js(const caw_error *error);

/* ---- Ready nodes (loop.c) ------------------------------------------------------------------------------------------- */

/* Anything that can be ready; embedded in what it wakes, so that nothing is allocated to wake it. */
typedef struct caw__node {
    struct caw__node *next; /* NULL: in no list */
    void (*run)(struct caw__node *node);
    struct caw__node
        *previous; /* in a pending future's callbacks only; NULL: it is in no future's, nor was since it left one */
} caw__node;
#define CAW__NODE(function) {.run = (function)}

typedef void caw__node_run(caw__node *node);

/* ---- Timers (timer.c): an intrusive pairing heap by (when, seq) ------------------------------------------------------- */

typedef struct caw__timer {
    double             when;
    uint32_t           seq;
    struct caw__timer *child, *sibling;
    struct caw__timer
             *back; /* previous sibling, or the parent of the first child; itself for the root; NULL: not in the heap */
    caw__node node; /* goes to the ready queue when due */
} caw__timer;

typedef struct caw__timers {
    caw__timer *root;
    caw__timer *fresh; /* those whose `when` still counts from the next look at the clock; each is its own child */
    uint32_t    seq;
    uint32_t    count;
} caw__timers;

void                      caw__timers_add(caw__timers *timers, caw__timer *timer);
void                      caw__timers_add_fresh(caw__timers *timers, caw__timer *timer);
void                      caw__timers_stamp(caw__timers *timers, double now); /* the fresh ones are so no more */
void                      caw__timers_remove(caw__timers *timers, caw__timer *timer);
static inline caw__timer *caw__timers_first(const caw__timers *timers) { return timers->root; }

/* How a loop ends its async generators; by pointers, so that generator.c is linked only where there are any. */
typedef struct caw__generators {
    caw_of(void) (*shutdown)(caw_loop *loop); /* before the end of a run */
    void (*forget)(caw_loop *loop);           /* it is closed */
} caw__generators;

/* ---- The loop ------------------------------------------------------------------------------------------------------------ */

/*
 * Runs the next job in a way of its own: measured, or after an interrupt was seen to. `node` is off the batch already; false: it was
 * put back, and the turn ends here.
 */
typedef bool caw__attention(caw_loop *loop, caw__node *node);

struct caw_loop {
    caw__node             *ready, *ready_tail; /* the next pass */
    caw__node             *batch;              /* the rest of the present pass; kept when a budget ends it in the middle */
    caw__attention        *attention;          /* NULL: jobs just run. caw_interrupt sets it, in a signal handler perhaps */
    caw__timers            timers;
    double                 now;                /* the clock as last read, some jobs ago */
    double                 armed;              /* what the host was told by caw__host_arm */
    struct caw_task       *tasks, *tasks_tail; /* pending ones in order of creation */
    struct caw_generator  *generators;         /* that have begun and not ended, newest first */
    struct caw__tie       *ties;               /* to be cut when it is closed */
    const caw__generators *generators_end;     /* once there have been any */
    caw_loop              *next;               /* caw__loops; of a loop just closed, still the one behind it */
    caw_budget             budget;
    double                 slow;                            /* debug: report steps longer than this; 0: off */
    void (*tell)(caw_loop *loop, const caw_report *report); /* calls the handler; NULL: there is none */
    caw_exception_handler *handler;
    void                  *handler_data;
    uint32_t               refs; /* futures, tasks and handles that point here; a closed loop is freed with the last */
    uint32_t               task_names;
    /* Who makes tasks (factory.c); NULL: caw__spawn itself */
    caw_any *(*make_task)(caw_loop *loop, caw_any *coroutine, uint32_t shape, const caw_spawn_options *options);
    caw_task_factory *factory;
    void             *factory_data;
    /* Of a run (run.c) */
    void (*task_failed)(struct caw_task *task); /* KeyboardInterrupt and SystemExit end the run; NULL: there is none */
    caw_error        *raised;                   /* such an error on its way out */
    struct caw_task  *main;                     /* whom the first interrupt cancels; NULL: it ends the run */
    volatile uint32_t interrupts;               /* asked for in the present run, or in the one just over */
    uint32_t          interrupts_seen;
    bool              running, turning, woken, stopping, closed, eager, debug;
    bool              retimed; /* a timer was started or stopped in the present turn */
};

extern CAW__TLS caw_loop *caw__running;
extern CAW__TLS caw_loop *caw__loops; /* the thread's open ones, oldest first */

void               caw__loop_wake(caw_loop *loop); /* tells the host, unless it knows */
static inline void caw__ready_push(caw_loop *loop, caw__node *node)
{
    caw__node *tail = loop->ready_tail;
    node->next = NULL;
    loop->ready_tail = node;
    if (CAW__LIKELY(loop->ready != NULL)) {
        tail->next = node;
        return;
    }
    loop->ready = node;
    if (!loop->turning) caw__loop_wake(loop);
}
/* Appends a circular list (given by its tail) to the ready queue. */
void caw__ready_splice(caw_loop *loop, caw__node *tail);
/* How jobs run when nothing but debug mode asks for attention. */
void caw__loop_attend(caw_loop *loop);
/* Takes a node out of whichever ready list holds it; true when it was there. O(length). */
bool caw__ready_remove(caw_loop *loop, const caw__node *node);
void caw__timer_start(caw_loop *loop, caw__timer *timer, double when);
/*
 * Due so many seconds after the loop's next look at the clock: at the end of its turn, or some jobs or 2 ms before. Looking at the
 * clock costs 50 ns and more, and most limits are gone before it happens. Others that start later are due later all the same.
 */
void               caw__timer_start_in(caw_loop *loop, caw__timer *timer, double seconds);
static inline bool caw__timer_fresh(const caw__timer *timer) { return timer->child == timer; }
/* The time, exactly, for a timer to count from. */
double    caw__loop_clock(caw_loop *loop);
void      caw__timer_stop(caw_loop *loop, caw__timer *timer);
caw_loop *caw__loop_ref(caw_loop *loop);
void      caw__loop_unref(caw_loop *loop);
/* Runs `loop` as the thread's running one for the time of a call from outside (an eager start); returns what to give to leave. */
caw_loop *caw__loop_enter(caw_loop *loop);
void      caw__loop_leave(caw_loop *loop, caw_loop *previous);

/* ---- Running to the end (run.c) ------------------------------------------------------------------------------------------ */

/* Why `loop` cannot be run now; NULL: it can. */
caw_error *caw__run_refusal(const caw_loop *loop);
/* Runs until `future` is done; the pass in which its callbacks run is the last. NULL, or what ended the run before. */
caw_error *caw__run_until_done(caw_loop *loop, struct caw_future *future);
/* The same, and its outcome: the value to *out, unless `out` is NULL, or the error. Gives back a reference. */
caw_error *caw__run_outcome(caw_loop *loop, struct caw_future *future, void *out);

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
    CAW__SEEN = 1024,         /* among the handles given, see members.h */
    CAW__ASKED = 4096,        /* task: cancelled by somebody, and what it awaits has not answered yet */
    CAW__SELF_AWAITED = 2048, /* task: awaited itself once; nobody can await it until it is done */
    CAW__CALLED = 512,  /* task: a host waits for it, whose callback, if there is no other, is run at once: no task sees that */
    CAW__UNRAISED = 128 /* cancelled: the stored CancelledError was not handed out yet */
};

struct caw_future {
    caw__object object;
    caw_loop   *loop;
    caw__node  *callbacks; /* tail of a circular list */
    caw_error  *error;     /* FAILED: why. CANCELLED: the CancelledError, NULL when it has no message. A task that did not end
                              so: the one that it was last to be thrown, for its message (which may be none: NULL) */
    uint32_t    shape;
};

/*
 * Where a future's value is: after the caw_future, or the caw_task, aligned to 8. A struct that extends caw_future has it as its
 * first field, _Alignas(8).
 */
#define CAW__ALIGN8(n) (((n) + 7) & ~(size_t)7)

typedef struct caw_task {
    caw_future future;
    caw__node  node; /* wakes it; when it waits on a future, this is its entry in that future's callbacks */
    caw__co   *top;  /* the innermost suspended coroutine; NULL once ended */
    caw__slot *slot; /* of top's await: where the outcome goes; NULL: a bare yield or the first step */
    union {
        void      *out;
        caw_error *last_cancel; /* once it has failed: what future.error was before */
    };
    caw_future      *waiting;         /* what it waits for, a reference; NULL: nothing */
    caw__slot        root;            /* where the outermost coroutine puts its outcome */
    caw_context     *context;         /* NULL: empty so far */
    const caw__desc *desc;            /* of the outermost coroutine */
    struct caw_task *previous, *next; /* loop->tasks */
    uintptr_t        name;            /* a caw_string *, or number * 2 + 1 while it is "Task-<number>" */
    uint32_t         cancelling;
} caw_task;

static inline caw_future *caw__as_future(const caw_any *any)
{
    return any->kind == CAW__FUTURE ? (caw_future *)(uintptr_t)any : NULL;
}
static inline caw_task *caw__as_task(const caw_any *any)
{
    return any->kind == CAW__FUTURE && (any->flags & CAW__IS_TASK) ? (caw_task *)(uintptr_t)any : NULL;
}

/* The size of a struct (caw_future or caw_task) with a value of this shape behind it. */
static inline size_t caw__size_with(size_t size, uint32_t shape) { return CAW__ALIGN8(size) + (shape & CAW__SIZE); }
/* Makes a future of uninitialized memory; the loop is not NULL. */
static inline void caw__future_init(caw_future *future, const caw__type *type, caw_loop *loop, uint32_t shape, uint16_t flags)
{
    future->object = (caw__object){.kind = CAW__FUTURE, .flags = flags, .refs = 1, .type = type};
    future->loop = loop;
    loop->refs++;
    future->callbacks = NULL;
    future->error = NULL;
    future->shape = shape;
}
extern const caw__type caw__future_type; /* a plain one */
/* A pending future at the head of an object of `size` bytes, value included; NULL without memory or loop. */
caw_future *caw__future_make(const caw__type *type, caw_loop *loop, uint32_t shape, size_t size);
void        caw__future_clear(caw_future *future); /* the common part of every release: reports, frees what it holds */
void        caw__future_finish(caw_future *future, int state);           /* pending -> state, callbacks scheduled */
bool        caw__future_cancel(caw_future *future, const char *message); /* the plain kind */
void        caw__future_add(caw_future *future, caw__node *node);        /* of a pending one */
/* Whether it was there. The node is not in another future's. O(1). */
bool caw__future_remove(caw_future *future, caw__node *node);
/* Where the value is. */
static inline void *caw__future_value(caw_future *future)
{
    return (char *)future + CAW__ALIGN8(future->object.flags & CAW__IS_TASK ? sizeof(caw_task) : sizeof(caw_future));
}
/* The error of a done future, a new reference; NULL when it has a value. */
caw_error *caw__future_outcome(caw_future *future);
/* The outcome of a done future, as an await sees it: copies the value, or gives the error (a new reference). */
caw_error               *caw__future_take(caw_future *future, void *out);
static inline caw_error *caw__future_take_inline(caw_future *future, void *out)
{
    if (CAW__UNLIKELY(future->object.state != CAW__FINISHED)) return caw__future_outcome(future);
    caw__result_copy(future->shape, out, caw__future_value(future));
    return NULL;
}
void caw__future_unref(caw_future *future); /* caw_unref, quicker for tasks */
/* A failed future that says why; immortal when there is no memory even for that. Consumes the error. */
caw_any   *caw__future_failed(caw_error *error);
caw_any   *caw__refuse(caw_any *const *handles, size_t count, caw_error *error); /* the same, having dropped them all */
caw_error *caw__cancelled_error(const char *message);
/* The CancelledError for who was waiting for `future` when that was cancelled, however it ended (_make_cancelled_error). */
caw_error *caw__future_cancellation(caw_future *future);
uint32_t   caw__any_shape(const caw_any *any);
void       caw__task_run(caw__node *node);   /* a task's node, when it is its turn */
void       caw__task_resume(caw_task *task); /* its coroutines, until they suspend or have ended */
void       caw__task_delist(caw_task *task); /* it is done: its loop lets go of it */
/* The task that waits for `future`, if nothing else watches it. */
static inline caw_task *caw__future_sole_task(const caw_future *future)
{
    caw__node *node = future->callbacks;
    return node && node->next == node && node->run == caw__task_run ? CAW__CONTAINER(node, caw_task, node) : NULL;
}
/* A task's node to the ready queue. */
static inline void caw__task_queue(caw_task *task) { caw__ready_push(task->future.loop, &task->node); }
bool               caw__task_cancel(caw_future *task, const char *message); /* a task's way of caw__type.cancel */
void               caw__await_cancelled(caw_task *task); /* it has to be cancelled, and has just begun to wait for something */
/* Gives a forwarding coroutine the shape of what it forwards. */
caw_any *caw__forward(caw_of(void) coroutine, uint32_t shape);
/* ensure_future over untyped awaitables: consumes `any`, gives a future. */
caw_future *caw__ensure_future(caw_any *any, caw_loop *loop, uint32_t shape);
void        caw__co_destroy(caw__co *co); /* frees the frame of a coroutine that never ran; nothing of it runs */
/* Takes back the last defer of these two, without calling it; false: there is none. */
bool caw__defer_take(caw__co *co, void (*function)(void *), const void *argument);
/* The async generator whose frame this is. */
static inline caw__object *caw__co_generator(const caw__co *co)
{
    return (caw__object *)(void *)((char *)(uintptr_t)co + ((const caw__generator_desc *)(const void *)co->desc)->offset);
}
/* Runs until it, or a coroutine above it, suspends or all have ended. */
static inline void caw__co_resume(caw__co *co)
{
    for (;;) {
        __builtin_coro_resume(__builtin_coro_promise(co, _Alignof(caw__co), 1));
        if (CAW__LIKELY(!(co = caw__rt.next))) return;
        caw__rt.next = NULL;
    }
}

/* ---- Queues (queue.c) ------------------------------------------------------------------------------------------------------- */

struct caw_queue;
bool        caw__queue_reserve(struct caw_queue *queue, size_t capacity); /* room for so many items; false without memory */
caw_future *caw__queue_getter(const struct caw_queue *queue); /* that of the first who waits for an item; NULL: nobody */

/* ---- Contexts ------------------------------------------------------------------------------------------------------------- */

extern CAW__TLS caw_context *caw__context; /* current; NULL: empty so far */
/* A copy to run in later, NULL when there is nothing in it; 0 or -CAW_MEMORY_ERROR. */
int caw__context_snapshot(const caw_context *context, caw_context **copy);

/* ---- Text (format.c) -------------------------------------------------------------------------------------------------------- */

size_t caw__format(char *buffer, size_t size, const char *format, ...) CAW__PRINTF(3, 4);
size_t caw__formatv(char *buffer, size_t size, const char *format, va_list args);

/* Text that grows in a buffer, which it may exceed: the length counts what did not fit, too. */
typedef struct caw__text {
    char  *buffer;
    size_t size, length;
} caw__text;
void caw__say(caw__text *out, const char *format, ...) CAW__PRINTF(2, 3);

/* The checked build's part in closing a loop (check.c); NULL unless something was compiled checked. */
extern CAW__TLS void (*caw__check_close)(caw_loop *loop);

#endif
