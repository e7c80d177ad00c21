/*
 * Owns: the one seam between the core and the world. A host is a folder in wasm/ that defines all of these; a program is linked
 * with exactly one. The core calls nothing else outside itself but memcpy, strlen and their like.
 * Must not know: which hosts there are.
 *
 * Two kinds of host: a blocking one (sim, native, wasi, wasip2) implements caw__host_wait and is driven by caw_run; a driven one (js) cannot
 * block: it answers wake and arm by calling caw_loop_turn later, from its own event loop. wasip3 is both: it drives CAW_MAIN and exported
 * functions, and blocks in a program's own main.
 * None of these may call back into the core before returning.
 */
#ifndef CAW_HOST_H
#define CAW_HOST_H

#include <cawait/address.h>
#include <cawait/loop.h>

/* Seconds, monotonic, any epoch. Read at least once a turn, so it should be cheap. */
double caw__host_now(void);

/*
 * The loop, idle so far, has ready work: arrange a caw_loop_turn soon. Called once until that turn begins, never during a turn.
 * Blocking hosts may ignore that; they get it also from caw_interrupt, in a signal handler perhaps, at any time: where there are
 * signals, a wait that goes on or begins then returns at once.
 */
void caw__host_wake(caw_loop *loop);

/*
 * The earliest timer is now due at `when` (INFINITY: there is none any more): arrange a turn then. Called when a turn or the
 * code outside it leaves another head of the heap than it found, so one host timer serves all. Blocking hosts ignore it.
 */
void caw__host_arm(caw_loop *loop, double when);

/*
 * Blocks until an event of the host's was delivered to `loop` or `deadline` has passed; a deadline in the past only polls.
 * Returns 0; -CAW_RUNTIME_ERROR when it cannot block at all; -CAW_EOF_ERROR when deadline is INFINITY and no event can ever come
 * (the core then reports the deadlock).
 */
int caw__host_wait(caw_loop *loop, double deadline);

/* Whether caw__host_wait can block; asked before a loop is run. */
bool caw__host_blocks(void);

/*
 * Whether something of the host's is pending that may still wake the loop (an open read, a promise): tells waiting from deadlock.
 */
bool caw__host_pending(const caw_loop *loop);

/*
 * Interrupts the program that the host itself runs, as Ctrl-C would (CAW_MAIN where it cannot block); returns whether there is one.
 */
bool caw__host_interrupt(void);

/*
 * A run of caw_run and its like begins in this thread, which caw__host_wait will block, or is over: meanwhile Ctrl-C is caw_interrupt, where
 * there is one that nobody has taken.
 */
void caw__host_runs(caw_loop *loop, bool runs);

/* Linked with the first async generator, and called by nobody in here: what a host whose program ends without a run needs for them. */
void caw__host_generators(void);

/* The loop is being closed: forget it, disarm its timer, drop what was pending for it. */
void caw__host_close(caw_loop *loop);

/* A line of text (no newline) for the developer: level 0 = information, 1 = warning, 2 = error. Must not fail. */
void caw__host_log(int level, const char *text, size_t length);

/*
 * Memory, in realloc's shape: `block` NULL allocates, `size` 0 frees and returns NULL; NULL means failure and leaves `block` as it
 * was. Aligned to 16. The core asks for chunks and for what is larger than a kilobyte; see caw_set_allocator.
 */
void *caw__host_memory(void *block, size_t old_size, size_t size);

/* Ends the program after a defect that cannot be survived; the text was logged. */
_Noreturn void caw__host_abort(void);

/* ---- Operations ------------------------------------------------------------------------------------------------------------ */

