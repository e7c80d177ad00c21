/* Lesson: a server sends back what it gets, to two clients at once; who writes more than the other side takes is held back by drain. */
#include <cawait.h>
#include <stdio.h>

#define PIECE 65536

/* Reads no faster than it can send: drain waits while the client does not read. */
static CAW_ASYNC(void, echo, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        int *served = data;
        for (;;) {
            caw_string *bytes = CAW_AWAIT(caw_stream_read(stream.reader, PIECE));
            size_t      size = caw_string_size(bytes);
            int         status = caw_stream_write(stream.writer, caw_string_data(bytes), size);
            caw_unref(bytes);
            CAW_CHECK(status);
            if (size == 0) break;
            CAW_AWAIT(caw_stream_drain(stream.writer));
        }
        ++*served;
    } CAW_END;
}

/* Says something, and waits for the answer before it says more. */
static CAW_ASYNC(void, talk, int port)
{
    CAW_BEGIN(void) {
        static const char *const words[] = {"here", "and there", "and here again"};
        caw_stream               stream = CAW_AWAIT(caw_open_connection("127.0.0.1", port));
        caw_unref(stream.reader); /* the writer keeps it */
        CAW_DEFER(caw_unref, stream.writer);
        for (int i = 0; i < 3; i++) {
            char line[32];
            int  size = snprintf(line, sizeof line, "%s\n", words[i]);
            CAW_CHECK(caw_stream_write(stream.writer, line, (size_t)size));
            caw_string *back = CAW_AWAIT(caw_stream_readline(stream.reader));
            printf("a: %s", caw_string_data(back));
            caw_unref(back);
        }
        caw_stream_close(stream.writer);
        CAW_AWAIT(caw_stream_wait_closed(stream.writer));
    } CAW_END;
}

static CAW_ASYNC(void, finish, caw_stream_writer *writer)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_stream_drain(writer));
        printf("b: there is room again\n");
        CAW_CHECK(caw_stream_write_eof(writer));
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        static const char piece[PIECE];
        size_t            sent = 0;
        int               served = 0;
        caw_server       *server = NULL;
        CAW_TRY {
            server = CAW_AWAIT(caw_start_server(echo, &served, "127.0.0.1", 0));
        } CAW_EXCEPT(CAW_OS_ERROR, error) { /* where there are no sockets */
            printf("%s\n", caw_error_message(error));
        } CAW_END_TRY;
        if (!server) CAW_RETURN(0);
        CAW_DEFER(caw_unref, server);

        caw_stream b = CAW_AWAIT(caw_open_connection("127.0.0.1", caw_server_port(server)));
        caw_unref(b.reader);
        CAW_DEFER(caw_unref, b.writer);
        while (caw_transport_write_buffer_size(caw_stream_transport(b.writer)) <= PIECE) {
            CAW_CHECK(caw_stream_write(b.writer, piece, PIECE));
            sent += PIECE;
        }
        printf("b: more than %d bytes are still here\n", PIECE);

        CAW_AWAIT(talk(caw_server_port(server))); /* meanwhile, as long as it takes */

        caw_results *both = CAW_AWAIT(caw_gather(finish(b.writer), caw_stream_read(b.reader, -1)));
        CAW_DEFER(caw_unref, both);
        caw_string *back = caw_result_at(both, 1, caw_string *);
        CAW_DEFER(caw_unref, back);
        printf("b: %s\n", caw_string_size(back) == sent ? "all has come back" : "some is missing");

        caw_server_close(server);
        CAW_AWAIT(caw_server_wait_closed(server));
        printf("%d were served\n", served);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
