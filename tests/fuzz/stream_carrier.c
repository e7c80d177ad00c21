/*
 * Owns: a transport over a carrier that sends as much as the bytes say, under a protocol that checks what it is told: the order of
 * the calls, and that what the carrier gets is what was written.
 */
#include "stream_model.h"
#include "streams.h"

static caw_transport *transport; /* the program's reference */
static caw_transport *carried;   /* the carrier's, while it promises to send: NULL when that is over */
static model          m;         /* fed: what was written; read: what the carrier got */
static struct {
    bool made, eof_came, lost, released; /* what the protocol was told */
    bool writing_paused;
    bool owes, eof_sent, closed, carrier_gone; /* what the carrier was; owes: a call of writable */
    bool asked_to_close, aborted, failed, eof; /* what the program did */
    int  calls;                                /* of the program's that are on the stack */
} was;

/* ---- The carrier --------------------------------------------------------------------------------------------------------------- */

static void act(void);

static ptrdiff_t carry(caw_transport *t, const void *data, size_t size, caw_error **error)
{
    REQUIRE(t && size && !was.closed && !was.eof_sent);
    REQUIRE(m.read + size <= m.fed && !memcmp(data, m.data + m.read, size));
    unsigned how = byte();
    if (how == 255) {
        *error = caw_error_new(CAW_OS_ERROR, "the carrier broke");
        was.failed = true;
        return -1;
    }
    size_t sent = how & 1 ? size : how % (size + 1);
    was.owes = sent < size;
    if (was.owes && !carried) carried = caw_ref(t);
    m.read += sent;
    return (ptrdiff_t)sent;
}

static void carry_eof(caw_transport *t)
{
    (void)t;
    REQUIRE(!was.eof_sent && !was.closed && m.read == m.fed);
    was.eof_sent = true;
}

static void pause_reading(caw_transport *t) { REQUIRE(t && !was.carrier_gone); }
static void resume_reading(caw_transport *t) { REQUIRE(t && !was.closed); }

static void carrier_close(caw_transport *t, bool aborted)
{
    REQUIRE(t && !was.closed);
    REQUIRE(aborted || m.read == m.fed);
    was.closed = true;
    caw_transport *mine = carried;
    carried = NULL;
    caw_unref(mine);
}

static void carrier_release(caw_transport *t)
{
    REQUIRE(t && !was.carrier_gone && was.released);
    was.carrier_gone = true;
}

static const caw_transport_ops carrier = {.name = "carrier",
                                          .send = carry,
                                          .send_eof = carry_eof,
                                          .pause_reading = pause_reading,
                                          .resume_reading = resume_reading,
                                          .close = carrier_close,
                                          .release = carrier_release};

/* ---- The protocol ---------------------------------------------------------------------------------------------------------------- */

static void made(void *self, caw_transport *t)
{
    (void)self;
    REQUIRE(t && !was.made);
    was.made = true;
}

static int received(void *self, const void *data, size_t size)
{
    (void)self, (void)data;
    REQUIRE(was.made && !was.eof_came && !was.lost && size && !was.asked_to_close && !was.aborted);
    act();
    return byte() == 255 ? -CAW_VALUE_ERROR : 0;
}

static bool eof_received(void *self)
{
    (void)self;
    REQUIRE(was.made && !was.eof_came && !was.lost);
    was.eof_came = true;
    act();
    bool on = byte() & 1;
    if (!on) was.asked_to_close = true;
    return on;
}

static void lost(void *self, caw_error *error)
{
    (void)self;
    REQUIRE(was.made && !was.lost && !was.calls);
    if (error) (void)caw_error_message(error);
    else REQUIRE(was.asked_to_close || was.aborted);
    was.lost = true;
    act();
}

static void pause_writing(void *self)
{
    (void)self;
    REQUIRE(!was.writing_paused && !was.lost);
    was.writing_paused = true;
    act();
}

static void resume_writing(void *self)
{
    (void)self;
    REQUIRE(was.writing_paused && !was.lost);
    was.writing_paused = false;
    act();
}

static void released(void *self)
{
    (void)self;
    REQUIRE(!was.released);
    was.released = true;
}

