/* The web's streams from C: one that is read, one that is written, one that is made. */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/web_stream.h>
#include <string.h>

/* The lines of a stream, counted, until `stop` of them (0: all). */
static CAW_ASYNC(int, lines, caw_js *stream, int stop)
{
    CAW_BEGIN(int) {
        caw_stream_reader *reader = caw_stream_from_readable(stream, 0);
        if (!reader) CAW_RAISE_ERROR(caw_js_take_error());
        CAW_DEFER(caw_unref, reader);
        int n = 0;
        while (!stop || n < stop) {
            caw_string *line = CAW_AWAIT(caw_stream_readline(reader));
            size_t      size = caw_string_size(line);
            caw_unref(line);
            if (!size) break;
            n++;
        }
        CAW_RETURN(n);
    } CAW_END;
}
CAW_EXPORT(int, lines, caw_js *, stream, int, stop);

/* Writes `text` so often, then `ending`: 0 closes, 1 aborts, 2 lets go of the writer, 3 writes the end and waits until it is over. */
static CAW_ASYNC(void, fill, caw_stream_writer *writer, const char *text, int times, int ending)
{
    CAW_BEGIN(void) {
        CAW_DEFER(caw_unref, writer);
        for (int i = 0; i < times; i++) {
            CAW_CHECK(caw_stream_write(writer, text, strlen(text)));
            CAW_AWAIT(caw_stream_drain(writer));
        }
        if (ending == 0) caw_stream_close(writer);
        if (ending == 1) caw_transport_abort(caw_stream_transport(writer));
        if (ending == 3) {
            CAW_CHECK(caw_stream_write_eof(writer));
            caw_stream_close(writer);
            CAW_AWAIT(caw_stream_wait_closed(writer));
        }
    } CAW_END;
}

static CAW_ASYNC(void, write, caw_js *stream, caw_string *text, int times, int ending)
{
    CAW_BEGIN(void) {
        caw_stream_writer *writer = caw_stream_from_writable(stream);
        if (!writer) CAW_RAISE_ERROR(caw_js_take_error());
        CAW_AWAIT(fill(writer, caw_string_data(text), times, ending));
    } CAW_END;
}
CAW_EXPORT(void, write, caw_js *, stream, caw_string *, text, int, times, int, ending);

static CAW_ASYNC(void, filled, caw_stream_writer *writer, caw_string *text, int times, int ending)
{
    CAW_BEGIN(void) {
        CAW_DEFER(caw_unref, text);
        CAW_AWAIT(fill(writer, caw_string_data(text), times, ending));
    } CAW_END;
}

static CAW_ASYNC(caw_js *, make, caw_string *text, int times, int ending)
{
    CAW_BEGIN(caw_js *) {
        caw_stream_writer *writer;
        caw_js            *stream = CAW_JS(caw_readable_stream(&writer));
        caw_drop(caw_spawn(filled(writer, caw_ref(text), times, ending)));
        CAW_RETURN(stream);
    } CAW_END;
}
CAW_EXPORT(caw_js *, make, caw_string *, text, int, times, int, ending);
