/* Streams of JavaScript's that are read, written to, closed and given up, by calls that are under way at the same time. */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/web_stream.h>

CAW_ASYNC(void, reads, caw_js *stream, int size)
{
    CAW_BEGIN(void) {
        caw_stream_reader *reader = caw_stream_from_readable(stream, 0);
        CAW_DEFER(caw_unref, reader);
        caw_unref(CAW_AWAIT(caw_stream_readexactly(reader, size)));
    } CAW_END;
}
CAW_EXPORT(void, reads, caw_js *, stream, int, size);

CAW_ASYNC(void, writes, caw_js *stream, int count)
{
    CAW_BEGIN(void) {
        caw_stream_writer *writer = caw_stream_from_writable(stream);
        CAW_DEFER(caw_unref, writer);
        for (int i = 0; i < count; i++) {
            CAW_CHECK(caw_stream_write(writer, "0123456789", 10));
            CAW_AWAIT(caw_stream_drain(writer));
            CAW_AWAIT(caw_sleep(0));
        }
        caw_stream_close(writer);
        CAW_AWAIT(caw_stream_wait_closed(writer));
    } CAW_END;
}
CAW_EXPORT(void, writes, caw_js *, stream, int, count);
