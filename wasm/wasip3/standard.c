/*
 * Owns: standard input, output and error for the seam, as streams of preview 3.
 * Must not know: who waits (operation.h), lines (stdin.c).
 *
 * Hosts say of these that they are ready at any time, so that one copy is always begun for good: what is read goes to a piece of memory
 * here, and what is sent is there until it has gone; only then does the sender hear that it was sent.
 */
#include "socket.h"
#include "base/base.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

typedef struct outcome {
    uint8_t failed, code;
} outcome;

#define STDIN "wasi:cli/stdin@0.3.0"
#define READ "read-via-stream"
CAW__FROM(STDIN, READ) void input_open(uint32_t stream_and_outcome[2]);
CAW__FROM(STDIN, "[async-lower][stream-read-0]" READ) uint32_t input_read(uint32_t stream, void *data, uint32_t size);
CAW__FROM(STDIN, "[stream-cancel-read-0]" READ) uint32_t input_cancel(uint32_t stream);
CAW__FROM(STDIN, "[stream-drop-readable-0]" READ) void input_drop(uint32_t stream);
CAW__FROM(STDIN, "[async-lower][future-read-1]" READ) uint32_t input_outcome(uint32_t future, outcome *result);
CAW__FROM(STDIN, "[future-cancel-read-1]" READ) uint32_t input_outcome_cancel(uint32_t future);
CAW__FROM(STDIN, "[future-drop-readable-1]" READ) void input_outcome_drop(uint32_t future);

#define WRITE "write-via-stream"
#define WRITES(name, from)                                                                                                     \
    CAW__FROM(from, WRITE) uint32_t                  name##_open(uint32_t readable);                                           \
    CAW__FROM(from, "[stream-new-0]" WRITE) uint64_t name##_new(void);                                                         \
    CAW__FROM(from, "[async-lower][stream-write-0]" WRITE)                                                                     \
    uint32_t                                                  name##_write(uint32_t stream, const void *data, uint32_t size);  \
    CAW__FROM(from, "[stream-cancel-write-0]" WRITE) uint32_t name##_cancel(uint32_t stream);                                  \
    CAW__FROM(from, "[stream-drop-writable-0]" WRITE) void    name##_drop(uint32_t stream);                                    \
    CAW__FROM(from, "[async-lower][future-read-1]" WRITE) uint32_t name##_outcome(uint32_t future, outcome *result);           \
    CAW__FROM(from, "[future-cancel-read-1]" WRITE) uint32_t       name##_outcome_cancel(uint32_t future);                     \
    CAW__FROM(from, "[future-drop-readable-1]" WRITE) void         name##_outcome_drop(uint32_t future);                       \
    static const output name##_calls = {name##_open, name##_new,     name##_write,          name##_cancel,                     \
                                        name##_drop, name##_outcome, name##_outcome_cancel, name##_outcome_drop}

typedef struct output {
    uint32_t (*open)(uint32_t readable);
    uint64_t (*make)(void);
    uint32_t (*write)(uint32_t stream, const void *data, uint32_t size);
    uint32_t (*cancel)(uint32_t stream);
    void (*drop)(uint32_t stream);
    uint32_t (*outcome)(uint32_t future, outcome *result);
    uint32_t (*outcome_cancel)(uint32_t future);
    void (*outcome_drop)(uint32_t future);
} output;

WRITES(plain, "wasi:cli/stdout@0.3.0");
WRITES(errors, "wasi:cli/stderr@0.3.0");

#define PIECE ((size_t)65536)

typedef struct standard {
    caw__way      way;
    const output *to;         /* NULL: it is input */
    size_t        start, end; /* of the piece: what was read and not taken; of output, 0 and how much has gone */
    bool          busy;       /* a copy is under way */
    uint8_t       piece[PIECE];
} standard;

static standard *standard_of(caw__wasi_socket *s) { return s->state; }

static void copied(standard *it, uint32_t code)
{
    it->busy = false;
    it->start = 0;
    it->end = code >> 4;
    it->way.ended |= (code & 15) == CM_DROPPED;
}

static void standard_happened(caw__waitable *waitable, uint32_t event, uint32_t code)
{
    standard *it = CAW__CONTAINER(waitable, standard, way.waitable);
    caw__op  *op = it->way.op;
    (void)event;
    copied(it, code);
    it->way.op = NULL;
    if (op) caw__op_done(op, 0);
}

