/* Datagrams: endpoints, to whom they send, what is buffered, which errors go where. */
#include "datagram.h"

ASYNC_TEST(two_endpoints)
{
    CAW_BEGIN(void) {
        caw_datagram_transport *a = CAW_AWAIT(caw_create_datagram_endpoint(&all, "a", .local_host = "127.0.0.1"));
        caw_datagram_transport *b =
            CAW_AWAIT(caw_create_datagram_endpoint(&all, "b", .remote_host = "127.0.0.1", .remote_port = 49152));
        CHECK_TRACE("a.made b.made");
        caw_address own, peer;
        CHECK(caw_datagram_address(a, false, &own));
        CHECK_TEXT(address_text(&own), "127.0.0.1:49152");
        CHECK(!caw_datagram_address(a, true, &peer));
        CHECK(caw_datagram_address(b, true, &peer));
        CHECK(caw_address_equal(&own, &peer));
        CHECK(caw_datagram_loop(a) == caw_running_loop());
        CHECK_INT(caw_datagram_sendto(b, "ping", 4, NULL), 0);
        CHECK_INT(caw_datagram_sendto(b, "", 0, &peer), 0);
        CAW_AWAIT(pass());
        CHECK_TRACE("a.got:ping:127.0.0.1:49153 a.got::127.0.0.1:49153");
        CHECK(caw_datagram_address(b, false, &own));
        CHECK_INT(caw_datagram_sendto(a, "pong", 4, &own), 0);
        CHECK_INT(caw_datagram_sendto(b, "x", 1, &own), -CAW_VALUE_ERROR);
        CAW_AWAIT(pass());
        CHECK_TRACE("b.got:pong:127.0.0.1:49152");
        CHECK(!caw_datagram_is_closing(a));
        caw_datagram_close(a);
        caw_datagram_close(a);
        CHECK(caw_datagram_is_closing(a));
        CHECK_TRACE("");
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("a.lost a.release");
        CHECK_INT(caw_datagram_sendto(a, "dropped", 7, &own), 0);
        /* Nobody is there any more: the other machine says so. */
        CHECK_INT(caw_datagram_sendto(b, "ping", 4, NULL), 0);
        CAW_AWAIT(pass());
        CHECK_TRACE("b.error:connection refused");
        caw_datagram_abort(b);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("b.lost b.release");
        caw_unref(a);
        caw_unref(b);
    } CAW_END;
}

ASYNC_TEST(one_that_sends_to_anybody)
{
    CAW_BEGIN(void) {
        ENDPOINT(six, &endless, "six", .local_host = "::1", .local_port = 9);
        ENDPOINT(any, &endless, "any", .family = CAW_IPV6);
        CHECK_INT(caw_datagram_sendto(any, "hi", 2, &(caw_address){.family = CAW_IPV6, .port = 9, .bytes = {[15] = 1}}), 0);
        CHECK_INT(caw_datagram_sendto(any, "hi", 2, NULL), 0);
        CAW_AWAIT(pass());
        CHECK_TRACE("six.made any.made any.error:destination address required six.got:hi:[::1]:49152");
    } CAW_END;
}

ASYNC_TEST(broadcasts)
{
    CAW_BEGIN(void) {
        ENDPOINT(one, &endless, "one", .local_port = 9, .family = CAW_IPV4, .reuse_port = true);
        ENDPOINT(two, &endless, "two", .local_port = 9, .family = CAW_IPV4, .reuse_port = true);
        ENDPOINT(mute, &endless, "mute", .local_host = "127.0.0.1");
        ENDPOINT(loud, &endless, "loud", .remote_host = "255.255.255.255", .remote_port = 9, .allow_broadcast = true);
        caw_address all_of_them = address_of("255.255.255.255", 9);
        CHECK_INT(caw_datagram_sendto(mute, "psst", 4, &all_of_them), 0);
        CHECK_INT(caw_datagram_sendto(loud, "hey", 3, NULL), 0);
        CAW_AWAIT(pass());
        CHECK_TRACE("one.made two.made mute.made loud.made mute.error:permission denied "
                    "one.got:hey:127.0.0.1:49153 two.got:hey:127.0.0.1:49153");
    } CAW_END;
}

