/* CPython's test_server, and what test_events has of servers, on the simulated network. */
#include "network.h"

static caw_of(void) main_task;

static CAW_ASYNC(void, cancel_main, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        caw_unref(CAW_AWAIT(caw_stream_readline(stream.reader)));
        caw_cancel(main_task, NULL);
        CAW_CHECK(caw_stream_write(stream.writer, "1", 1));
        caw_stream_close(stream.writer);
        CAW_AWAIT(caw_stream_wait_closed(stream.writer));
    } CAW_END;
}

static CAW_ASYNC(void, serve_in_block, caw_server *server)
{
    CAW_BEGIN(void) {
        CAW_WITH(caw_server_with(server)) {
            CAW_AWAIT(caw_server_serve_forever(server));
        }
        CAW_END_WITH;
    } CAW_END;
}

ASYNC_TEST(start_server_1)
{
    CAW_BEGIN(void) {
        char hello[5 * 1024 + 1];
        memset(hello, '1', sizeof hello);
        hello[sizeof hello - 1] = '\n';
        SERVE(server, cancel_main, NULL, "127.0.0.1", 0, .start_later = true);
        CHECK(!caw_server_is_serving(server));
        uint16_t port = caw_server_port(server);
        main_task = caw_spawn(serve_in_block(server));
        CAW_AWAIT(caw_sleep(0.2));
        CHECK(caw_server_is_serving(server));
        CONNECT(client, "127.0.0.1", port);
        CAW_CHECK(caw_stream_write(client.writer, hello, sizeof hello));
        CHECK_READ(caw_stream_readexactly(client.reader, 1), "1");
        caw_stream_close(client.writer);
        CHECK_RAISES(main_task, CAW_CANCELLED_ERROR, NULL);
        CHECK_INT(caw_server_addresses(server, NULL, 0), 0);
        CHECK(!caw_server_is_serving(server));
        CHECK_RAISES(caw_server_serve_forever(server), CAW_RUNTIME_ERROR, "the server is closed");
    } CAW_END;
}

ASYNC_TEST(wait_closed_basic)
{
    CAW_BEGIN(void) {
        SERVE(server, read_all, NULL, "127.0.0.1", 0);
        caw_auto one = caw_spawn(caw_server_wait_closed(server));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(one, "pending");
        CONNECT(client, "127.0.0.1", caw_server_port(server));
        caw_auto two = caw_spawn(caw_server_wait_closed(server));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(one, "pending");
        CHECK_OUTCOME(two, "pending");
        caw_server_close(server);
        CAW_AWAIT(caw_sleep(0));
        caw_auto three = caw_spawn(caw_server_wait_closed(server));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(one, "pending");
        CHECK_OUTCOME(two, "pending");
        CHECK_OUTCOME(three, "pending");
        caw_stream_close(client.writer);
        CAW_AWAIT(caw_stream_wait_closed(client.writer));
        CAW_AWAIT(one);
        CAW_AWAIT(two);
        CAW_AWAIT(three);
        CAW_AWAIT(caw_server_wait_closed(server));
    } CAW_END;
}

static void call_close_server(void *server) { caw_server_close(server); }
static void call_close_stream(void *writer) { caw_stream_close(writer); }

ASYNC_TEST(wait_closed_race)
{
    CAW_BEGIN(void) {
        SERVE(server, read_all, NULL, "127.0.0.1", 0);
        caw_auto task = caw_spawn(caw_server_wait_closed(server));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(task, "pending");
        CONNECT(client, "127.0.0.1", caw_server_port(server));
        caw_unref(caw_call_soon(NULL, call_close_server, server));
        caw_unref(caw_call_soon(NULL, call_close_stream, client.writer));
        CAW_AWAIT(caw_server_wait_closed(server));
        CAW_AWAIT(task);
    } CAW_END;
}

ASYNC_TEST(close_clients)
{
    CAW_BEGIN(void) {
        SERVE(server, read_all, NULL, "127.0.0.1", 0);
        CONNECT(client, "127.0.0.1", caw_server_port(server));
        caw_auto task = caw_spawn(caw_server_wait_closed(server));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(task, "pending");
        caw_server_close(server);
        caw_server_close_clients(server);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(task, "done");
        CAW_AWAIT(task);
    } CAW_END;
}

static caw_stream_writer *far_writer; /* borrowed */

static CAW_ASYNC(void, wait_only, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        far_writer = stream.writer;
        CAW_AWAIT(caw_stream_wait_closed(stream.writer));
    } CAW_END;
}

/* With a reader that is paused and a writer that has more than it can send. */
ASYNC_TEST(abort_clients)
{
    CAW_BEGIN(void) {
        static const char data[65536];
        far_writer = NULL;
        SERVE(server, wait_only, NULL, "127.0.0.1", 0);
        CONNECT(client, "127.0.0.1", caw_server_port(server), .limit = 4096);
        while (!far_writer) CAW_AWAIT(caw_sleep(0));
        for (int i = 0; i < 3; i++) CAW_CHECK(caw_stream_write(far_writer, data, 4096));
        while (caw_transport_is_reading(caw_stream_transport(client.writer))) CAW_AWAIT(caw_sleep(0.001));
        for (int i = 0; i < 2; i++) CAW_CHECK(caw_stream_write(far_writer, data, sizeof data));
        CHECK(caw_transport_write_buffer_size(caw_stream_transport(far_writer)) > 0);
        caw_auto task = caw_spawn(caw_server_wait_closed(server));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(task, "pending");
        caw_server_close(server);
        caw_server_abort_clients(server);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK_OUTCOME(task, "done");
        CAW_AWAIT(task);
    } CAW_END;
}

ASYNC_TEST(get_loop)
{
    CAW_BEGIN(void) {
        SERVE(server, read_all, NULL, "127.0.0.1", 0);
        CHECK(caw_server_loop(server) == caw_running_loop());
    } CAW_END;
}
