/*
 * Owns: what a coroutine's frame consists of, and where its outcome goes: the part of the ABI that a program's async functions and the
 * library share. Included by coro.h.
 * Must not know: how an async function is written (coro.h).
 */
#ifndef CAWAIT_FRAME_H
#define CAWAIT_FRAME_H

#include <cawait/error.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct caw__co caw__co;

/*
 * What a frame's end calls, last added first. An error that is being handled in the frame stands before all of them, without a
 * function: what is raised meanwhile, here or in what is awaited from here, finds its context so (raise.c).
 */
typedef struct caw__defer {
    struct caw__defer *next;
    void (*function)(void *);
    void *argument;
} caw__defer;

/*
 * Where an awaited coroutine puts its outcome; lives in the awaiter's frame. waiter is the awaiter, with bit 0 set while the
 * awaiter is still on the stack below (the child ran inline so far, or what is awaited is no coroutine), and bit 1 alone once a child
 * has ended that ran inline. A task's own slot has both bits set until its outermost coroutine has ended, and that one's description
 * for an awaiter; the end counts it up as any other, to none of the bits.
 */
typedef struct caw__slot {
    uintptr_t waiter;
    union {
        caw_error *error; /* owned */
        void      *out;   /* while the task waits for a future (caw_task.waiting): where the result goes */
    };
} caw__slot;
#define CAW__INLINE ((uintptr_t)1)
#define CAW__DONE ((uintptr_t)2)
#define CAW__ROOT (CAW__INLINE | CAW__DONE)

/* How a body or a block is left. */
enum { CAW__STAY, CAW__RAISING, CAW__RETURNING };

/* In caw__co.state. */
enum {
    CAW__TOLD = 1,      /* the checked build has reported it */
    CAW__GENERATOR = 2, /* an async generator's: kept by references, FRESH again after each yield */
    CAW__DEEP = 4       /* begins by the step in which an error was thrown into another frame, see caw__runtime.thrown */
};

/* The promise of a frame. `out` is where the result goes; before the start, a forwarding coroutine keeps its shape there. */
struct caw__co {
    uint8_t kind;
    uint8_t state;
    uint8_t
        depth; /* how many awaits it was started inside of, since the step began; at first, with line, whose it is (checked) */
    uint8_t line; /* of the await where it stands, counted from the function's; CAW__BELOW: further, and desc a caw__below's */
    const caw__desc *desc;
    caw__slot       *slot;
    void            *out;
    caw__defer      *defers;
};

/* What an await is described by that stands far below the first line of its function: as any is, and as a caw__generator_desc. */
#define CAW__BELOW 255
typedef struct caw__below {
    uintptr_t           line;
    caw__generator_desc function;
} caw__below;
void caw__stands_below(caw__co *self, caw__below *far);

/* What the running thread is doing; the pool is here so that one address serves both. */
typedef struct caw__runtime {
    caw__co         *next; /* whom the task's step resumes when the present coroutine returns to it */
    struct caw_task *task; /* the current task */
    caw__co *thrown; /* the frame that the present step has thrown an error into, or the one above it that goes on; or NULL */
    uint32_t blocks; /* other blocks alive */
    void    *pool[CAW__POOL_CLASSES];
} caw__runtime;
extern CAW__TLS caw__runtime caw__rt;

/* Beyond this many nested inline awaits a child is started by the task's step instead, so recursion is bounded by memory. */
#define CAW__DEPTH 200

int                               caw__await_yield(caw__co *self, caw__slot *slot);
int                               caw__await_slow(caw__co *self, caw_any *any, caw__slot *slot, void *out);
void                              caw__defer_run(caw__co *self);
int                               caw__defer_push(caw__co *self, void (*function)(void *), const void *argument);
void                              caw__result_drop(uint32_t shape, void *value);
void                              caw__result_lose(uint32_t shape, uint64_t first, uint64_t second, uint64_t third);
caw_error                        *caw__error_no_result(const caw__desc *desc);
extern const caw_any              caw__null;             /* what stands for a NULL that is awaited */
extern CAW__TLS struct caw_future caw__no_memory_future; /* immortal, each thread's own; failed with MemoryError */
#define caw__no_memory ((caw_any *)(void *)&caw__no_memory_future)
caw_error *caw__raised(const caw__co *self, caw_error *error); /* its context is what is being handled; NULL: TypeError */
caw_error *caw__error_chained(const caw__co *self, caw_error *error);               /* thrown into the frame */
caw_error *caw__error_leaves(const caw__co *self, caw_error *error, unsigned line); /* which line raised it, or awaited it */

static inline void caw__handle(caw__co *self, caw__defer *mark, caw_error *error)
{
    mark->next = self->defers;
    mark->function = NULL;
    mark->argument = error;
    self->defers = mark;
}
static inline void caw__handled(caw__co *self, caw__defer *mark)
{
    if (self->defers == mark) self->defers = mark->next;
}

#ifdef CAW_CHECKED
void caw__check_born(caw__co *self);
void caw__check_spent(caw__co *self, void *block, size_t size);
#define CAW__BORN(self) caw__check_born(self)
#define CAW__FREE(self, block, size) caw__check_spent(self, block, size)
#else
#define CAW__BORN(self) ((void)0)
#define CAW__FREE(self, block, size) caw__frame_free(block, size)
#endif

#ifdef __cplusplus
}
#endif
#endif