ASYNC_TEST(what_cannot_be_sent_now)
{
    CAW_BEGIN(void) {
        ENDPOINT(a, &endless, "a", .local_host = "127.0.0.1", .local_port = 9);
        ENDPOINT(b, &all, "b", .remote_host = "127.0.0.1", .remote_port = 9);
        CHECK_TRACE("a.made b.made");
        CHECK_INT(caw_datagram_set_write_buffer_limits(b, 20, 12), 0);
        CHECK_INT(caw_datagram_set_write_buffer_limits(b, 1, 2), -CAW_VALUE_ERROR);
        CHECK_INT(caw_datagram_set_write_buffer_limits(b, -1, PTRDIFF_MAX / 4), 0);
        CHECK_INT(caw_datagram_set_write_buffer_limits(b, 20, 12), 0);
        CHECK_INT(caw_datagram_set_write_buffer_limits(b, -1, PTRDIFF_MAX), -CAW_VALUE_ERROR);
        caw_sim_net_fail(CAW_SIM_NET_SEND, EAGAIN, 0, 2);
        CHECK_INT(caw_datagram_sendto(b, "one", 3, NULL), 0);
        CHECK_INT(caw_datagram_write_buffer_size(b), 11);
        CHECK_INT(caw_datagram_sendto(b, "two", 3, NULL), 0);
        CHECK_INT(caw_datagram_write_buffer_size(b), 22);
        CHECK_TRACE("b.pause");
        caw_datagram_close(b);
        CHECK_INT(caw_datagram_sendto(b, "three", 5, NULL), 0); /* asyncio takes it, too */
        CAW_AWAIT(pass());
        CHECK_TRACE(
            "b.resume b.lost b.release a.got:one:127.0.0.1:49152 a.got:two:127.0.0.1:49152 a.got:three:127.0.0.1:49152");
        CHECK_INT(caw_datagram_write_buffer_size(b), 0);
    } CAW_END;
}

/* It may go on when so little is left, and not before. */
ASYNC_TEST(from_the_high_water_mark_to_the_low_one)
{
    CAW_BEGIN(void) {
        ENDPOINT(a, &endless, "a", .local_port = 9, .family = CAW_IPV4);
        caw_datagram_transport *b =
            CAW_AWAIT(caw_create_datagram_endpoint(&all, "b", .remote_host = "127.0.0.1", .remote_port = 9));
        CAW_DEFER(caw_unref, b);
        CHECK_INT(caw_datagram_set_write_buffer_limits(b, 30, 5), 0);
        caw_sim_net_set_latency(1);
        caw_sim_net_set_buffer(3);
        for (int i = 0; i < 4; i++) CHECK_INT(caw_datagram_sendto(b, &"one\0two\0six\0ten"[4 * i], 3, NULL), 0);
        CHECK_TRACE("a.made b.made b.pause");
        for (int i = 0; i < 4; i++) {
            CAW_AWAIT(caw_sleep(i ? 1 : 1.5));
            trace("%zu", caw_datagram_write_buffer_size(b));
        }
        CHECK_TRACE("a.got:one:127.0.0.1:49152 22 a.got:two:127.0.0.1:49152 11 a.got:six:127.0.0.1:49152 b.resume 0 "
                    "a.got:ten:127.0.0.1:49152 0");
        for (int i = 0; i < 4; i++) CHECK_INT(caw_datagram_sendto(b, &"one\0two\0six\0ten"[4 * i], 3, NULL), 0);
        CAW_AWAIT(caw_sleep(5));
        CHECK_TRACE("b.pause a.got:one:127.0.0.1:49152 a.got:two:127.0.0.1:49152 a.got:six:127.0.0.1:49152 b.resume "
                    "a.got:ten:127.0.0.1:49152");
        caw_datagram_close(b);
        CAW_AWAIT(pass());
        CHECK_TRACE("b.lost b.release");
    } CAW_END;
}