/*
 * What the host does in its own time. The core owns it, and keeps it and all that it was started with in place until it is done or
 * cancelled. A function that starts one gives its result, and `done` is not called; or CAW__UNDER_WAY, and `done` is called once: in
 * caw__host_wait, or before a turn, never inside a call of the core's. In `done` the core only makes nodes ready. While one is pending,
 * caw__host_pending says so of its loop. It is all zero before its first start, but for `loop` and `done`; `result` is the host's to set as
 * it calls `done`, not before.
 *
 * No data is under way in an operation, so that giving one up loses nothing: one waits until a socket is ready, and then sends or
 * receives at once. Completion hosts (js, wasip3) keep what came early, and what is still to go, themselves, a piece each.
 */
typedef struct caw__op {
    caw_loop *loop;
    void (*done)(struct caw__op *op);
    ptrdiff_t result; /* 0 or more, or -errno */
    /* The host's, from the start until done or cancelled. */
    struct caw__op *next, *previous;
    intptr_t        words[3];
} caw__op;
#define CAW__UNDER_WAY PTRDIFF_MIN

/* `done` will not be called. False: it is done already, or never was pending. */
bool caw__host_cancel(caw__op *op);

/* ---- Sockets: a host without any gives -ENOTSUP at each ---------------------------------------------------------------------- */

typedef intptr_t caw__socket; /* or -errno; all are non-blocking, and none outlives the program's end */

typedef enum caw__socket_kind { CAW__TCP, CAW__UDP } caw__socket_kind;
typedef enum caw__socket_option {
    CAW__REUSE_ADDRESS, /* before bind, as the next two */
    CAW__REUSE_PORT,
    CAW__ONLY_IPV6,
    CAW__NO_DELAY,
    CAW__KEEP_ALIVE,
    CAW__BROADCAST
} caw__socket_option;
enum { CAW__TO_READ = 1, CAW__TO_WRITE = 2 };

/* What is missing when sockets are refused, and what to do about it; NULL: nothing is. For the error's message. */
const char *caw__host_no_sockets(void);

caw__socket caw__host_socket(caw_family family, caw__socket_kind kind);
int         caw__host_socket_set(caw__socket socket, caw__socket_option option, int value); /* 0 or -errno */
/* The own address, or that of the other side. 0 or -errno. */
int caw__host_socket_address(caw__socket socket, bool peer, caw_address *address);
/* Gives up what waits for it, too: there is none when it is called. `reset`: without sending what is still to go. */
void caw__host_socket_close(caw__socket socket, bool reset);
int  caw__host_socket_shutdown(caw__socket socket); /* the writing half, behind what was sent. 0 or -errno */

/* Texts, of which the host keeps what it needs; PEM. */
typedef struct caw__tls {
    const char *name;       /* of a client: whom the other side's certificate is to be for */
    const char *ca;         /* of a client: whose certificates are trusted; NULL: as the host has it */
    const char *cert, *key; /* of a server; NULL: it is a client */
} caw__tls;

/*
 * Before bind, or connect: what goes through it, or through those that it accepts, goes through TLS; a connection is there once the
 * handshake is over. 0; -ENOTSUP: this host has no TLS; -EPROTO, as of connect when the handshake fails.
 */
int caw__host_socket_secure(caw__socket socket, const caw__tls *tls);
/* What the last -EPROTO was about, until the next; NULL: nothing. */
const char *caw__host_tls_failure(void);

/*
 * Standard input (0), which can only be received from, output (1) or error (2), which can only be sent to: waited for and closed as a
 * connection, but closing it leaves the machine's own open. One at a time of each number. -ENOTSUP: there is none here.
 */
caw__socket caw__host_standard(int number);

/*
 * Addresses of a name, most wanted first: their number, at most `room`; -EAI_... is no errno, so a name that does not resolve gives
 * -ENOENT. `host` NULL: this machine's; with `passive`: all its interfaces. The text is copied.
 */
ptrdiff_t caw__host_resolve(caw__op *op, const char *host, uint16_t port, caw_family family, bool passive,
                            caw_address *addresses, size_t room);
