/* The Nth allocation fails: connections, servers, datagrams, sockets. No socket is left, and nothing else. */
#include "fault.h"
#include "network.h"

static bool for_want_of_memory; /* somebody was told so */

/* What one sees whose other side had no memory. */
static bool is_aftermath(const caw_error *error)
{
    for_want_of_memory |= caw_error_is(error, CAW_MEMORY_ERROR) || strstr(test.log, "out of memory");
    int number = caw_error_errno(error);
    return caw_error_is(error, CAW_MEMORY_ERROR) || caw_error_is(error, CAW_TIMEOUT_ERROR) || number == EPIPE ||
           number == ECONNRESET || number == ENOMEM;
}

/* In an async function, with what an other side may do to it: what goes wrong for want of memory is a MemoryError. */
#define AFTERMATH(...)                                                                                                         \
    do {                                                                                                                       \
        bool failed = false;                                                                                                   \
        for_want_of_memory = false;                                                                                            \
        CAW_TRY{__VA_ARGS__} CAW_EXCEPT(CAW_EXCEPTION, error)                                                                  \
        {                                                                                                                      \
            failed = true;                                                                                                     \
            if (!is_aftermath(error)) CAW_RERAISE();                                                                           \
        }                                                                                                                      \
        CAW_END_TRY;                                                                                                           \
        caw_sim_net_clear();                                                                                                   \
        if (failed) CAW_RAISE(CAW_MEMORY_ERROR, NULL);                                                                         \
    } while (0)

static CAW_ASYNC(void, talk, const char *host, double delay)
{
    CAW_BEGIN(void) {
        CONNECT(stream, host, 7, .happy_eyeballs_delay = delay, .local_host = "127.0.0.1");
        CAW_CHECK(caw_stream_write(stream.writer, "hello\n", 6));
        caw_string *line = CAW_AWAIT(caw_stream_readline(stream.reader));
        size_t      size = caw_string_size(line);
        caw_unref(line);
        caw_value_drop(caw_stream_get_extra_info(stream.writer, "peername"));
        if (size != 6) CAW_RAISE_ERROR(caw_error_os(ECONNRESET, "the other side has ended"));
    } CAW_END;
}

static CAW_ASYNC(void, a_server_of_streams, void)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "localhost", 7);
        caw_sim_net_name("names", "10.0.0.1");
        caw_sim_net_name("names", "127.0.0.1");
        CAW_AWAIT(caw_wait_for(talk("localhost", 0), 10));
        CAW_AWAIT(caw_wait_for(talk("names", 1), 10));
        caw_server_close_clients(server);
        caw_server_close(server);
        CAW_AWAIT(caw_wait_for(caw_server_wait_closed(server), 10));
    } CAW_END;
}

SCENARIO(streams_of_a_server)
{
    CAW_BEGIN(void) {
        AFTERMATH(CAW_AWAIT(a_server_of_streams()););
    } CAW_END;
}

SCENARIO(standard_streams)
{
    CAW_BEGIN(void) {
        for (int number = 0; number < 2; number++)
            if (caw_sim_standard_open(number)) abort(); /* it is the test's */
        CAW_TRY {
            caw_stream_reader *in = CAW_AWAIT(caw_stdin());
            CAW_DEFER(caw_unref, in);
            caw_stream_writer *out = CAW_AWAIT(caw_stdout());
            CAW_DEFER(caw_unref, out);
            CAW_CHECK(caw_stream_write(out, "hello", 5));
            CHECK_INT(caw_sim_standard_write("hello\n", 6), 6);
            caw_unref(CAW_AWAIT(caw_stream_readline(in)));
        } CAW_FINALLY {
            caw_sim_standard_close(0);
            caw_sim_standard_close(1);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Nobody answers: all errors are there, or a MemoryError. */
SCENARIO(errors_of_all_attempts)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 2; i++) {
            CAW_TRY {
                caw_sim_net_name("names", "10.0.0.1");
                caw_sim_net_name("names", "2001:db8::1");
                CONNECT(stream, "names", 7, .all_errors = i, .local_host = "127.0.0.1", .interleave = 1);
            } CAW_EXCEPT(CAW_OS_ERROR, error) {
                CHECK(!i && strstr(caw_error_message(error), "Multiple exceptions: "));
            } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
                CHECK(i && caw_error_child_count(error) == 2);
            }
            CAW_END_TRY;
        }
    } CAW_END;
}

static const caw_protocol_ops *factory_of(void *data, void **self)
{
    static const caw_protocol_ops silent = {.data_received = told_data};
    *self = data;
    return &silent;
}

static CAW_ASYNC(void, protocols, void)
{
    CAW_BEGIN(void) {
        caw_server *server =
            CAW_AWAIT(caw_create_server(factory_of, "s", NULL, 7, .hosts = (const char *const[]){"::1", "127.0.0.1", NULL}));
        CAW_DEFER(end_server, server);
        caw_transport *t = CAW_AWAIT(caw_create_connection(&telling, "c", "127.0.0.1", 7));
        CAW_DEFER(caw_unref, t);
        caw_sim_net_set_buffer(4);
        int status = caw_transport_write(t, "hello", 5);
        caw_transport_close(t);
        CAW_CHECK(status);
        CAW_AWAIT(caw_sleep(3));
    } CAW_END;
}

