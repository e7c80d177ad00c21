/*
 * Owns: the web's streams of bytes as C's (stream.h), both ways: what a ReadableStream brings is read, a WritableStream is written to, and
 * what C writes is a new ReadableStream for JavaScript.
 * Must not know: HTTP (http.h). Only on hosts that have JavaScript. Source: WHATWG Streams.
 *
 *     caw_stream_reader *reader = caw_stream_from_readable(file_stream, 0);
 *     CAW_DEFER(caw_unref, reader);
 *     CAW_FOR_NEXT(caw_string *line, caw_stream_next_line(reader)) { ...; caw_unref(line); } CAW_END_FOR;
 *
 * Back-pressure goes through: of a ReadableStream no more than the limit is read ahead (stream.h, and one chunk), and caw_stream_drain
 * waits for whoever reads what C writes. Errors, too: a stream that breaks raises what it broke with, the same object in JavaScript;
 * one that JavaScript gives up (cancel, abort) raises OSError (EPIPE) from drain.
 */
#ifndef CAWAIT_WEB_STREAM_H
#define CAWAIT_WEB_STREAM_H

#include <cawait/js.h>
#include <cawait/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Reads a ReadableStream, which is locked from here on; borrows. Its chunks are Uint8Arrays, ArrayBuffers or views; another kind of chunk
 * breaks the stream with a TypeError. `limit`: the reader's, 0 the default. A reader that is given up before the end cancels the stream.
 * On the running loop, or else the instance's own. NULL: it is no ReadableStream, or is locked, or there is no memory; caw_js_take_error
 * says which.
 */
CAW__REFERENCE caw_stream_reader *caw_stream_from_readable(const caw_js *readable,
                                                           size_t limit) __asm__("caw_stream_from_readable_is_of_the_js_host");

/*
 * Writes to a WritableStream, which is locked from here on; borrows. caw_stream_write_eof and caw_stream_close close it behind what was
 * written, an abort aborts it; caw_stream_wait_closed waits for its close, and raises what that, or a write before it, fails with. NULL as
 * above.
 */
CAW__REFERENCE caw_stream_writer *caw_stream_from_writable(const caw_js *writable);

/*
 * A new ReadableStream of what is written to *writer, in chunks of up to 64 KiB: as many wait in JavaScript, and the writer's own
 * limits come before. Closing the writer ends it; aborting the writer, or the end of the instance, is an error for whoever reads. NULL
 * as above, and then so is *writer. Both are new references.
 */
CAW__REFERENCE caw_js *caw_readable_stream(caw_stream_writer **writer);

#ifdef __cplusplus
}
#endif
#endif