ptrdiff_t caw__host_bind(caw__op *op, caw__socket socket, const caw_address *address);    /* copied. 0 */
ptrdiff_t caw__host_listen(caw__op *op, caw__socket socket, int backlog);                 /* 0 */
ptrdiff_t caw__host_connect(caw__op *op, caw__socket socket, const caw_address *address); /* copied. 0 */
/*
 * Until the next call may read (accept, receive), or write (send), or fail: 0. One operation a socket and direction at a time. As
 * poll: it may say so in vain.
 */
ptrdiff_t caw__host_ready(caw__op *op, caw__socket socket, int direction);

/* At once: -EAGAIN when it is not ready. Several may be there when it is. */
caw__socket caw__host_accept(caw__socket listener, caw_address *peer);
/* How many bytes; of TCP 0 at the end. `from`: of UDP, who sent them; NULL: nobody asks. */
ptrdiff_t caw__host_receive(caw__socket socket, void *data, size_t size, caw_address *from);
/* How many bytes were taken. `to`: of UDP, for whom; NULL: for the connected peer. */
ptrdiff_t caw__host_send(caw__socket socket, const void *data, size_t size, const caw_address *to);

/* ---- Workers: a host without any has 0 kinds, and is not asked for more ------------------------------------------------------ */

enum { CAW__WORKER_THREADS = 1, CAW__WORKER_INSTANCES = 2 };
int    caw__host_worker_kinds(void); /* which of them it has */
size_t caw__host_worker_count(void); /* how many at once make sense here: 1 or more */
/* Of the kind that was asked for and is missing: what to do about it. For the error's message. */
const char *caw__host_no_workers(int kind);

/* Bytes on their way between a loop and a worker, a block of caw__host_memory. Who has got them frees it. */
typedef struct caw__parcel {
    void  *data; /* NULL: there was no memory for it */
    size_t size, room;
} caw__parcel;

/* What is told to work that goes on, and what it tells: a block of caw__host_memory that begins with this; who has got it frees it. */
typedef struct caw__memo {
    struct caw__memo *next; /* the host's, until it is heard */
    size_t            size, room;
    uint32_t          what; /* the core's */
} caw__memo;
/* Several, in the order in which they came. Zeroed there are none. */
typedef struct caw__memos {
    caw__memo *first, *last;
} caw__memos;
static inline void caw__memos_add(caw__memos *memos, caw__memo *memo)
{
    memo->next = NULL;
    *(memos->first ? &memos->last->next : &memos->first) = memo;
    memos->last = memo;
}
/* The first one, or NULL. */
static inline caw__memo *caw__memos_take(caw__memos *memos)
{
    caw__memo *memo = memos->first;
    if (memo) memos->first = memo->next;
    return memo;
}
static inline void caw__memo_free(caw__memo *memo) /* NULL is ignored */
{
    if (memo) caw__host_memory(memo, memo->room, 0);
}
static inline void caw__memos_free(caw__memos *memos)
{
    for (caw__memo *memo; (memo = caw__memos_take(memos)) != NULL;) caw__memo_free(memo);
}

/* Bytes that belong into a parcel, before the one at `at`, and have not been copied: their owner's, for as long as a call takes. */
typedef struct caw__lent {
    const void *data; /* NULL: there are none */
    size_t      size, at;
} caw__lent;

/*
 * What does one piece of work at a time. The core owns it, as it owns the operation in it, until that is done: with 0, then `parcel` is
 * the answer; or -errno, the worker is lost and has ended, and `parcel` is a text that says why.
 */
typedef struct caw__worker {
    caw__op     op;
    int         kind;
    caw__parcel parcel;
    caw__lent   lent; /* what is missing in a message; never one for a thread */
    intptr_t    id;   /* the host's, from the start to the end */
    void (*heard)(struct caw__worker *worker,
                  struct caw__memo   *memo); /* of what it does: as `done`, but any number of times before */
} caw__worker;

