/* Datagrams: what their protocols are called in, and may do there; endpoints that are closed, aborted or left in the middle. */
#include "datagram.h"

/* ---- Whose context ---------------------------------------------------------------------------------------------------------------- */

static caw_context_var step = CAW_CONTEXT_VAR("step", caw_none());

/* As the callbacks of a transport: all in one context, which is a copy of its maker's. */
static void step_on(void *self)
{
    caw_value now = caw_context_get(&step);
    trace("%s%d", (const char *)self, now.as_int32);
    CHECK_INT(caw_context_set(&step, caw_int(now.as_int32 + 1)), 0);
}
static void step_made(void *self, caw_datagram_transport *t) { (void)t, step_on(self); }
static void step_received(void *self, const void *data, size_t size, const caw_address *from)
{
    (void)data, (void)size, (void)from;
    step_on(self);
}
static void                            step_lost(void *self, caw_error *error) { (void)error, step_on(self); }
static const caw_datagram_protocol_ops stepping = {
    .connection_made = step_made, .datagram_received = step_received, .connection_lost = step_lost};

ASYNC_TEST(callbacks_have_a_context_of_their_own)
{
    CAW_BEGIN(void) {
        CAW_CHECK(caw_context_set(&step, caw_int(1)));
        ENDPOINT(a, &stepping, "a", .local_host = "127.0.0.1", .local_port = 9);
        CAW_CHECK(caw_context_set(&step, caw_int(5)));
        ENDPOINT(b, &stepping, "b", .remote_host = "127.0.0.1", .remote_port = 9);
        CHECK_INT(caw_datagram_sendto(b, "x", 1, NULL), 0);
        CAW_AWAIT(pass());
        CHECK_INT(caw_datagram_sendto(b, "x", 1, NULL), 0);
        CAW_AWAIT(pass());
        caw_datagram_close(a);
        CAW_AWAIT(pass());
        caw_datagram_close(b);
        CAW_AWAIT(pass());
        CHECK_TRACE("a1 b5 a2 a3 a4 b6");
        CHECK_INT(caw_context_get(&step).as_int32, 5);
    } CAW_END;
}

static caw_datagram_transport *mine;

static void sends_in_vain(void *self, const void *data, size_t size, const caw_address *from)
{
    (void)data, (void)size, (void)from;
    step_on(self);
    caw_sim_net_fail(CAW_SIM_NET_SEND, EHOSTUNREACH, 0, 1);
    CHECK_INT(caw_datagram_sendto(mine, "x", 1, NULL), 0); /* which calls the one below, in here */
    step_on(self);
}
static void step_failed(void *self, caw_error *error)
{
    (void)error, (void)self;
    trace("error");
    CHECK_INT(caw_context_set(&step, caw_text(caw_string_of("its own"))), 0);
}
static const caw_datagram_protocol_ops nested = {.datagram_received = sends_in_vain, .error_received = step_failed};

ASYNC_TEST(one_within_another)
{
    CAW_BEGIN(void) {
        CAW_CHECK(caw_context_set(&step, caw_int(1)));
        ENDPOINT(a, &nested, "a", .local_host = "127.0.0.1", .local_port = 9);
        ENDPOINT(b, &none, "b", .remote_host = "127.0.0.1", .remote_port = 9);
        ENDPOINT(c, &nested, "c", .remote_host = "127.0.0.1", .remote_port = 9);
        mine = a;
        CHECK_INT(caw_datagram_sendto(b, "x", 1, NULL), 0);
        CAW_AWAIT(pass());
        mine = c;
        CHECK_INT(caw_datagram_sendto(b, "x", 1, NULL), 0);
        CAW_AWAIT(pass());
        CHECK_TRACE("a1 error a2 a3 error a4");
    } CAW_END;
}

