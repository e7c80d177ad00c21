/*
 * Owns: what the tests of the network share: an echo server, addresses, conversations in a line of trace.
 */
#ifndef CAW_TEST_NETWORK_H
#define CAW_TEST_NETWORK_H

#include "streams.h"

/* Sends back what it gets, until the end. */
static CAW_ASYNC(void, echo, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        for (;;) {
            caw_string *bytes = CAW_AWAIT(caw_stream_read(stream.reader, 1000));
            size_t      size = caw_string_size(bytes);
            int         status = caw_stream_write(stream.writer, caw_string_data(bytes), size);
            caw_unref(bytes);
            CAW_CHECK(status);
            if (!size) break;
            CAW_AWAIT(caw_stream_drain(stream.writer));
        }
    } CAW_END;
}

/* In an async function: a stream that is given back when the function is left; the writer keeps the reader. */
#define CONNECT(name, ...)                                                                                                     \
    caw_stream name = CAW_AWAIT(caw_open_connection(__VA_ARGS__));                                                             \
    caw_unref(name.reader);                                                                                                    \
    CAW_DEFER(caw_unref, name.writer)
#define SERVE(name, ...)                                                                                                       \
    caw_server *name = CAW_AWAIT(caw_start_server(__VA_ARGS__));                                                               \
    CAW_DEFER(end_server, name)

static inline void close_server(void *server)
{
    caw_server_close(server);
    caw_server_abort_clients(server);
}
static inline void end_server(void *server)
{
    close_server(server);
    caw_unref(server);
}

static inline const char *address_text(const caw_address *address)
{
    static char text[4][CAW_ADDRESS_TEXT];
    static int  next;
    next = (next + 1) % 4;
    caw_address_format(address, text[next], CAW_ADDRESS_TEXT);
    return text[next];
}

static inline caw_address address_of(const char *text, int port)
{
    caw_address address;
    CHECK_INT(caw_address_parse(text, (uint16_t)port, &address), 0);
    return address;
}

/* What get_extra_info says, or "none". */
static inline void check_info(const char *file, int line, caw_value value, const char *want)
{
    test_text(file, line, "the extra info", value.tag == CAW_STRING ? caw_string_data(value.as_string) : "none", want);
    caw_value_drop(value);
}
#define CHECK_INFO(value, want) check_info(__FILE__, __LINE__, (value), (want))

/* A protocol that traces all that it is told, with the letter it is given for itself. */
static inline void told_made(void *self, caw_transport *t) { (void)t, trace("%s.made", (const char *)self); }
static inline int  told_data(void *self, const void *data, size_t size)
{
    trace("%s.data:%.*s", (const char *)self, (int)size, (const char *)data);
    return 0;
}
static inline bool told_eof(void *self) { return trace("%s.eof", (const char *)self), true; }
static inline bool told_eof_ends(void *self) { return trace("%s.eof", (const char *)self), false; }
static inline void told_lost(void *self, caw_error *error)
{
    trace("%s.lost%s%s", (const char *)self, error ? ":" : "", error ? caw_error_message(error) : "");
}
static inline void told_pause(void *self) { trace("%s.pause", (const char *)self); }
static inline void told_resume(void *self) { trace("%s.resume", (const char *)self); }
static inline void told_release(void *self) { trace("%s.release", (const char *)self); }

__attribute__((unused)) static const caw_protocol_ops telling = {.connection_made = told_made,
                                                                 .data_received = told_data,
                                                                 .eof_received = told_eof,
                                                                 .connection_lost = told_lost,
                                                                 .pause_writing = told_pause,
                                                                 .resume_writing = told_resume,
                                                                 .release = told_release};

#endif
