/* How servers end: closing, waiting for the end, serving for ever, loops that are closed with everything open. */
#include "network.h"

static CAW_ASYNC(void, hold, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        caw_unref(CAW_AWAIT(caw_stream_read(stream.reader, -1)));
        trace("ended");
    } CAW_END;
}

ASYNC_TEST(it_waits_for_the_last_connection)
{
    CAW_BEGIN(void) {
        SERVE(server, hold, NULL, "127.0.0.1", 7);
        CONNECT(stream, "127.0.0.1", 7);
        CAW_AWAIT(caw_sleep(1));
        caw_auto waiting = caw_spawn(traced_void("closed", caw_server_wait_closed(server)));
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE(""); /* not closed */
        caw_server_close(server);
        caw_server_close(server);
        CHECK(!caw_server_is_serving(server));
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE(""); /* one is still there */
        CHECK_RAISES(caw_open_connection("127.0.0.1", 7), CAW_OS_ERROR, NULL);
        CHECK_INT(caw_stream_write_eof(stream.writer), 0);
        CAW_AWAIT(waiting);
        CHECK_TRACE("ended closed");
        CAW_AWAIT(caw_server_wait_closed(server)); /* at once */
    } CAW_END;
}

ASYNC_TEST(nobody_is_connected)
{
    CAW_BEGIN(void) {
        SERVE(server, hold, NULL, "127.0.0.1", 7);
        caw_auto waiting = caw_spawn(traced_void("closed", caw_server_wait_closed(server)));
        CAW_AWAIT(caw_sleep(1));
        caw_server_close(server);
        CAW_AWAIT(waiting);
        CHECK_TRACE("closed");
        caw_auto cancelled = caw_spawn(caw_server_wait_closed(server));
        CAW_AWAIT(cancelled);
    } CAW_END;
}

ASYNC_TEST(closing_and_aborting_clients)
{
    CAW_BEGIN(void) {
        SERVE(server, hold, NULL, "127.0.0.1", 7);
        for (int i = 0; i < 2; i++) {
            CONNECT(one, "127.0.0.1", 7);
            CONNECT(other, "127.0.0.1", 7);
            CAW_AWAIT(caw_sleep(1));
            CHECK_INT(caw_server_client_count(server), 2);
            if (i) caw_server_abort_clients(server);
            else caw_server_close_clients(server);
            CHECK_READ(caw_stream_read(one.reader, -1), "");
            CAW_AWAIT(caw_sleep(1));
            CHECK_INT(caw_server_client_count(server), 0);
            CHECK_TRACE("ended ended");
        }
        CHECK(caw_server_is_serving(server));
    } CAW_END;
}

ASYNC_TEST(one_that_is_accepted_while_it_is_closed)
{
    CAW_BEGIN(void) {
        for (int passes = 0; passes < 8; passes++) {
            SERVE(server, hold, NULL, "127.0.0.1", 7);
            caw_auto connecting = caw_spawn(caw_open_connection("127.0.0.1", 7));
            for (int i = 0; i <= passes; i++) CAW_AWAIT(caw_sleep(0));
            close_server(server);
            CAW_AWAIT(caw_server_wait_closed(server));
            CAW_TRY {
                caw_stream  s = CAW_AWAIT(connecting);
                caw_string *bytes = NULL;
                CAW_TRY {
                    bytes = CAW_AWAIT(caw_stream_read(s.reader, -1));
                } CAW_EXCEPT(CAW_OS_ERROR, error) {
                }
                CAW_END_TRY;
                CHECK_INT(caw_string_size(bytes), 0);
                caw_unref(bytes);
                caw_unref(s.reader);
                caw_unref(s.writer);
            } CAW_EXCEPT(CAW_OS_ERROR, error) {
            }
            CAW_END_TRY;
            CAW_AWAIT(caw_sleep(1));
            CHECK_INT(caw_sim_net_open(), 0);
        }
        test.trace[0] = 0;
    } CAW_END;
}

static void call_close(void *server) { caw_server_close(server); }

/* In the pass in which it was accepted, before it has begun. */
ASYNC_TEST(one_that_was_accepted_too_late)
{
    CAW_BEGIN(void) {
        SERVE(server, hold, NULL, "127.0.0.1", 7);
        caw_sim_net_set_latency(0.5);
        caw_unref(caw_call_at(NULL, caw_time(caw_running_loop()) + 1, call_close, server));
        CONNECT(stream, "127.0.0.1", 7);
        CHECK_REAL(elapsed(), 1);
        CHECK_INT(caw_server_client_count(server), 0);
        CHECK_READ(caw_stream_read(stream.reader, -1), "");
        CHECK_TRACE("");
        CAW_AWAIT(caw_server_wait_closed(server));
    } CAW_END;
}