/* As much as may be on its way is; the rest goes when that has come. */
ASYNC_TEST(a_slow_network)
{
    CAW_BEGIN(void) {
        ENDPOINT(a, &endless, "a", .local_port = 9, .family = CAW_IPV4);
        ENDPOINT(b, &endless, "b", .remote_host = "127.0.0.1", .remote_port = 9);
        caw_sim_net_set_latency(1);
        caw_sim_net_set_buffer(3);
        for (int i = 0; i < 3; i++) CHECK_INT(caw_datagram_sendto(b, &"one\0two\0six"[4 * i], 3, NULL), 0);
        CHECK_INT(caw_datagram_write_buffer_size(b), 22);
        CAW_AWAIT(caw_sleep(2.5));
        CHECK_TRACE("a.made b.made a.got:one:127.0.0.1:49152 a.got:two:127.0.0.1:49152");
        caw_address to;
        CHECK(caw_datagram_address(b, false, &to));
        CHECK_INT(caw_datagram_sendto(a, "back", 4, &to), 0); /* bound to all interfaces, it comes from one */
        CAW_AWAIT(caw_sleep(2.5));
        CHECK_TRACE("a.got:six:127.0.0.1:49152 b.got:back:127.0.0.1:9");
        caw_datagram_abort(a);
        CAW_AWAIT(caw_sleep(1));
        CHECK_INT(caw_datagram_sendto(b, "x", 1, NULL), 0); /* nobody is there */
        CAW_AWAIT(caw_sleep(3));
        CHECK_TRACE("b.error:connection refused");
    } CAW_END;
}

ASYNC_TEST(errors_while_it_is_flushed)
{
    CAW_BEGIN(void) {
        ENDPOINT(a, &none, NULL, .local_host = "127.0.0.1", .local_port = 9);
        ENDPOINT(b, &all, "b", .remote_host = "127.0.0.1", .remote_port = 9);
        caw_sim_net_fail(CAW_SIM_NET_SEND, EAGAIN, 0, 1);
        CHECK_INT(caw_datagram_sendto(b, "one", 3, NULL), 0);
        caw_sim_net_fail(CAW_SIM_NET_SEND, ENETUNREACH, 0, 1);
        CAW_AWAIT(pass());
        CHECK_TRACE("b.made b.error:network is unreachable");
        CHECK_INT(caw_datagram_write_buffer_size(b), 0);
        caw_sim_net_fail(CAW_SIM_NET_SEND, EAGAIN, 0, 1);
        CHECK_INT(caw_datagram_sendto(b, "one", 3, NULL), 0);
        caw_datagram_abort(b); /* drops it */
        CAW_AWAIT(pass());
        CHECK_TRACE("b.lost b.release");
        caw_sim_net_fail(CAW_SIM_NET_SEND, EAGAIN, 0, 1);
        CHECK_INT(caw_datagram_set_write_buffer_limits(a, 0, -1), 0);
        CHECK_INT(caw_datagram_sendto(a, "one", 3, &(caw_address){.family = CAW_IPV4, .port = 3, .bytes = {127, 0, 0, 1}}), 0);
        CAW_AWAIT(pass());
    } CAW_END;
}

static void d_abort(void *self) { caw_datagram_abort(*(caw_datagram_transport **)self); }

ASYNC_TEST(aborted_by_its_protocol)
{
    CAW_BEGIN(void) {
        static const caw_datagram_protocol_ops aborting = {.resume_writing = d_abort};
        static caw_datagram_transport         *own;
        ENDPOINT(a, &none, NULL, .local_host = "127.0.0.1", .local_port = 9);
        ENDPOINT(b, &aborting, &own, .remote_host = "127.0.0.1", .remote_port = 9);
        own = b;
        CHECK_INT(caw_datagram_set_write_buffer_limits(b, 0, -1), 0);
        caw_sim_net_fail(CAW_SIM_NET_SEND, EAGAIN, 0, 1);
        CHECK_INT(caw_datagram_sendto(b, "one", 3, NULL), 0);
        CAW_AWAIT(pass());
        CHECK(caw_datagram_is_closing(b));
    } CAW_END;
}

