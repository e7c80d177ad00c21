/*
 * Owns: what the tests of streams share: checks of bytes, callbacks that feed a reader, a transport that is driven by hand.
 */
#ifndef CAW_TEST_STREAMS_H
#define CAW_TEST_STREAMS_H

#include "test.h"
#include <errno.h>

#define DATA "line1\nline2\nline3\n"

/* In an async function: a reader to be fed by hand, given back when the function is left. */
#define READER(name, limit)                                                                                                    \
    caw_stream_reader *name = caw_stream_reader_new(limit);                                                                    \
    CAW_DEFER(caw_unref, name)

/* In an async function: awaiting it gives these bytes. */
#define CHECK_READ(handle, want) test_bytes(__FILE__, __LINE__, #handle, CAW_AWAIT(handle), (want), strlen(want))

static inline void test_bytes(const char *file, int line, const char *what, caw_string *got, const char *want, size_t size)
{
    if (caw_string_size(got) != size || memcmp(caw_string_data(got), want, size) != 0)
        test_complain("  %s:%d: %s is \"%s\", not \"%s\"\n", file, line, what, caw_string_data(got), want);
    caw_unref(got);
}

/* In an async function: this is what is unread, and nothing else; afterwards there is nothing. */
#define CHECK_LEFT(reader, want)                                                                                               \
    do {                                                                                                                       \
        if (*(want)) CHECK_READ(caw_stream_read((reader), 1000), (want));                                                      \
        test_nothing_left(__FILE__, __LINE__, (reader));                                                                       \
    } while (0)

static inline void test_nothing_left(const char *file, int line, caw_stream_reader *reader)
{
    caw_any *more = caw_base(caw_spawn(caw_stream_read(reader, 1000), .eager = true));
    caw_of(caw_string *) read = (caw_of(caw_string *))more;
    if (caw_done(read)) {
        caw_string *bytes = NULL;
        if (!caw_result(read, &bytes) && caw_string_size(bytes))
            test_complain("  %s:%d: unread, too: \"%s\"\n", file, line, caw_string_data(bytes));
        caw_unref(bytes);
    }
    caw_cancel(read, NULL);
    caw_unref(more);
}

static inline void feed(caw_stream_reader *reader, const char *text)
{
    CHECK_INT(caw_stream_feed_data(reader, text, strlen(text)), 0);
}

static inline void write_text(caw_stream_writer *w, const char *text) { CHECK_INT(caw_stream_write(w, text, strlen(text)), 0); }

/* Feeds, from a callback in the next pass, each of the texts; NULL among them is the end of the stream. */
typedef struct feeding {
    caw_stream_reader *reader;
    const char        *texts[4];
    int                count;
} feeding;

static inline void feed_now(void *argument)
{
    const feeding *f = argument;
    for (int i = 0; i < f->count; i++) {
        if (f->texts[i]) feed(f->reader, f->texts[i]);
        else caw_stream_feed_eof(f->reader);
    }
}

#define FEED_SOON(reader, ...)                                                                                                 \
    feeding soon = {(reader), {__VA_ARGS__}, (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *))};                   \
    caw_unref(caw_call_soon(NULL, feed_now, &soon))

/* Awaits and traces what came of it: name=bytes, name=size for long ones, name:Error. */
static CAW_ASYNC(void, traced, const char *name, caw_of(caw_string *) handle)
{
    CAW_BEGIN_OWNING(void, caw_drop(handle)) {
        CAW_TRY {
            caw_string *bytes = CAW_AWAIT(handle);
            if (caw_string_size(bytes) < 20) trace("%s=%s", name, caw_string_data(bytes));
            else trace("%s=%zu", name, caw_string_size(bytes));
            caw_unref(bytes);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("%s:%s", name, caw_error_name((int)caw_error_type_of(error)));
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, traced_void, const char *name, caw_of(void) handle)
{
    CAW_BEGIN_OWNING(void, caw_drop(handle)) {
        CAW_TRY {
            CAW_AWAIT(handle);
            trace("%s", name);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            trace("%s:%s%s", name, caw_error_name((int)caw_error_type_of(error)),
                  caw_error_errno(error) == EPIPE        ? "(EPIPE)"
                  : caw_error_errno(error) == ECONNRESET ? "(ECONNRESET)"
                                                         : "");
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Traces |0, |1... once a pass. */
static CAW_ASYNC(void, ticker, int count)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < count; i++) {
            trace("|%d", i);
            CAW_AWAIT(caw_sleep(0));
        }
    } CAW_END;
}

/* ---- A transport driven by hand ------------------------------------------------------------------------------------------- */

/* `room`: how much it takes before it says later; every call is traced, and what it took is in `sent`. */
typedef struct carrier {
    size_t room;
    bool   broken;
    char   sent[256];
} carrier;

static inline ptrdiff_t carrier_send(caw_transport *t, const void *data, size_t size, caw_error **error)
{
    carrier *c = caw_transport_state(t);
    if (c->broken) {
        *error = caw_error_os(EPIPE, "broken");
        return -1;
    }
    size_t n = size < c->room ? size : c->room;
    c->room -= n;
    test_append(c->sent, sizeof c->sent, "%.*s", (int)n, (const char *)data);
    return (ptrdiff_t)n;
}
static inline void      carrier_send_eof(caw_transport *t) { (void)t, trace("send_eof"); }
static inline void      carrier_pause(caw_transport *t) { (void)t, trace("pause"); }
static inline void      carrier_resume(caw_transport *t) { (void)t, trace("resume"); }
static inline void      carrier_close(caw_transport *t, bool aborted) { (void)t, trace(aborted ? "close(aborted)" : "close"); }
static inline caw_value carrier_info(caw_transport *t, const char *name)
{
    (void)t;
    return strcmp(name, "peername") ? caw_none() : caw_text(caw_string_of("nobody"));
}

static const caw_transport_ops carrier_ops = {.name = "by hand",
                                              .send = carrier_send,
                                              .send_eof = carrier_send_eof,
                                              .pause_reading = carrier_pause,
                                              .resume_reading = carrier_resume,
                                              .close = carrier_close,
                                              .extra_info = carrier_info};
/* One that can do no more than it must. */
static const caw_transport_ops plain_ops = {.name = "plain", .send = carrier_send};

#endif
