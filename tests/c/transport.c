/* Transports and protocols: the order of the callbacks, pauses of the reader, what happens when nobody cares any more. */
#include "streams.h"

/* ---- Pausing: the traces are CPython's, with a transport of the test's own ------------------------------------------------------ */

static caw_transport *last_made; /* borrowed */

static caw_stream_reader *only_reader(const caw_transport_ops *ops, size_t limit)
{
    caw_stream_reader *r;
    last_made = caw_transport_new(ops, sizeof(carrier), NULL);
    CHECK_INT(caw_stream_connect(last_made, limit, &r, NULL), 0);
    return r;
}

ASYNC_TEST(too_much_unread_pauses_the_transport)
{
    CAW_BEGIN(void) {
        caw_stream_reader *r = only_reader(&carrier_ops, 4);
        feed(r, "12345678"), trace("8");
        feed(r, "9"), trace("9");
        feed(r, "0");
        CAW_AWAIT(traced("r", caw_stream_read(r, 5)));
        CAW_AWAIT(traced("r", caw_stream_read(r, 1)));
        feed(r, "abcde");
        caw_auto reading = caw_spawn(traced("x", caw_stream_readexactly(r, 12)));
        CAW_AWAIT(caw_sleep(0));
        feed(r, "f");
        CAW_AWAIT(caw_sleep(0));
        feed(r, "gh");
        CAW_AWAIT(reading);
        CHECK_TRACE("8 pause 9 r=12345 resume r=6 pause resume pause resume pause resume x=7890abcdefgh");
        caw_unref(r);
        CHECK_TRACE("pause");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("close");
    } CAW_END;
}

ASYNC_TEST(reading_all_resumes_again_and_again)
{
    CAW_BEGIN(void) {
        caw_stream_reader *r = only_reader(&carrier_ops, 4);
        caw_auto           reading = caw_spawn(traced("all", caw_stream_read(r, -1)));
        CAW_AWAIT(caw_sleep(0));
        for (int i = 0; i < 4; i++) {
            feed(r, "0123456789"), trace("fed");
            CAW_AWAIT(caw_sleep(0));
        }
        caw_stream_feed_eof(r);
        CAW_AWAIT(reading);
        CHECK_TRACE("pause fed resume pause fed resume pause fed resume pause fed resume all=40");
        caw_unref(r);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("pause close");
    } CAW_END;
}

ASYNC_TEST(what_readline_drops_resumes_and_what_readuntil_leaves_does_not)
{
    CAW_BEGIN(void) {
        caw_stream_reader *r = only_reader(&carrier_ops, 4);
        feed(r, "0123456789");
        CAW_AWAIT(traced("line", caw_stream_readline(r)));
        CHECK_TRACE("pause resume line:ValueError");
        feed(r, "0123456789");
        CAW_AWAIT(traced("until", caw_stream_readuntil(r, "xx", 2)));
        CHECK_TRACE("pause until:LimitOverrunError");
        caw_unref(r);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("pause close");
    } CAW_END;
}

ASYNC_TEST(one_that_cannot_be_paused_is_not_asked_again)
{
    CAW_BEGIN(void) {
        caw_stream_reader *r = only_reader(&plain_ops, 4);
        for (int i = 0; i < 10; i++) feed(r, "0123456789");
        CAW_AWAIT(traced("all", caw_stream_readexactly(r, 100)));
        CHECK_TRACE("all=100");
        caw_transport *t = caw_ref(last_made);
        caw_unref(r); /* closes it all the same */
        CHECK(caw_transport_is_closing(t));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(t);
    } CAW_END;
}

/* ---- A protocol of one's own ------------------------------------------------------------------------------------------------------ */

static caw_transport *seen; /* what connection_made got */
static int            answer;
static bool           keep_open;
static caw_error_type lost_with;