ASYNC_TEST(endpoints_that_cannot_be_made)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_create_datagram_endpoint(&all, "a"), CAW_VALUE_ERROR, "unexpected address family");
        CHECK_RAISES(caw_create_datagram_endpoint(&all, "b", .local_host = "127.0.0.1", .remote_host = "::1", .remote_port = 9),
                     CAW_VALUE_ERROR, "can not get address information");
        CHECK_RAISES(caw_create_datagram_endpoint(&all, "c", .local_host = "nobody"), CAW_OS_ERROR,
                     "nobody: the name does not resolve");
        caw_sim_net_fail(CAW_SIM_NET_BIND, EADDRINUSE, 0, 2);
        CHECK_RAISES(caw_create_datagram_endpoint(&all, "d", .local_host = "localhost", .local_port = 9), CAW_OS_ERROR,
                     "cannot bind to [::1]:9: address already in use");
        caw_sim_net_fail(CAW_SIM_NET_CONNECT, ENETUNREACH, 0, 1);
        CHECK_RAISES(caw_create_datagram_endpoint(&all, "e", .remote_host = "127.0.0.1", .remote_port = 9), CAW_OS_ERROR,
                     "Connect call failed 127.0.0.1:9: network is unreachable");
        caw_sim_net_fail(CAW_SIM_NET_SOCKET, EMFILE, 0, 1);
        CHECK_RAISES(caw_create_datagram_endpoint(&all, "f", .family = CAW_IPV4), CAW_OS_ERROR,
                     "no socket: too many open files");
        caw_sim_net_fail(CAW_SIM_NET_OPTION, EINVAL, 0, 1);
        CHECK_RAISES(caw_create_datagram_endpoint(&all, "g", .family = CAW_IPV4, .reuse_port = true), CAW_OS_ERROR, NULL);
        CHECK_TRACE("a.release b.release c.release d.release e.release f.release g.release");
        caw_drop(caw_create_datagram_endpoint(&all, "h", .family = CAW_IPV4));
        CHECK_TRACE("h.release");
        CHECK_INT(caw_sim_net_open(), 0);
        /* The second family does. */
        caw_sim_net_fail(CAW_SIM_NET_BIND, EADDRINUSE, 0, 1);
        ENDPOINT(second, &none, NULL, .local_host = "localhost", .local_port = 9, .remote_host = "localhost",
                 .remote_port = 10);
        caw_address own;
        CHECK(caw_datagram_address(second, false, &own));
        CHECK_TEXT(address_text(&own), "127.0.0.1:9");
        ENDPOINT(everywhere, &none, NULL, .local = true, .family = CAW_IPV4);
        CHECK(caw_datagram_address(everywhere, false, &own));
        CHECK_TEXT(address_text(&own), "0.0.0.0:49152");
    } CAW_END;
}

static CAW_ASYNC(void, make_only, void)
{
    CAW_BEGIN(void) {
        ENDPOINT(a, &none, NULL, .local_host = "localhost", .remote_host = "localhost", .remote_port = 9);
        trace("made");
    } CAW_END;
}

ASYNC_TEST(cancelled_at_any_time)
{
    CAW_BEGIN(void) {
        caw_sim_net_fate("localhost", 0, 1);
        for (int i = 0; i < 12; i++) {
            caw_auto task = caw_spawn(make_only());
            for (int n = 0; n < i; n++) CAW_AWAIT(caw_sleep(n < 6 ? 0.5 : 0));
            caw_cancel(task, NULL);
            CAW_TRY {
                CAW_AWAIT(task);
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                trace("%d", i);
            }
            CAW_END_TRY;
            CAW_AWAIT(pass());
            CHECK_INT(caw_sim_net_open(), 0);
        }
        test.trace[0] = 0;
    } CAW_END;
}

static CAW_ASYNC(void, leave_open, void)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_create_datagram_endpoint(&all, "a", .local_host = "127.0.0.1", .local_port = 9)));
        caw_datagram_transport *b =
            CAW_AWAIT(caw_create_datagram_endpoint(&all, "b", .remote_host = "127.0.0.1", .remote_port = 9));
        CHECK_INT(caw_datagram_sendto(b, "one", 3, NULL), 0);
        caw_sim_net_fail(CAW_SIM_NET_SEND, EAGAIN, 0, 1000);
        CHECK_INT(caw_datagram_sendto(b, "two", 3, NULL), 0);
        caw_datagram_close(b);
        caw_unref(b);
    } CAW_END;
}

TEST(a_loop_that_is_closed)
{
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run_until_complete(loop, leave_open(), NULL), CAW_OK, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("a.made b.made b.release a.release");
}