ptrdiff_t caw__host_worker_start(caw__worker *worker); /* 0 or -errno */
/* Takes the parcel, a message, and gives CAW__UNDER_WAY, then what was lent is copied; or -errno. */
ptrdiff_t caw__host_worker_run(caw__worker *worker);
/* For a host that copies it into the parcel: false without memory, then nothing is changed. A multiple of 8 bytes is added. */
bool caw__parcel_fill(caw__parcel *parcel, caw__lent *lent);
/* What it does is not wanted any more: caw__host_job_cancelled says so there. */
void caw__host_worker_cancel(caw__worker *worker);

/* Takes a memo over, for what the worker does now, which may have ended already. NULL: it is cancelled, and no memory was left to say more. */
void caw__host_worker_tell(caw__worker *worker, caw__memo *note);
/*
 * It is over, and `op` with it; what is in `parcel` is the core's. At once, whatever it does; or, a thread, when it has done that, of which
 * nobody hears. An idle one has ended when this returns.
 */
void caw__host_worker_end(caw__worker *worker);

/*
 * Joins the work of two workers that have some: what one of them tells by this number (caw__host_desk_tell_by) the other hears, in order,
 * without this loop; and after all of that, when the work of one is over, in whatever way, this memo, of which it is given a copy. What
 * they were told before they hear before. False: they are not joined, and neither hears of it.
 */
bool caw__host_worker_join(caw__worker *one, caw__worker *other, uint32_t number, const caw__memo *last);

/* A worker as it is seen from inside: where one piece of work at a time is done. The host's. */
typedef struct caw__desk {
    int               kind;
    struct caw__duty *duty; /* the core's: work that goes on; NULL: none does */
} caw__desk;
/*
 * In the worker, for its host: does what the message asks for, frees it and puts the answer in its place. False: it has begun, a task of
 * the desk's loop, and goes on until caw__host_desk_answer is called.
 */
bool caw__work_do(caw__desk *desk, caw__parcel *parcel);
/*
 * For work that goes on, in the desk's thread: the loop for it, running or to be run until it has answered (NULL: no memory); and its
 * answer, which the host takes over, in a pass of that loop or as it is closed. NULL data: there was no memory for it.
 */
caw_loop *caw__host_desk_loop(caw__desk *desk);
void      caw__host_desk_answer(caw__desk *desk, caw__parcel *answer);
/* Takes a memo over, for whom the work is done. */
void caw__host_desk_tell(caw__desk *desk, caw__memo *memo);
/* The same for the one with whom it was joined by this number, whose work may be over. */
void caw__host_desk_tell_by(caw__desk *desk, uint32_t number, caw__memo *memo);
/* A memo has come to such a desk; makes nodes ready. What was done there may have ended. */
void caw__work_hear(caw__desk *desk, caw__memo *note);
/* Nobody waits for the answer any more. It is cancelled, and the desk is the host's again. */
void caw__work_forget(caw__desk *desk);
/* In the worker, for the job. sleep: false, it was not so long. */
bool caw__host_job_cancelled(void);
bool caw__host_job_sleep(double seconds);

/* ---- Other threads --------------------------------------------------------------------------------------------------------------- */

/* A message for a loop. Its sender's until it is told: by `tell`, in the loop's thread, before a turn or as the loop is closed. */
typedef struct caw__post {
    struct caw__post *next;
    void (*tell)(struct caw__post *post);
} caw__post;
void caw__host_posts(caw_loop *loop); /* posts may come for it, until it is closed */
/* By any thread. 0; -CAW_RUNTIME_ERROR: no loop at that address listens. */
int caw__host_post(caw_loop *loop, caw__post *post);

/* What one thread opens, once, and others wait for. All zero: closed. */
typedef struct caw__latch {
    _Atomic(int) open;
} caw__latch;
void caw__host_latch_open(caw__latch *latch);
/* Blocks; false: it was not opened in so many seconds, or this thread may not block. */
bool caw__host_latch_wait(caw__latch *latch, double seconds);
/* Why this thread may not block, and what to do instead; NULL: it may. */
const char *caw__host_no_blocking(void);

#endif