SCENARIO(servers_of_protocols)
{
    CAW_BEGIN(void) {
        test.trace[0] = 0;
        AFTERMATH(CAW_AWAIT(protocols()););
        /* Who has it once, gives it back once: */
        int held = 0;
        for (const char *at = test.trace; (at = strstr(at, "c.release")); at++) held++;
        CHECK_INT(held, 1);
        test.trace[0] = 0;
    } CAW_END;
}

static caw_context_var word_var = CAW_CONTEXT_VAR("word", caw_none());

/* Each has a copy of it. */
SCENARIO(a_context)
{
    CAW_BEGIN(void) {
        static const caw_datagram_protocol_ops none = {.release = NULL};
        CAW_CHECK(caw_context_set(&word_var, caw_int(1)));
        caw_datagram_transport *a = CAW_AWAIT(caw_create_datagram_endpoint(&none, NULL, .family = CAW_IPV4));
        CAW_DEFER(caw_unref, a);
        caw_datagram_close(a);
        AFTERMATH(CAW_AWAIT(a_server_of_streams()););
    } CAW_END;
}

static void count_release(void *self) { ++*(int *)self; }

SCENARIO(datagrams)
{
    CAW_BEGIN(void) {
        static const caw_datagram_protocol_ops counting = {.release = count_release};
        static int                             released; /* without memory, also after this frame */
        int                                    made = 1;
        bool                                   failed = false;
        caw_datagram_transport                *ends[2] = {NULL, NULL};
        released = 0;
        CAW_TRY {
            ends[0] = CAW_AWAIT(caw_create_datagram_endpoint(&counting, &released, .local_host = "localhost", .local_port = 9));
            made++;
            ends[1] =
                CAW_AWAIT(caw_create_datagram_endpoint(&counting, &released, .remote_host = "localhost", .remote_port = 9));
            caw_sim_net_fail(CAW_SIM_NET_SEND, EAGAIN, 0, 1);
            int status = caw_datagram_sendto(ends[1], "hello", 5, NULL);
            CAW_AWAIT(caw_sleep(1));
            CAW_CHECK(status);
        } CAW_EXCEPT(CAW_MEMORY_ERROR, error) {
            failed = true;
        }
        CAW_END_TRY;
        for (int i = 0; i < 2; i++) {
            if (!ends[i]) continue;
            if (failed) caw_datagram_abort(ends[i]);
            else caw_datagram_close(ends[i]);
            caw_unref(ends[i]);
        }
        CAW_AWAIT(caw_sleep(1));
        caw_sim_net_clear();
        CHECK_INT(released, made); /* of what was not made, too */
        if (failed) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
    } CAW_END;
}

SCENARIO(sockets)
{
    CAW_BEGIN(void) {
        caw_socket *listener = NEED(caw_socket_new(CAW_IPV4, false));
        CAW_DEFER(caw_unref, listener);
        caw_address own = address_of("127.0.0.1", 7);
        CAW_AWAIT(caw_sock_bind(listener, &own));
        CAW_AWAIT(caw_sock_listen(listener, 5));
        caw_socket *client = NEED(caw_socket_new(CAW_IPV4, false));
        CAW_DEFER(caw_unref, client);
        CAW_AWAIT(caw_sock_connect(client, &own));
        caw_socket *server = CAW_AWAIT(caw_sock_accept(listener, NULL));
        CAW_DEFER(caw_unref, server);
        CAW_AWAIT(caw_sock_sendall(client, "hello", 5));
        caw_unref(CAW_AWAIT(caw_sock_recv(server, 10)));
        CAW_AWAIT(caw_sock_sendall(server, "hello", 5));
        char data[5];
        CHECK_INT(CAW_AWAIT(caw_sock_recv_into(client, data, 5)), 5);
    } CAW_END;
}

SCENARIO(names)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_sim_net_name("example.org", "10.0.0.1"), 0);
        caw_addresses *of_name = CAW_AWAIT(caw_getaddrinfo("example.org", 80));
        CHECK_TEXT(address_text(caw_addresses_at(of_name, 0)), "10.0.0.1:80");
        caw_unref(of_name);
        caw_unref(CAW_AWAIT(caw_getaddrinfo("localhost", 80)));
        caw_unref(CAW_AWAIT(caw_getaddrinfo("127.0.0.1", 80)));
    } CAW_END;
}

/* What a protocol has is given back once, whatever has not come about. */
ASYNC_TEST(a_connection_that_cannot_be_made)
{
    CAW_BEGIN(void) {
        static const caw_protocol_ops counting = {.release = count_release};
        EACH_ALLOCATION_FAILS
        {
            int released = 0;
            CAW_TRY {
                caw_of(caw_transport *) connecting = caw_create_connection(&counting, &released, "127.0.0.1", 7);
                failing = 0;
                caw_unref(CAW_AWAIT(connecting));
            } CAW_EXCEPT(CAW_OS_ERROR, error) {
            } CAW_EXCEPT(CAW_MEMORY_ERROR, error) {
            }
            CAW_END_TRY;
            CHECK_INT(released, 1);
        }
    } CAW_END;
}