static CAW_ASYNC(void, start_only, void)
{
    CAW_BEGIN(void) {
        SERVE(server, hold, NULL, "localhost", 7);
        trace("started");
    } CAW_END;
}

ASYNC_TEST(cancelled_while_it_starts)
{
    CAW_BEGIN(void) {
        for (int passes = 0; passes < 6; passes++) {
            caw_sim_net_fate("localhost", 0, passes < 3 ? 1 : 0);
            caw_auto task = caw_spawn(start_only());
            for (int i = 0; i < passes % 3; i++) CAW_AWAIT(caw_sleep(0));
            if (passes == 3) CAW_AWAIT(caw_sleep(0.5));
            caw_cancel(task, NULL);
            CAW_TRY {
                CAW_AWAIT(task);
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                trace("%d", passes);
            }
            CAW_END_TRY;
            CHECK_INT(caw_sim_net_open(), 0);
        }
        CHECK(strstr(test.trace, "0 1 2"));
        test.trace[0] = 0;
        /* And in the pass in which it only gives way. */
        for (int i = 0; i < 2; i++) {
            caw_auto task = caw_spawn(caw_start_server(hold, NULL, "127.0.0.1", 7));
            for (int n = 0; n <= i; n++) CAW_AWAIT(caw_sleep(0));
            caw_cancel(task, NULL);
            CAW_TRY {
                caw_server *server = CAW_AWAIT(task);
                caw_server_close(server);
                caw_unref(server);
                trace("served");
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                trace("cancelled");
            }
            CAW_END_TRY;
            CHECK_INT(caw_sim_net_open(), 0);
        }
        CHECK_TRACE("cancelled served");
    } CAW_END;
}

/* ---- Serving for ever ------------------------------------------------------------------------------------------------------- */

ASYNC_TEST(serving_for_ever)
{
    CAW_BEGIN(void) {
        SERVE(server, hold, NULL, "127.0.0.1", 7, .start_later = true);
        CHECK(!caw_server_is_serving(server));
        CHECK_RAISES(caw_open_connection("127.0.0.1", 7), CAW_OS_ERROR, NULL);
        caw_auto serving = caw_spawn(traced_void("served", caw_server_serve_forever(server)));
        CAW_AWAIT(caw_sleep(1));
        CHECK(caw_server_is_serving(server));
        CHECK_RAISES(caw_server_serve_forever(server), CAW_RUNTIME_ERROR,
                     "the server is already being awaited on serve_forever()");
        CONNECT(stream, "127.0.0.1", 7);
        CAW_AWAIT(caw_sleep(1));
        caw_cancel(serving, NULL);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE(""); /* waits for the connection */
        CHECK(!caw_server_is_serving(server));
        caw_stream_close(stream.writer);
        CAW_AWAIT(serving);
        CHECK_TRACE("ended served:CancelledError");
        CHECK_RAISES(caw_server_serve_forever(server), CAW_RUNTIME_ERROR, "the server is closed");
        CHECK_RAISES(caw_server_start_serving(server), CAW_RUNTIME_ERROR, "the server is closed");
    } CAW_END;
}

ASYNC_TEST(closed_while_it_serves_for_ever)
{
    CAW_BEGIN(void) {
        SERVE(server, hold, NULL, "127.0.0.1", 7);
        CAW_AWAIT(caw_server_start_serving(server)); /* no effect */
        caw_auto serving = caw_spawn(traced_void("served", caw_server_serve_forever(server)));
        CAW_AWAIT(caw_sleep(1));
        caw_server_close(server);
        CAW_AWAIT(serving);
        CHECK_TRACE("served:CancelledError");
    } CAW_END;
}

ASYNC_TEST(a_server_as_a_manager)
{
    CAW_BEGIN(void) {
        SERVE(server, hold, NULL, "127.0.0.1", 7);
        CAW_WITH(caw_server_with(server)) {
            CONNECT(stream, "127.0.0.1", 7);
            CAW_AWAIT(caw_sleep(1));
            caw_stream_close(stream.writer);
        }
        CAW_END_WITH;
        CHECK(!caw_server_is_serving(server));
        CHECK_TRACE("ended");
    } CAW_END;
}

/* ---- Nobody is left ------------------------------------------------------------------------------------------------------------ */