static const caw_protocol_ops protocol = {.connection_made = made,
                                          .data_received = received,
                                          .eof_received = eof_received,
                                          .connection_lost = lost,
                                          .pause_writing = pause_writing,
                                          .resume_writing = resume_writing,
                                          .release = released};

/* ---- The program ------------------------------------------------------------------------------------------------------------------ */

static bool gone(void) { return was.lost || was.aborted || was.failed; }

static void write_some(unsigned count)
{
    size_t fed = m.fed;
    if (gone() || caw_transport_is_closing(transport)) return; /* dropped without a word, or not */
    model_feed(&m, count);
    int status = caw_transport_write(transport, m.data + fed, count);
    REQUIRE(status == 0 || status == -CAW_MEMORY_ERROR || (was.eof && status == -CAW_RUNTIME_ERROR));
    if (status) m.fed = fed;
}

/* From the program, or from a callback of the protocol. */
static void act(void)
{
    unsigned which = byte();
    if (!transport || !more()) return;
    was.calls++;
    SAY("act %u", which % 16);
    switch (which % 16) {
    case 0:
    case 1:
    case 2:
    case 3: write_some(byte()); break;
    case 4:
        if (caw_transport_write_eof(transport) == 0) was.eof = true;
        break;
    case 5:
        was.asked_to_close = true;
        caw_transport_close(transport);
        break;
    case 6:
        if (!(byte() & 1)) break;
        was.aborted = true;
        caw_transport_abort(transport);
        break;
    case 7: (void)!caw_transport_pause_reading(transport); break;
    case 8: caw_transport_resume_reading(transport); break;
    case 9: {
        ptrdiff_t high = (ptrdiff_t)byte();
        REQUIRE(caw_transport_set_write_buffer_limits(transport, high, high / 2) == 0);
        break;
    }
    default: break;
    }
    was.calls--;
}

/* A callback of the carrier's own: something has come, or sending can go on. */
static void carrier_event(void *unused)
{
    (void)unused;
    caw_transport *mine = caw_ref(carried ? carried : transport);
    if (!mine) return;
    unsigned which = byte() % 8;
    SAY("event %u", which);
    switch (which) {
    case 0:
    case 1:
        if (!was.eof_came && caw_transport_is_reading(mine)) caw_transport_received(mine, "some", 4);
        break;
    case 2:
        if (!was.eof_came && caw_transport_is_reading(mine)) caw_transport_received_eof(mine);
        break;
    case 3:
        if (byte() % 4) break;
        was.failed = true;
        caw_transport_fail(mine, caw_error_new(CAW_OS_ERROR, "the carrier broke"));
        break;
    default:
        if (!was.owes) break;
        was.owes = false;
        caw_transport_writable(mine);
        break;
    }
    caw_unref(mine);
}

static bool open_transport(void)
{
    m = (model){0};
    memset(&was, 0, sizeof was);
    transport = caw_transport_new(&carrier, 8, NULL);
    if (!transport) return false;
    caw_transport_attach(transport, &protocol, NULL);
    if (was.made) (void)!caw_transport_set_write_buffer_limits(transport, 16, 4);
    return true;
}

static CAW_ASYNC(void, work, unsigned i)
{
    CAW_BEGIN(void) {
        (void)i;
        while (more()) {
            carrier_event(NULL);
            CAW_AWAIT(caw_sleep(byte() & 1));
        }
    } CAW_END;
}

static void deed(void)
{
    if (byte() % 32 == 31) { /* given up */
        caw_transport *mine = transport;
        transport = NULL;
        if (mine) caw_unref(mine);
        return;
    }
    act();
}

static void idle(void) {}

static void close_transport(void)
{
    caw_transport *mine = transport;
    transport = NULL;
    if (carried) caw_transport_abort(carried); /* the carrier goes with the loop */
    caw_unref(mine);
    SAY("released %d, carrier gone %d, closed %d, lost %d", was.released, was.carrier_gone, was.closed, was.lost);
    REQUIRE(!was.made || (was.released && was.carrier_gone));
}

const kind_of_stream carried_stream = {open_transport, work, deed, idle, close_transport, 1};
