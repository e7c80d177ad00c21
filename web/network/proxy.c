/*
 * A proxy for TCP, as SOCKS5 (RFC 1928) has it: without authentication, to names, IPv4 and IPv6 addresses.
 *     curl --socks5-hostname 127.0.0.1:PORT http://example.org/
 * Either side is read only as fast as the other takes it, and each end of a conversation is passed on by itself.
 * PORT of the environment is where it listens; without it any that is free.
 */
#include <cawait.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE 30 /* seconds, until somebody has said what he wants, and it is there */

/* What is answered. */
enum { GRANTED = 0, FAILED = 1, UNREACHABLE = 4, REFUSED = 5, NO_SUCH_COMMAND = 7, NO_SUCH_ADDRESS = 8 };
enum { CONNECT = 1, IPV4 = 1, NAME = 3, IPV6 = 4 };

typedef struct wish {
    char host[256];
    int  port, answer;
} wish;

static CAW_ASYNC(void, take, caw_stream_reader *reader, uint8_t *to, size_t size)
{
    CAW_BEGIN(void) {
        caw_string *bytes = CAW_AWAIT(caw_stream_readexactly(reader, (ptrdiff_t)size));
        memcpy(to, caw_string_data(bytes), size);
        caw_unref(bytes);
    } CAW_END;
}

static CAW_ASYNC(void, give, caw_stream_writer *writer, const void *bytes, size_t size)
{
    CAW_BEGIN(void) {
        CAW_CHECK(caw_stream_write(writer, bytes, size));
        CAW_AWAIT(caw_stream_drain(writer));
    } CAW_END;
}

/* Whom he wants to talk to. */
static CAW_ASYNC(wish, asked, caw_stream client)
{
    CAW_BEGIN(wish) {
        uint8_t head[4], length = 0, bytes[256], port[2];
        wish    it = {.answer = GRANTED};
        CAW_AWAIT(take(client.reader, head, 2)); /* version, how many ways to say who one is */
        if (head[0] != 5) CAW_RAISE(CAW_VALUE_ERROR, "version %d of SOCKS", head[0]);
        CAW_AWAIT(take(client.reader, bytes, head[1]));
        bool anonymous = memchr(bytes, 0, head[1]) != NULL;
        CAW_AWAIT(give(client.writer, anonymous ? "\x05\x00" : "\x05\xff", 2));
        if (!anonymous) CAW_RAISE(CAW_VALUE_ERROR, "he wants to say who he is");
        CAW_AWAIT(take(client.reader, head, 4)); /* version, command, 0, what kind of address */
        if (head[3] == NAME) CAW_AWAIT(take(client.reader, &length, 1));
        else length = head[3] == IPV4 ? 4 : head[3] == IPV6 ? 16 : 0;
        if (!length) it.answer = NO_SUCH_ADDRESS;
        if (head[1] != CONNECT) it.answer = NO_SUCH_COMMAND;
        if (it.answer) CAW_RETURN(it);
        CAW_AWAIT(take(client.reader, bytes, length));
        CAW_AWAIT(take(client.reader, port, 2));
        it.port = port[0] << 8 | port[1];
        if (head[3] == NAME) {
            memcpy(it.host, bytes, length);
        } else {
            caw_address address = {.family = head[3] == IPV4 ? CAW_IPV4 : CAW_IPV6};
            memcpy(address.bytes, bytes, length);
            caw_address_format(&address, it.host, sizeof it.host);
        }
        CAW_RETURN(it);
    } CAW_END;
}

static int answer_to(const caw_error *error)
{
    int number = caw_error_errno(error);
    return number == ECONNREFUSED ? REFUSED : number == EHOSTUNREACH || number == ENOENT ? UNREACHABLE : FAILED;
}

/* A connection to there; without streams: he was told that there is none. */
static CAW_ASYNC(caw_stream, reach, caw_stream client)
{
    CAW_BEGIN(caw_stream) {
        wish       it = CAW_AWAIT(asked(client));
        caw_stream server = {NULL, NULL};
        CAW_TRY {
            if (!it.answer) server = CAW_AWAIT(caw_open_connection(it.host, it.port, .happy_eyeballs_delay = 0.25));
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            it.answer = answer_to(error);
        }
        CAW_END_TRY;
        printf("%s:%d %d\n", it.host, it.port, it.answer);
        fflush(stdout);
        uint8_t answer[10] = {5, (uint8_t)it.answer, 0, IPV4}; /* from 0.0.0.0:0, which nobody looks at */
        CAW_TRY {
            CAW_AWAIT(give(client.writer, answer, sizeof answer));
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            caw_unref(server.reader);
            caw_unref(server.writer);
            CAW_RERAISE();
        }
        CAW_END_TRY;
        CAW_RETURN(server);
    } CAW_END;
}

/* Until the end of what comes, which is passed on, too. */
static CAW_ASYNC(void, pass_on, caw_stream_reader *from, caw_stream_writer *to)
{
    CAW_BEGIN(void) {
        for (;;) {
            caw_string *bytes = CAW_AWAIT(caw_stream_read(from, 65536));
            CAW_DEFER(caw_unref, bytes);
            if (!caw_string_size(bytes)) break;
            CAW_AWAIT(give(to, caw_string_data(bytes), caw_string_size(bytes)));
        }
        caw_stream_write_eof(to);
    } CAW_END;
}

static CAW_ASYNC(void, serve, void *data, caw_stream client)
{
    CAW_BEGIN(void) {
        (void)data;
        CAW_TRY {
            caw_stream server = CAW_AWAIT(caw_wait_for(reach(client), PATIENCE));
            if (server.writer) {
                CAW_DEFER(caw_unref, server.writer);
                CAW_DEFER(caw_unref, server.reader);
                CAW_WITH_TASK_GROUP(both) { /* when one of them fails, so does the other */
                    CAW_GROUP_START(both, pass_on(client.reader, server.writer));
                    CAW_GROUP_START(both, pass_on(server.reader, client.writer));
                }
                CAW_END_TASK_GROUP;
            }
        } CAW_EXCEPT(CAW_EXCEPTION, error) { /* somebody is gone, or has never spoken SOCKS */
            printf("%s\n", caw_error_message(error));
            fflush(stdout);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(int, proxy, void)
{
    CAW_BEGIN(int) {
        const char *port = getenv("PORT");
        caw_server *server = CAW_AWAIT(caw_start_server(serve, NULL, "127.0.0.1", port ? atoi(port) : 0));
        CAW_DEFER(caw_unref, server);
        printf("port %d\n", caw_server_port(server));
        fflush(stdout);
        CAW_AWAIT(caw_server_serve_forever(server));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(proxy)
