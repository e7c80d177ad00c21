/* Servers: what they are bound to, whom they serve, what becomes of errors in their handlers. */
#include "network.h"

ASYNC_TEST(one_echo)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "127.0.0.1", 8080);
        CHECK(caw_server_is_serving(server));
        CHECK_INT(caw_server_port(server), 8080);
        CONNECT(stream, "127.0.0.1", 8080);
        write_text(stream.writer, "hello\n");
        CHECK_READ(caw_stream_readline(stream.reader), "hello\n");
        CHECK_INFO(caw_stream_get_extra_info(stream.writer, "peername"), "127.0.0.1:8080");
        CHECK_INFO(caw_stream_get_extra_info(stream.writer, "sockname"), "127.0.0.1:49152");
        CHECK_INFO(caw_stream_get_extra_info(stream.writer, "colour"), "none");
        CHECK_INT(caw_server_client_count(server), 1);
        CHECK_INT(caw_stream_write_eof(stream.writer), 0);
        CHECK_READ(caw_stream_read(stream.reader, -1), "");
        caw_stream_close(stream.writer);
        CAW_AWAIT(caw_stream_wait_closed(stream.writer));
        caw_server_close(server);
        CAW_AWAIT(caw_server_wait_closed(server));
        CHECK_INT(caw_server_client_count(server), 0);
    } CAW_END;
}

ASYNC_TEST(all_interfaces)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, NULL, 80);
        caw_address own[4];
        CHECK_INT(caw_server_addresses(server, own, 1), 2);
        CHECK_INT(caw_server_addresses(server, own, 4), 2);
        CHECK_TEXT(address_text(&own[0]), "0.0.0.0:80");
        CHECK_TEXT(address_text(&own[1]), "[::]:80");
        CONNECT(four, "10.1.2.3", 80);
        CONNECT(six, "2001:db8::1", 80);
        write_text(six.writer, "six\n");
        CHECK_READ(caw_stream_readline(six.reader), "six\n");
        SERVE(empty, echo, NULL, "", 81);
        CHECK_INT(caw_server_addresses(empty, own, 4), 2);
        SERVE(six_only, echo, NULL, NULL, 82, .family = CAW_IPV6);
        CHECK_INT(caw_server_addresses(six_only, own, 4), 1);
        CHECK_TEXT(address_text(&own[0]), "[::]:82");
    } CAW_END;
}

ASYNC_TEST(a_port_that_is_free)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "localhost", 0);
        caw_address own[2];
        CHECK_INT(caw_server_addresses(server, own, 2), 2);
        CHECK_TEXT(address_text(&own[0]), "[::1]:49152");
        CHECK_TEXT(address_text(&own[1]), "127.0.0.1:49153");
        CHECK_INT(caw_server_port(server), 49152);
        caw_server_close(server);
        CHECK_INT(caw_server_port(server), 0);
        CHECK_INT(caw_server_addresses(server, own, 2), 0);
    } CAW_END;
}

ASYNC_TEST(several_hosts)
{
    CAW_BEGIN(void) {
        caw_sim_net_name("own", "10.0.0.1");
        caw_sim_net_name("own", "10.0.0.2");
        SERVE(server, echo, NULL, NULL, 7, .hosts = (const char *const[]){"own", "10.0.0.2", "::1", NULL});
        caw_address own[4];
        CHECK_INT(caw_server_addresses(server, own, 4), 3); /* each once */
        CHECK_TEXT(address_text(&own[1]), "10.0.0.2:7");
        CHECK_RAISES(caw_start_server(echo, NULL, NULL, 7, .hosts = (const char *const[]){"10.0.0.9", "nobody", NULL}),
                     CAW_OS_ERROR, "nobody: the name does not resolve");
        CHECK_RAISES(caw_start_server(echo, NULL, NULL, 7, .hosts = (const char *const[]){NULL}), CAW_VALUE_ERROR,
                     "no host was given");
        CHECK_INT(caw_sim_net_open(), 3);
    } CAW_END;
}