static void made(void *self, caw_transport *t) { seen = t, trace("made:%s", (const char *)self); }
static int  data(void *self, const void *bytes, size_t size)
{
    (void)self, trace("data:%.*s", (int)size, (const char *)bytes);
    CHECK(!caw_current_task());
    return answer;
}
static bool eof(void *self) { return (void)self, trace("eof"), keep_open; }
static void lost(void *self, caw_error *error)
{
    (void)self, trace("lost:%s", error ? caw_error_message(error) : "");
    lost_with = caw_error_type_of(error);
}
static void pause_writing(void *self) { (void)self, trace("pause_writing"); }
static void resume_writing(void *self) { (void)self, trace("resume_writing"); }
static void done(void *self) { (void)self, trace("release"); }

static const caw_protocol_ops all = {.connection_made = made,
                                     .data_received = data,
                                     .eof_received = eof,
                                     .connection_lost = lost,
                                     .pause_writing = pause_writing,
                                     .resume_writing = resume_writing,
                                     .release = done};
static const caw_protocol_ops none = {.release = NULL};

static caw_transport *attached(size_t room, const caw_protocol_ops *protocol)
{
    caw_transport *t = caw_transport_new(&carrier_ops, sizeof(carrier), NULL);
    ((carrier *)caw_transport_state(t))->room = room;
    static char name[] = "p";
    answer = 0;
    keep_open = true;
    caw_transport_attach(t, protocol, name);
    return t;
}

static void more(caw_transport *t, size_t room)
{
    ((carrier *)caw_transport_state(t))->room = room;
    caw_transport_writable(t);
}

ASYNC_TEST(the_order_of_the_callbacks)
{
    CAW_BEGIN(void) {
        caw_transport *t = attached(0, &all);
        CAW_DEFER(caw_unref, t);
        CHECK(seen == t && caw_transport_loop(t) == caw_running_loop());
        caw_transport_received(t, "hello", 5);
        caw_transport_received_eof(t);
        CHECK_INT(caw_transport_set_write_buffer_limits(t, 3, 1), 0);
        CHECK_INT(caw_transport_write(t, "abc", 3), 0);
        CHECK_TRACE("made:p data:hello eof");
        CHECK_INT(caw_transport_write(t, "def", 3), 0);
        CHECK_INT(caw_transport_write(t, "ghi", 3), 0);
        more(t, 7);
        more(t, 1);
        more(t, 1);
        CHECK_TRACE("pause_writing resume_writing");
        CHECK(caw_transport_is_reading(t));
        CHECK_INT(caw_transport_pause_reading(t), 0);
        CHECK_INT(caw_transport_pause_reading(t), 0);
        CHECK(!caw_transport_is_reading(t));
        caw_transport_resume_reading(t);
        caw_transport_resume_reading(t);
        CHECK_TRACE("pause resume");
        caw_transport_close(t);
        caw_transport_abort(t);
        caw_transport_resume_reading(t);
        CHECK_INT(caw_transport_pause_reading(t), 0);
        CHECK(!caw_transport_is_reading(t));
        CHECK_TRACE("pause");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("lost: release close");
        CHECK_INT(caw_transport_write(t, "dropped", 7), 0);
        more(t, 10);
    } CAW_END;
}

ASYNC_TEST(a_protocol_may_refuse_to_go_on)
{
    CAW_BEGIN(void) {
        caw_transport *t = attached(0, &all);
        keep_open = false;
        caw_transport_received_eof(t); /* closes */
        caw_unref(t);                  /* it holds itself */
        CHECK_TRACE("made:p eof pause");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("lost: release close");

        t = attached(0, &all);
        CHECK_INT(caw_transport_write(t, "abc", 3), 0);
        answer = -CAW_MEMORY_ERROR; /* no room for what came */
        caw_transport_received(t, "x", 1);
        caw_unref(t);
        CHECK_TRACE("made:p data:x pause");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("lost:out of memory release close(aborted)");
        CHECK_INT(lost_with, CAW_MEMORY_ERROR);
    } CAW_END;
}