ASYNC_TEST(one_that_is_given_up_has_nothing_to_send)
{
    CAW_BEGIN(void) {
        ENDPOINT(a, &endless, "a", .remote_host = "127.0.0.1", .remote_port = 9);
        caw_sim_net_fail(CAW_SIM_NET_SEND, EAGAIN, 0, 1);
        CHECK_INT(caw_datagram_sendto(a, "one", 3, NULL), 0);
        CHECK_INT(caw_datagram_write_buffer_size(a), 11);
        caw_datagram_abort(a);
        CHECK_INT(caw_datagram_write_buffer_size(a), 0);
        CHECK_TRACE("a.made");
    } CAW_END;
}

/* ---- Calls that change everything ------------------------------------------------------------------------------------------------- */

static void closes(void *self, const void *data, size_t size, const caw_address *from)
{
    (void)data, (void)size, (void)from;
    trace("%s.got", (const char *)self);
    caw_datagram_close(mine);
    caw_datagram_close(mine);
}
static void aborts(void *self, caw_error *error)
{
    (void)error, trace("%s.error", (const char *)self);
    caw_datagram_abort(mine);
}
static const caw_datagram_protocol_ops ending = {
    .datagram_received = closes, .error_received = aborts, .connection_lost = d_lost, .release = told_release};

/* Two have come: it hears of the first only. */
ASYNC_TEST(closed_by_what_it_has_received)
{
    CAW_BEGIN(void) {
        mine = CAW_AWAIT(caw_create_datagram_endpoint(&ending, "a", .local_host = "127.0.0.1", .local_port = 9));
        ENDPOINT(b, &none, "b", .remote_host = "127.0.0.1", .remote_port = 9);
        for (int i = 0; i < 2; i++) CHECK_INT(caw_datagram_sendto(b, "x", 1, NULL), 0);
        CAW_AWAIT(pass());
        CHECK_TRACE("a.got a.lost a.release");
        caw_unref(mine);
    } CAW_END;
}

static void closes_the_other(void *self, const void *data, size_t size, const caw_address *from)
{
    (void)data, (void)size, (void)from;
    trace("%s.got", (const char *)self);
    caw_datagram_close(mine);
}
static const caw_datagram_protocol_ops first = {.datagram_received = closes_the_other};

/* To both something has come; who hears of it first closes the other, which hears of nothing. */
ASYNC_TEST(closed_over_what_has_come)
{
    CAW_BEGIN(void) {
        mine = CAW_AWAIT(caw_create_datagram_endpoint(&all, "a", .local_host = "127.0.0.1", .local_port = 9));
        ENDPOINT(b, &first, "b", .local_host = "127.0.0.1", .local_port = 10);
        ENDPOINT(c, &none, "c", .local_host = "127.0.0.1");
        caw_address to_a = address_of("127.0.0.1", 9), to_b = address_of("127.0.0.1", 10);
        CHECK_INT(caw_datagram_sendto(c, "x", 1, &to_b), 0);
        CHECK_INT(caw_datagram_sendto(c, "x", 1, &to_a), 0);
        CAW_AWAIT(pass());
        CHECK_TRACE("a.made b.got a.lost a.release");
        caw_unref(mine);
    } CAW_END;
}

/* Of three that are buffered the first one's error is told, and with that all is over. */
ASYNC_TEST(aborted_by_an_error_of_what_was_buffered)
{
    CAW_BEGIN(void) {
        mine = CAW_AWAIT(caw_create_datagram_endpoint(&ending, "a", .remote_host = "127.0.0.1", .remote_port = 9));
        caw_sim_net_fail(CAW_SIM_NET_SEND, EAGAIN, 0, 1);
        for (int i = 0; i < 3; i++) CHECK_INT(caw_datagram_sendto(mine, "", 0, NULL), 0);
        CHECK_INT(caw_datagram_write_buffer_size(mine), 24);
        caw_sim_net_fail(CAW_SIM_NET_SEND, EINTR, 0, 1);
        CAW_AWAIT(caw_sleep(0));
        caw_sim_net_fail(CAW_SIM_NET_SEND, EHOSTUNREACH, 0, 1);
        CAW_AWAIT(pass());
        CHECK_TRACE("a.error a.lost a.release");
        CHECK_INT(caw_datagram_write_buffer_size(mine), 0);
        CHECK_INT(caw_datagram_sendto(mine, "x", 1, NULL), 0);
        caw_unref(mine);
    } CAW_END;
}