ASYNC_TEST(what_cannot_be_bound)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "127.0.0.1", 7);
        CHECK_RAISES(caw_start_server(echo, NULL, "127.0.0.1", 7), CAW_OS_ERROR,
                     "error while attempting to bind on address 127.0.0.1:7: address already in use");
        CHECK_RAISES(caw_start_server(echo, NULL, NULL, 7, .family = CAW_IPV4), CAW_OS_ERROR,
                     "error while attempting to bind on address 0.0.0.0:7: address already in use");
        caw_sim_net_fail(CAW_SIM_NET_BIND, EADDRNOTAVAIL, 0, 2);
        CHECK_RAISES(caw_start_server(echo, NULL, "localhost", 8), CAW_OS_ERROR,
                     "could not bind on any address out of [::1]:8, 127.0.0.1:8");
        caw_sim_net_fail(CAW_SIM_NET_BIND, EADDRNOTAVAIL, 0, 1);
        SERVE(passed_over, echo, NULL, "localhost", 9); /* without IPv6 */
        caw_address own[2];
        CHECK_INT(caw_server_addresses(passed_over, own, 2), 1);
        CHECK_TEXT(address_text(&own[0]), "127.0.0.1:9");
        caw_sim_net_fail(CAW_SIM_NET_SOCKET, EAFNOSUPPORT, 0, 1);
        SERVE(without, echo, NULL, "localhost", 10);
        CHECK_INT(caw_server_addresses(without, own, 2), 1);
        caw_sim_net_fail(CAW_SIM_NET_OPTION, EINVAL, 0, 1);
        CHECK_RAISES(caw_start_server(echo, NULL, "127.0.0.1", 11), CAW_OS_ERROR, NULL);
        caw_sim_net_fail(CAW_SIM_NET_LISTEN, EADDRINUSE, 1, 1);
        CHECK_RAISES(caw_start_server(echo, NULL, "localhost", 12), CAW_OS_ERROR,
                     "cannot listen on 127.0.0.1:12: address already in use");
        CHECK_RAISES(caw_start_server(echo, NULL, "127.0.0.1", 65536), CAW_VALUE_ERROR, NULL);
        CHECK_INT(caw_sim_net_open(), 3);
        caw_socket *sock = caw_socket_new(CAW_IPV4, false);
        CAW_DEFER(caw_unref, sock);
        CHECK_RAISES(caw_start_server(echo, NULL, NULL, 0, .hosts = (const char *const[]){"", "127.0.0.1", NULL}, .sock = sock),
                     CAW_VALUE_ERROR, "host/port and sock can not be specified at the same time");
        SERVE(shared, echo, NULL, "127.0.0.2", 7, .reuse_port = true);
        SERVE(shared_too, echo, NULL, "127.0.0.2", 7, .reuse_port = true, .no_reuse_address = true);
    } CAW_END;
}