ASYNC_TEST(a_protocol_that_hears_nothing)
{
    CAW_BEGIN(void) {
        caw_transport *t = attached(0, &none);
        caw_transport_received(t, "x", 1);
        CHECK_INT(caw_transport_set_write_buffer_limits(t, 0, 0), 0);
        CHECK_INT(caw_transport_write(t, "abc", 3), 0);
        more(t, 3);
        caw_transport_received_eof(t);
        CHECK_TRACE("pause");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("close");
        caw_unref(t);
    } CAW_END;
}

static void break_when_paused(caw_transport *t) { caw_transport_fail(t, caw_error_os(EPIPE, "broken")); }

ASYNC_TEST(a_carrier_that_breaks_while_it_is_closed)
{
    CAW_BEGIN(void) {
        static const caw_transport_ops fragile = {.name = "fragile", .send = carrier_send, .pause_reading = break_when_paused};
        caw_transport                 *t = caw_transport_new(&fragile, sizeof(carrier), NULL);
        static char                    name[] = "q";
        caw_transport_attach(t, &all, name);
        caw_transport_close(t);
        caw_unref(t);
        CHECK_TRACE("made:q");
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("lost:broken release");
    } CAW_END;
}

ASYNC_TEST(nobody_holds_it_any_more)
{
    CAW_BEGIN(void) {
        caw_transport *t = attached(0, &all);
        CHECK_INT(caw_transport_write(t, "abc", 3), 0);
        caw_unref(t);
        CHECK_TRACE("made:p release close(aborted)");
        caw_transport *unused = caw_transport_new(&carrier_ops, sizeof(carrier), NULL);
        caw_unref(unused);
        CHECK_TRACE("close(aborted)");
        CHECK_INT(caw_stream_connect(NULL, 0, NULL, NULL), -CAW_MEMORY_ERROR);
    } CAW_END;
}

TEST(there_is_no_transport_without_a_loop)
{
    CHECK(!caw_transport_new(&carrier_ops, sizeof(carrier), NULL));
    caw_stream_reader *r;
    caw_stream_writer *w;
    CHECK_INT(caw_memory_pipe(0, &r, &w), -CAW_RUNTIME_ERROR);
    CHECK(!r && !w);
}

/* A loop is closed with one that flushes, two that are to be lost in the next pass, and one that is open. */
TEST(closing_the_loop)
{
    caw_loop          *loop = caw_loop_new();
    caw_stream_writer *w[4];
    caw_transport     *t[4];
    for (int i = 0; i < 4; i++) {
        t[i] = caw_transport_new(&carrier_ops, sizeof(carrier), loop);
        CHECK_INT(caw_stream_connect(caw_ref(t[i]), 0, NULL, &w[i]), 0);
    }
    CHECK_INT(caw_stream_write(w[0], "abc", 3), 0);
    CHECK_INT(caw_stream_write(w[3], "abc", 3), 0);
    caw_stream_close(w[0]);
    caw_stream_close(w[1]);
    caw_auto waiting = caw_spawn(caw_stream_wait_closed(w[2]), .loop = loop);
    caw_loop_turn(loop, &(caw_budget){.jobs = 1});
    CHECK_TRACE("pause pause close");
    caw_stream_close(w[2]);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_LOGGED("Task was destroyed but it is pending!");
    CHECK_TRACE("pause close");
    caw_loop *other = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(other, caw_stream_wait_closed(w[2]), NULL), CAW_OK, "");
    CHECK_ERROR(caw_run_until_complete(other, caw_stream_drain(w[2]), NULL), CAW_OS_ERROR, "the connection is lost");
    CHECK_INT(caw_loop_close(other), 0);
    CHECK_INT(caw_stream_write(w[0], "dropped", 7), 0);
    caw_transport_abort(t[0]); /* as its carrier does when it is told that the loop is closed */
    CHECK_TRACE("close(aborted)");
    ((carrier *)caw_transport_state(t[3]))->room = 10;
    CHECK_INT(caw_stream_write(w[3], "dropped", 7), 0);
    CHECK_TEXT(((carrier *)caw_transport_state(t[3]))->sent, "");
    CHECK_INT(caw_transport_write_buffer_size(t[3]), 3);
    caw_stream_close(w[3]); /* nobody will send it */
    CHECK_TRACE("pause close(aborted)");
    for (int i = 0; i < 4; i++) {
        caw_unref(w[i]);
        caw_unref(t[i]);
    }
    caw_unref(waiting);
}

