/*
 * A chat: who connects says a name, and then lines that all the others get.
 *     nc 127.0.0.1 PORT
 * Who does not read what the others say is dropped once too much of it waits for him: nobody else waits for his sake.
 * PORT of the environment is where it listens; without it any that is free.
 */
#include <cawait.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME 32
#define MOST ((size_t)256 << 10) /* bytes that may wait for somebody */

typedef struct member {
    caw_stream_writer *writer;
    struct member     *next;
    char               name[NAME];
} member;

static member *members;

/* To all but one; NULL: to all. What is written is sent when it can be; only how much waits is looked at. */
static void tell(const member *from, const caw_bytes *parts, size_t count)
{
    for (const member *m = members; m; m = m->next) {
        if (m == from || caw_stream_is_closing(m->writer)) continue;
        caw_transport *connection = caw_stream_transport(m->writer);
        bool           slow = caw_transport_write_buffer_size(connection) > MOST;
        if (slow) printf("%s is dropped: too slow\n", m->name);
        if (slow || caw_stream_writelines(m->writer, parts, count)) caw_transport_abort(connection);
    }
    fflush(stdout);
}

static caw_bytes bytes_of(const char *text) { return (caw_bytes){(const uint8_t *)text, strlen(text)}; }

static void announce(const member *about, const char *what)
{
    const caw_bytes parts[] = {bytes_of("* "), bytes_of(about->name), bytes_of(what)};
    tell(NULL, parts, 3);
}

static void leave(void *pointer)
{
    member *left = pointer, **at = &members;
    while (*at != left) at = &(*at)->next;
    *at = left->next;
    announce(left, " has gone\n");
    caw_unref(left->writer);
    free(left);
}

/* As long as it may be, and without its end. Consumes the line. */
static void name_of(char *name, caw_string *line)
{
    snprintf(name, NAME, "%s", caw_string_data(line));
    name[strcspn(name, "\r\n")] = 0;
    if (!*name) strcpy(name, "somebody");
    caw_unref(line);
}

static CAW_ASYNC(void, serve, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        member *self = calloc(1, sizeof *self);
        if (!self) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        *self = (member){.writer = caw_ref(stream.writer), .next = members};
        strcpy(self->name, "somebody");
        members = self;
        CAW_DEFER(leave, self);
        CAW_TRY {
            name_of(self->name, CAW_AWAIT(caw_stream_readline(stream.reader)));
            announce(self, " has come\n");
            CAW_FOR_NEXT(caw_string * line, caw_stream_next_line(stream.reader))
            {
                const caw_bytes said[] = {bytes_of(self->name), bytes_of(": "), bytes_of(caw_string_data(line))};
                tell(self, said, 3);
                caw_unref(line);
            }
            CAW_END_FOR;
        } CAW_EXCEPT(CAW_OS_ERROR, error) {    /* gone without a word, or dropped */
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) { /* a line without an end */
        }
        CAW_END_TRY;
        caw_stream_close(stream.writer);
    } CAW_END;
}

static CAW_ASYNC(int, chat, void)
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
CAW_MAIN(chat)
