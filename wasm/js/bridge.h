/*
 * Owns: what the C files of the JS host share: the imports they call, the wire form of values, the scratch they answer in, calls.
 * Must not know: anything of a program. Each function here has its other half, of the same name, in js/.
 */
#ifndef CAW_BRIDGE_H
#define CAW_BRIDGE_H

#include "task/task.h"
#include <cawait/js.h>

#ifndef CAW__IMPORT /* else as wasm/emscripten/imports.h has it */
#define CAW__IMPORT(name) __attribute__((import_module("caw"), import_name(#name)))
#endif
#define CAW__EXPORT(name) __attribute__((export_name(#name)))

/*
 * A caw_value as JavaScript reads and writes it: tag at 0, `word` at 4 (bool, int32, or a length), payload at 8 (double, int64,
 * a pointer to bytes, or a handle's id). Bytes that JavaScript hands over are a draft's (draft.c) and the reader's.
 */
typedef struct caw__wire {
    uint32_t tag;
    uint32_t word;
    union {
        uint64_t bits;
        int64_t  as_int64;
        double   as_double;
        void    *data;
        uint32_t id;
    };
} caw__wire;

/* Where both halves put what does not fit into a call's parameters; nothing survives in it across a call. */
extern CAW__TLS caw__wire caw__scratch[4];
/* As words, in order. */
typedef uintptr_t __attribute__((may_alias)) caw__word;
#define CAW__SCRATCH ((caw__word *)(void *)caw__scratch)

/* ---- Host (host.c) -------------------------------------------------------------------------------------------------- */

CAW__IMPORT(wake) void caw__js_wake(void);           /* one microtask: caw_tick(false) */
CAW__IMPORT(pause) void caw__js_pause(void);         /* one macrotask: caw_tick(true) */
CAW__IMPORT(arm) void caw__js_arm(double when);      /* the one timer: caw_timer; INFINITY clears it */
CAW__IMPORT(now) double caw__js_now(void);           /* seconds */
CAW__IMPORT(interrupt) void caw__js_interrupt(void); /* app.interrupt(); only where C asks for it */
CAW__IMPORT(log) void caw__js_log(int level, const char *text, size_t length);

/* The instance's own loop, made when first asked for; NULL without memory. */
caw_loop *caw__js_loop(void);
/* Counts what JavaScript still owes to the loops. */
extern CAW__TLS uint32_t caw__js_pending;
/* A tick is queued in JavaScript, or runs: what becomes ready wakes nobody. Who sets it ends with a turn of its own. */
extern CAW__TLS bool caw__js_ticking;
void                 caw__js_turn(void);
/* Whether a task may be run as a pass of its own, past the queue, once a tick has begun: nothing else is to be done for the loop now. */
bool caw__js_plain(const caw_loop *loop);
bool caw__js_step(caw_task *task); /* true: a turn has to follow, caw__js_turn; else this was the tick */

/* Emscripten's -pthread (emscripten/threads.c): another thread than JavaScript's, where a loop blocks, of whatever is waited for. */
#ifdef __EMSCRIPTEN_PTHREADS__
bool caw__js_elsewhere(void);
int  caw__thread_wait(caw_loop *loop, double deadline);
bool caw__thread_pending(const caw_loop *loop);
void caw__thread_close(caw_loop *loop);
#else
#define caw__js_elsewhere() false
#define caw__thread_wait(loop, deadline) ((void)(loop), (void)(deadline), 0)
#define caw__thread_pending(loop) ((void)(loop), false)
#define caw__thread_close(loop) ((void)(loop))
#endif

/* Asked after each turn and at the end of the instance, main.c's; NULL: nobody. Gives whether something is left for a macrotask. */
extern CAW__TLS bool (*caw__js_after_turn)(bool left);

/* What caw_alloc and caw_free are: blocks that JavaScript fills and C frees, or the other way round. */
void *caw__js_alloc(size_t size);
void  caw__js_free(void *block);

/* ---- Handles and values (wire.c) -------------------------------------------------------------------------------------- */

struct caw_js {
    caw__object object;
    uint32_t    id;
};

CAW__IMPORT(js_refuse) void caw__js_refuse(void); /* keeps a MemoryError as what js_error takes */
CAW__IMPORT(js_drop) void caw__js_drop(uint32_t id);
CAW__IMPORT(js_error) uint32_t caw__js_error_take(void); /* fills scratch as caw__js_failure reads it */