ASYNC_TEST(one_that_nobody_keeps_goes_on)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_start_server(hold, NULL, "127.0.0.1", 7));
        caw_unref(server);
        CONNECT(stream, "127.0.0.1", 7);
        CAW_AWAIT(caw_sleep(1));
        CHECK_INT(caw_sim_net_open(), 3);
        CHECK_INT(caw_stream_write_eof(stream.writer), 0);
        CHECK_READ(caw_stream_read(stream.reader, -1), "");
        CHECK_TRACE("ended");
        caw_server *later = CAW_AWAIT(caw_start_server(hold, NULL, "127.0.0.1", 8, .start_later = true));
        caw_unref(later); /* that one is gone */
        CHECK_RAISES(caw_open_connection("127.0.0.1", 8), CAW_OS_ERROR, NULL);
    } CAW_END;
}

static const caw_protocol_ops *factory_of(void *data, void **self)
{
    *self = data;
    return &telling;
}

/* Everything is open: connections of both kinds, bytes that nobody takes, a server, datagrams on their way. */
static CAW_ASYNC(void, leave_all_open, int passes)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_start_server(hold, NULL, "127.0.0.1", 7)));
        caw_unref(CAW_AWAIT(caw_create_server(factory_of, "s", "127.0.0.1", 8)));
        caw_sim_net_set_buffer(3);
        for (int i = 0; i < 2; i++) {
            caw_transport *t = CAW_AWAIT(caw_create_connection(&telling, "c", "127.0.0.1", 7 + i));
            CAW_CHECK(caw_transport_write(t, "0123456789", 10));
            if (i) caw_transport_close(t);
            caw_unref(t);
        }
        for (int i = 0; i < passes; i++) CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

TEST(a_loop_that_is_closed_with_all_of_it)
{
    for (int passes = 0; passes < 12; passes++) {
        caw_loop *loop = caw_loop_new();
        CHECK_ERROR(caw_run_until_complete(loop, leave_all_open(passes), NULL), CAW_OK, NULL);
        test.trace[0] = 0;
        CHECK_INT(caw_loop_close(loop), 0);
        CHECK(!strstr(test.trace, "lost"));
        CHECK_INT(caw_sim_net_open(), 0);
        test.trace[0] = test.log[0] = 0;
    }
}

static CAW_ASYNC(void, serve_one, int passes)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_start_server(hold, NULL, "127.0.0.1", 7));
        CAW_DEFER(caw_unref, server);
        CONNECT(stream, "127.0.0.1", 7);
        caw_auto serving = caw_spawn(caw_server_serve_forever(server));
        CAW_DEFER(caw_unref, serving);
        for (int i = 0; i < passes; i++) CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

TEST(a_run_that_leaves_a_server)
{
    for (int passes = 0; passes < 6; passes++) {
        CHECK_ERROR(caw_run(serve_one(passes), NULL), CAW_OK, NULL);
        CHECK_INT(caw_sim_net_open(), 0);
        test.trace[0] = 0;
    }
}

/* Nothing can wake it: that is reported. */
static CAW_ASYNC(void, wait_in_vain, void)
{
    CAW_BEGIN(void) {
        SERVE(server, hold, NULL, "127.0.0.1", 7);
        CAW_AWAIT(caw_server_wait_closed(server));
    } CAW_END;
}

TEST(a_server_that_nobody_can_connect_to)
{
    CHECK_ERROR(caw_run(wait_in_vain(), NULL), CAW_RUNTIME_ERROR, NULL);
    CHECK(strstr(test.log, "nothing") || strstr(test.log, "deadlock"));
    test.log[0] = 0;
}

/* In whatever pass of a connection's coming: nobody accepts by a socket that is closed. */
ASYNC_TEST(closed_as_somebody_comes)
{
    CAW_BEGIN(void) {
        for (int passes = 0; passes < 8; passes++) {
            SERVE(server, echo, NULL, "127.0.0.1", 7);
            caw_of(caw_stream) coming = caw_spawn(caw_open_connection("127.0.0.1", 7));
            for (int i = 0; i < passes; i++) CAW_AWAIT(caw_sleep(0));
            close_server(server);
            CAW_TRY {
                caw_stream stream = CAW_AWAIT(coming);
                caw_unref(stream.reader);
                caw_unref(stream.writer);
            } CAW_EXCEPT(CAW_OS_ERROR, error) {
            }
            CAW_END_TRY;
            CAW_AWAIT(caw_sleep(1));
        }
    } CAW_END;
}

ASYNC_TEST(to_start_takes_no_time)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "127.0.0.1", 7, .start_later = true);
        CAW_AWAIT(caw_server_start_serving(server));
        CHECK_REAL(elapsed(), 0);
    } CAW_END;
}