/* It breaks, and the loop is closed before whoever waits can be told: the error is not reported as lost. */
TEST(closing_the_loop_on_those_who_wait)
{
    caw_loop          *loop = caw_loop_new();
    caw_stream_writer *w;
    caw_transport     *t = caw_transport_new(&carrier_ops, sizeof(carrier), loop);
    CHECK_INT(caw_stream_connect(t, 0, NULL, &w), 0);
    caw_unref(caw_spawn(caw_stream_wait_closed(w), .loop = loop));
    caw_loop_turn(loop, NULL);
    caw_transport_fail(t, caw_error_os(EPIPE, "broken"));
    caw_loop_turn(loop, &(caw_budget){.jobs = 1});
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK(!strstr(test.log, "never retrieved"));
    CHECK_LOGGED("Task was destroyed but it is pending!");
    caw_unref(w);
    CHECK_TRACE("pause close(aborted)");
}

/* ---- Told to go on ----------------------------------------------------------------------------------------------------------------- */

static bool carrier_takes;

static ptrdiff_t send_when_it_takes(caw_transport *t, const void *data, size_t size, caw_error **error)
{
    (void)t, (void)data, (void)error;
    return carrier_takes ? (ptrdiff_t)size : 0;
}
static void trace_eof(caw_transport *t)
{
    (void)t;
    trace("eof");
}
static const caw_transport_ops taking_ops = {.send = send_when_it_takes, .send_eof = trace_eof};

static void end_it(void *self)
{
    trace("resume");
    CHECK_INT(caw_transport_write_eof(self), 0);
}

/* The carrier is told of the end once, though the protocol writes it as soon as it may go on. */
ASYNC_TEST(a_protocol_that_writes_the_end_when_it_may_go_on)
{
    CAW_BEGIN(void) {
        static const caw_protocol_ops protocol = {.resume_writing = end_it};
        caw_transport                *t = caw_transport_new(&taking_ops, 0, NULL);
        caw_transport_attach(t, &protocol, t);
        CHECK_INT(caw_transport_set_write_buffer_limits(t, 2, 1), 0);
        carrier_takes = false;
        CHECK_INT(caw_transport_write(t, "abc", 3), 0);
        carrier_takes = true;
        caw_transport_writable(t);
        CHECK_TRACE("resume eof");
        caw_transport_writable(t);
        CHECK_INT(caw_transport_write_eof(t), 0);
        caw_transport_close(t);
        CAW_AWAIT(caw_sleep(0));
        caw_unref(t);
    } CAW_END;
}

/* ---- A callback inside another ------------------------------------------------------------------------------------------------ */

static caw_context_var mood = CAW_CONTEXT_VAR("mood", caw_none());

static int takes_more(void *self, const void *bytes, size_t size)
{
    (void)self;
    bool first = caw_context_get(&mood).tag == CAW_NONE;
    CHECK_INT(caw_context_set(&mood, caw_int((int)size)), 0);
    if (first && size > 1) caw_transport_received(seen, bytes, 1);
    trace("data:%d", caw_context_get(&mood).as_int32);
    return 0;
}
static const caw_protocol_ops nesting = {.connection_made = made, .data_received = takes_more};

/* What the inner one sets is gone when it has ended: the context is the outer one's. */
ASYNC_TEST(what_a_callback_inside_another_sets)
{
    CAW_BEGIN(void) {
        caw_transport *t = attached(0, &nesting);
        CAW_DEFER(caw_unref, t);
        caw_transport_received(t, "hello", 5);
        caw_transport_received(t, "you", 3);
        caw_transport_abort(t);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("made:p data:1 data:5 data:3 pause close(aborted)");
    } CAW_END;
}