/* ---- Handlers ----------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, by_word, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        caw_string *word = CAW_AWAIT(caw_stream_readline(stream.reader));
        char        first = *caw_string_data(word);
        caw_unref(word);
        if (first == 'k') *(caw_stream_writer **)data = caw_ref(stream.writer);
        if (first == 'r') CAW_RAISE(CAW_VALUE_ERROR, "as it was told");
        if (first == 'c') caw_cancel(me(), NULL);
        CAW_AWAIT(caw_sleep(0));
        CAW_CHECK(caw_stream_write(stream.writer, "done\n", 5));
    } CAW_END;
}

static caw_stream_writer *kept;

ASYNC_TEST(how_handlers_end)
{
    CAW_BEGIN(void) {
        SERVE(server, by_word, &kept, "127.0.0.1", 7);
        const char *const words[] = {"nothing\n", "raise\n", "cancel\n", "keep\n"};
        for (int i = 0; i < 4; i++) {
            CONNECT(stream, "127.0.0.1", 7);
            write_text(stream.writer, words[i]);
            if (i == 3) {
                CHECK_READ(caw_stream_readline(stream.reader), "done\n");
                CHECK_INT(caw_server_client_count(server), 1);
                write_text(kept, "more\n");
                caw_unref(kept);
                CHECK_READ(caw_stream_read(stream.reader, -1), "more\n");
            } else {
                CHECK_READ(caw_stream_read(stream.reader, -1), i ? "" : "done\n");
            }
            if (i == 1) CHECK_LOGGED("Unhandled exception in client_connected_cb");
            CHECK_INT(caw_server_client_count(server), 0);
        }
    } CAW_END;
}

static CAW_ASYNC(void, never, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data, (void)stream;
        trace("began");
        CAW_AWAIT(caw_sleep(1000));
    } CAW_END;
}

static CAW_ASYNC(void, tick_from, double when, int count)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(when));
        CAW_AWAIT(ticker(count));
    } CAW_END;
}

static CAW_ASYNC(void, whose, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        CHECK_INFO(caw_stream_get_extra_info(stream.writer, "peername"), "127.0.0.9:5000");
        CHECK_INFO(caw_stream_get_extra_info(stream.writer, "sockname"), "127.0.0.1:7");
        trace("known");
    } CAW_END;
}

ASYNC_TEST(who_has_come)
{
    CAW_BEGIN(void) {
        SERVE(server, whose, NULL, "127.0.0.1", 7);
        CONNECT(stream, "127.0.0.1", 7, .local_host = "127.0.0.9", .local_port = 5000);
        CHECK_READ(caw_stream_read(stream.reader, -1), "");
        CHECK_TRACE("known");
    } CAW_END;
}

/* Accepted in one pass, its transport begins in the next, connection_made in that after it, where the handler is made a task. */
ASYNC_TEST(passes_of_an_accept)
{
    CAW_BEGIN(void) {
        SERVE(server, never, NULL, "127.0.0.1", 7);
        caw_sim_net_set_latency(0.5);
        caw_auto counting = caw_spawn(tick_from(1, 6)); /* |0 is in the third of these passes */
        CONNECT(stream, "127.0.0.1", 7);
        trace("connected");
        CAW_AWAIT(counting);
        CHECK_TRACE("|0 connected |1 began |2 |3 |4 |5");
        CHECK_INT(caw_server_client_count(server), 1);
    } CAW_END;
}

static CAW_ASYNC(void, keep_and_fail, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        *(caw_stream_writer **)data = caw_ref(stream.writer);
        CAW_RAISE(CAW_VALUE_ERROR, "as it was told");
    } CAW_END;
}

/* It is closed, whoever has it. */
ASYNC_TEST(a_handler_that_fails_while_others_have_the_writer)
{
    CAW_BEGIN(void) {
        SERVE(server, keep_and_fail, &kept, "127.0.0.1", 7);
        CONNECT(stream, "127.0.0.1", 7);
        CHECK_READ(caw_stream_read(stream.reader, -1), "");
        CHECK(caw_stream_is_closing(kept));
        CHECK_LOGGED("Unhandled exception in client_connected_cb");
        caw_unref(kept);
    } CAW_END;
}

static caw_context_var word_var = CAW_CONTEXT_VAR("word", caw_none());

static CAW_ASYNC(void, say_word, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data, (void)stream;
        caw_value word = caw_context_get(&word_var);
        trace("%s", word.tag == CAW_POINTER ? (const char *)word.as_pointer : "none");
        caw_value_drop(word);
    } CAW_END;
}

ASYNC_TEST(the_context_of_who_started_it)
{
    CAW_BEGIN(void) {
        static char before[] = "before", after[] = "after";
        CAW_CHECK(caw_context_set(&word_var, caw_pointer(before, NULL)));
        SERVE(server, say_word, NULL, "127.0.0.1", 7);
        CAW_CHECK(caw_context_set(&word_var, caw_pointer(after, NULL)));
        CONNECT(stream, "127.0.0.1", 7);
        CHECK_READ(caw_stream_read(stream.reader, -1), "");
        CHECK_TRACE("before");
    } CAW_END;
}