static void standard_undo(void *what)
{
    standard *it = what;
    it->way.op = NULL; /* the copy goes on */
}

/* Of a copy that was begun; false: it is under way. */
static bool standard_begun(standard *it, uint32_t code)
{
    if (code != CM_BLOCKED) {
        copied(it, code);
        return true;
    }
    it->busy = true;
    if (!it->way.waitable.handle) caw__watch(&it->way.waitable, it->way.stream, standard_happened);
    return false;
}

/* Something can be taken, or it has ended. */
static bool standard_fill(standard *it)
{
    while (it->start == it->end && !it->way.ended && !it->busy)
        if (!standard_begun(it, input_read(it->way.stream, it->piece, PIECE))) return false;
    return !it->busy;
}

static ptrdiff_t standard_ready(caw__op *op, caw__wasi_socket *s, int direction)
{
    standard *it = standard_of(s);
    (void)direction;
    if (it->to ? !it->busy : standard_fill(it)) return 0;
    it->way.op = op;
    return caw__op_waits(op, it, standard_undo);
}

/* How it has ended: 0, or -errno. */
static int standard_outcome(standard *it)
{
    static const int errors[] = {EIO, EILSEQ, EPIPE};
    static outcome   result;
    caw__way        *way = &it->way;
    if (!way->outcome) return 0;
    uint32_t code = (it->to ? it->to->outcome : input_outcome)(way->outcome, &result);
    if (code == CM_BLOCKED) code = (it->to ? it->to->outcome_cancel : input_outcome_cancel)(way->outcome);
    (it->to ? it->to->outcome_drop : input_outcome_drop)(way->outcome); /* it tells once */
    way->outcome = 0;
    return (code & 15) == CM_COMPLETED && result.failed ? -errors[result.code % 3] : 0;
}

static ptrdiff_t standard_receive(caw__wasi_socket *s, void *data, size_t size, caw_address *from)
{
    standard *it = standard_of(s);
    (void)from;
    if (!standard_fill(it)) return -EAGAIN;
    if (it->start == it->end) return standard_outcome(it);
    if (size > it->end - it->start) size = it->end - it->start;
    memcpy(data, it->piece + it->start, size);
    it->start += size;
    return (ptrdiff_t)size;
}

/* Who was told that nothing could be sent comes again with the same bytes. */
static ptrdiff_t standard_send(caw__wasi_socket *s, const void *data, size_t size, const caw_address *to)
{
    standard *it = standard_of(s);
    (void)to;
    if (!it->busy && !it->end && !it->way.ended) {
        if (size > PIECE) size = PIECE;
        memcpy(it->piece, data, size);
        standard_begun(it, it->to->write(it->way.stream, it->piece, (uint32_t)size));
    }
    if (it->busy) return -EAGAIN;
    size_t gone = it->end;
    it->end = 0;
    if (gone || !it->way.ended) return (ptrdiff_t)gone;
    int status = standard_outcome(it);
    return status ? status : -EPIPE;
}

static void standard_close(caw__wasi_socket *s)
{
    standard *it = standard_of(s);
    uint32_t  stream = it->way.stream;
    if (it->way.waitable.handle) caw__forget(&it->way.waitable);
    if (it->busy) (it->to ? it->to->cancel : input_cancel)(stream);
    (it->to ? it->to->drop : input_drop)(stream);
    standard_outcome(it);
    caw__free(it, sizeof *it);
    caw__socket_free(s);
}

static const caw__wasi_calls standard_calls = {standard_close, standard_ready, standard_receive, standard_send};

caw__socket caw__host_standard(int number)
{
    standard   *it = caw__alloc(sizeof *it);
    caw__socket socket = it ? caw__socket_of(0, &standard_calls, CAW__TCP, CAW_ANY_FAMILY) : -ENOMEM;
    if (socket < 0) {
        if (it) caw__free(it, sizeof *it);
        return -ENOMEM;
    }
    memset(it, 0, offsetof(standard, piece));
    caw__socket_at(socket)->state = it;
    if (number) {
        fflush(number == 1 ? stdout : stderr); /* what was printed before comes first */
        it->to = number == 1 ? &plain_calls : &errors_calls;
        uint64_t ends = it->to->make();
        it->way.stream = (uint32_t)(ends >> 32);
        it->way.outcome = it->to->open((uint32_t)ends);
    } else {
        uint32_t ends[2];
        input_open(ends);
        it->way.stream = ends[0];
        it->way.outcome = ends[1];
    }
    return socket;
}