/* A handle for an id that JavaScript has made (0: none); NULL without memory, and then the id is given back. */
caw_js  *caw__js_adopt(uint32_t id);
uint32_t caw__js_id(const caw_js *js);
/* A failure that JavaScript wrote to scratch: [0] kind, errno, message; [1] id of the value. Never NULL. */
caw_error *caw__js_failure(void);
/* To the wire (borrows; false: a string that could not be made) and from it (takes over; false: no memory). */
bool caw__wire_put(caw__wire *wire, const caw_value *value);
bool caw__wire_take(const caw__wire *wire, caw_value *value);
/* Stores what the wire holds as a result of type `code`; false: no memory. */
bool caw__wire_store(const caw__wire *wire, char code, void *out);
/* A result of any type that can cross: a plain one as it is at `bits`, the others as a value. */
void caw__wire_load(caw__wire *wire, uint32_t shape, const void *value);

/* ---- The async context (context.c) ------------------------------------------------------------------------------------------ */

/* In a file that calls JavaScript of the program's: links context.c. */
extern const char caw__js_context_here;
#define CAW__CALLS_OUT static const char *const calls_out __attribute__((used)) = &caw__js_context_here;

/* ---- Text from JavaScript (draft.c) ----------------------------------------------------------------------------------------- */

/* In a file that takes some: links draft.c. */
extern const char caw__js_draft_here;
#define CAW__TAKES_TEXT static const char *const takes_text __attribute__((used)) = &caw__js_draft_here;
/* The string that these are the bytes of. */
#define CAW__STRING_AT(bytes) ((caw_string *)(void *)((char *)(bytes) - offsetof(caw_string, data)))

/* ---- Calls (export.c, main.c) --------------------------------------------------------------------------------------------- */

/* A call that waits. `slot` is JavaScript's: where the promise is; it is written when the start has answered. */
typedef struct caw__call {
    caw__node   node;
    caw_future *future;
    void       *block;
    uint32_t    slot;
} caw__call;

/* What a start answers; anything else: the call, pending. KEPT: done, and to be told when the result was read. */
enum { CAW__CALL_DONE, CAW__CALL_FAILED, CAW__CALL_KEPT };

/* As every call is begun: up to its first wait at once. */
extern const caw_spawn_options caw__call_options;
/* Gives back what a call's arguments borrow, when it has ended. NULL is ignored. */
void caw__arguments_free(uint32_t *block);
/* An owned result that JavaScript reads at once, until it says that it has (caw_result). */
void caw__result_keep(uint32_t shape, const void *value);
/* What caw_js_throw was given (sync.c), or NULL. */
caw_error *caw__js_thrown(void);

/*
 * The result is in scratch[0]. With `failed`, one more than there were requests to cancel it, the pointer of the error is in
 * scratch[0] and JavaScript's to release.
 */
CAW__IMPORT(settle) void caw__js_settle(uint32_t slot, uint32_t failed);

/* Answers JavaScript, once the future is done; or the loop is closed, and nobody is answered. The end of the call. */
void caw__call_done(caw__node *node);
void caw__call_free(caw__call *it);

/* ---- In a worker's instance (workers.c, async_work.c) ----------------------------------------------------------------------- */

extern CAW__TLS caw__desk   caw__js_desk;
extern CAW__TLS caw__parcel caw__js_parcel;

/* ---- Promises (promise.c) ------------------------------------------------------------------------------------------------ */

/* A pending future that a promise will settle; `slot` is JavaScript's. */
typedef struct caw__js_future {
    union {
        caw_future future;
        struct {
            char      head[offsetof(caw_future, value)];
            caw_value result; /* or a smaller one, at the same place */
        };
    };
    caw_js  *promise; /* NULL but for one that was taken (promise.c) */
    uint32_t slot;
    char     code; /* of the result type, see CAW__CODE */
} caw__js_future;

/*
 * A promise that C awaits, but JavaScript does not know it yet: it learns of it when the present entry returns. Whatever may add a
 * reaction or run JavaScript before that tells it first, so that reactions keep their order.
 */
extern CAW__TLS caw__js_future *caw__js_taken;
void                            caw__js_await_taken(void) __attribute__((weak)); /* linked where something can be taken */
static inline void              caw__js_in_order(void)
{
    if (caw__js_taken) caw__js_await_taken();
}

/* A loop that C made is closed: what JavaScript owes to it is let go of. At the end of the instance it forgets all by itself. */
void caw__js_loop_gone(caw_loop *loop) __attribute__((weak)); /* linked where a promise is awaited */
/* Whether the instance is at its end. */
bool caw__js_over(void);

/* One to give to JavaScript, which gets a reference of its own; NULL without memory or loop. */
caw__js_future *caw__js_future_new(char code, uint32_t shape);
/* Hands it out, once JavaScript has said which slot it is in (0: it refused, and has an error to give). */
caw_any *caw__js_future_out(caw__js_future *future, uint32_t slot);

#endif