static const caw_protocol_ops *no_protocol(void *data, void **self)
{
    (void)data, (void)self;
    return NULL;
}

ASYNC_TEST(a_factory_that_makes_none)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_create_server(no_protocol, NULL, "127.0.0.1", 7));
        CAW_DEFER(caw_unref, server);
        CONNECT(stream, "127.0.0.1", 7);
        CHECK_READ(caw_stream_read(stream.reader, -1), "");
        caw_loop_set_debug(caw_running_loop(), true, 0);
        CONNECT(other, "127.0.0.1", 7);
        CHECK_READ(caw_stream_read(other.reader, -1), "");
        CHECK_LOGGED("Error on transport creation for incoming connection");
        caw_server_close(server);
        CAW_AWAIT(caw_server_wait_closed(server));
    } CAW_END;
}

/* ---- Accepting ---------------------------------------------------------------------------------------------------------------- */

static void tell(void *data, caw_loop *loop, const caw_report *report)
{
    (void)data;
    (void)loop;
    trace(caw_current_task() ? "a task's: %s" : "nobody's: %s", report->message);
}

ASYNC_TEST(whose_work_it_is_to_accept)
{
    CAW_BEGIN(void) {
        caw_set_exception_handler(caw_running_loop(), tell, NULL);
        SERVE(server, echo, NULL, "127.0.0.1", 7);
        caw_sim_net_fail(CAW_SIM_NET_ACCEPT, EMFILE, 0, 1);
        CONNECT(stream, "127.0.0.1", 7);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("nobody's: socket.accept() out of system resource");
    } CAW_END;
}

ASYNC_TEST(no_room_to_accept)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "127.0.0.1", 7);
        caw_sim_net_fail(CAW_SIM_NET_ACCEPT, EMFILE, 0, 2);
        CONNECT(stream, "127.0.0.1", 7);
        write_text(stream.writer, "hello\n");
        CAW_AWAIT(caw_sleep(0.5));
        CHECK_LOGGED("socket.accept() out of system resource");
        CHECK_READ(caw_stream_readline(stream.reader), "hello\n");
        CHECK_REAL(elapsed(), 2);
        CHECK_LOGGED("too many open files");
        caw_sim_net_fail(CAW_SIM_NET_ACCEPT, ECONNABORTED, 0, 1); /* passed over */
        CONNECT(other, "127.0.0.1", 7);
        write_text(other.writer, "hello\n");
        CHECK_READ(caw_stream_readline(other.reader), "hello\n");
        caw_sim_net_fail(CAW_SIM_NET_ACCEPT, EINVAL, 0, 1);
        CONNECT(third, "127.0.0.1", 7);
        CAW_AWAIT(caw_sleep(0.5));
        CHECK_LOGGED("socket.accept() failed");
        caw_server_close(server); /* while it waits for its time */
    } CAW_END;
}

ASYNC_TEST(many_at_once)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "127.0.0.1", 7, .backlog = 2);
        caw_of(caw_stream) connecting[8];
        for (int i = 0; i < 8; i++) connecting[i] = caw_spawn(caw_open_connection("127.0.0.1", 7));
        for (int i = 0; i < 8; i++) {
            caw_stream stream = CAW_AWAIT(connecting[i]);
            CAW_DEFER(caw_unref, stream.reader);
            CAW_DEFER(caw_unref, stream.writer);
            write_text(stream.writer, "hello\n");
            CHECK_READ(caw_stream_readline(stream.reader), "hello\n");
        }
        CHECK_REAL(elapsed(), 2); /* five found no room at first, and two the second time */
        CHECK_INT(caw_server_client_count(server), 8);
    } CAW_END;
}