/* With what it still has to write, and closed or not, when its loop is. */
static CAW_ASYNC(void, leaves_three, void)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 3; i++) {
            caw_datagram_transport *t =
                CAW_AWAIT(caw_create_datagram_endpoint(&all, "t", .remote_host = "127.0.0.1", .remote_port = 9));
            caw_sim_net_fail(CAW_SIM_NET_SEND, EAGAIN, 0, 1);
            CHECK_INT(caw_datagram_sendto(t, "x", 1, NULL), 0);
            if (i == 1) caw_datagram_close(t);
            if (i == 2) caw_datagram_abort(t);
            caw_unref(t);
        }
        test.trace[0] = 0;
    } CAW_END;
}

TEST(left_to_its_loop)
{
    CHECK_ERROR(caw_run(leaves_three(), NULL), CAW_OK, NULL);
    CHECK_TRACE("t.lost t.release t.release"); /* of the one that was closed, before */
    CHECK_INT(caw_sim_net_open(), 0);
}

/* Whoever keeps it finds it closed with its loop, and may ask for that again. */
TEST(kept_beyond_its_loop)
{
    CHECK_ERROR(caw_run(caw_create_datagram_endpoint(&all, "k", .local_host = "127.0.0.1"), &mine), CAW_OK, NULL);
    CHECK_TRACE("k.made k.release");
    CHECK(caw_datagram_is_closing(mine));
    caw_datagram_close(mine);
    caw_datagram_abort(mine);
    CHECK_INT(caw_datagram_sendto(mine, "x", 1, NULL), 0);
    caw_unref(mine);
    CHECK_INT(caw_sim_net_open(), 0);
}

/* The one buffer of all is read into, and goes with the last endpoint. */
ASYNC_TEST(the_last_one_reads)
{
    CAW_BEGIN(void) {
        ENDPOINT(a, &endless, "a", .local_host = "127.0.0.1", .local_port = 9);
        caw_datagram_transport *b = CAW_AWAIT(caw_create_datagram_endpoint(&none, "b", .local_host = "127.0.0.1"));
        caw_address             to = address_of("127.0.0.1", 9);
        caw_sim_net_set_latency(0.5);
        CHECK_INT(caw_datagram_sendto(b, "x", 1, &to), 0);
        end_endpoint(b);
        CAW_AWAIT(pass());
        CHECK_TRACE("a.made a.got:x:127.0.0.1:49152");
    } CAW_END;
}

ASYNC_TEST(one_that_is_given_up_sends_nothing)
{
    CAW_BEGIN(void) {
        ENDPOINT(b, &endless, "b", .local_host = "127.0.0.1", .local_port = 9);
        ENDPOINT(a, &endless, "a", .remote_host = "127.0.0.1", .remote_port = 9);
        caw_datagram_abort(a);
        CHECK_INT(caw_datagram_sendto(a, "x", 1, NULL), 0);
        CAW_AWAIT(pass());
        CHECK_TRACE("b.made a.made"); /* of an end "endless" says nothing */
    } CAW_END;
}

/* Nobody is told of them: an empty one is no error. */
static const caw_datagram_protocol_ops deaf = {.error_received = d_error};

ASYNC_TEST(one_that_wants_no_datagrams)
{
    CAW_BEGIN(void) {
        ENDPOINT(b, &deaf, "b", .local_host = "127.0.0.1", .local_port = 9);
        ENDPOINT(a, &none, "a", .remote_host = "127.0.0.1", .remote_port = 9);
        CHECK_INT(caw_datagram_sendto(a, "x", 1, NULL), 0);
        CHECK_INT(caw_datagram_sendto(a, "", 0, NULL), 0);
        CAW_AWAIT(pass());
        CHECK_TRACE("");
    } CAW_END;
}
