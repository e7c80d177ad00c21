/*
 * Owns: streams of bytes: a reader that waits for as much as is asked for, a writer that waits for room (asyncio's StreamReader
 * and StreamWriter), and pipes in memory between them.
 * Must not know: what carries the bytes; transport.h says how to make a stream of something else.
 *
 *     caw_string *line = CAW_AWAIT(caw_stream_readline(reader));
 *     CAW_DEFER(caw_unref, line);
 *     CAW_CHECK(caw_stream_write(writer, caw_string_data(line), caw_string_size(line)));
 *     CAW_AWAIT(caw_stream_drain(writer));
 *
 * Bytes read are a caw_string: counted, never NULL, empty at the end of the stream. All awaitables here keep their reader or writer
 * for themselves; unless it says otherwise, what was not given out when one fails or is cancelled is
 * still to be read.
 */
#ifndef CAWAIT_STREAM_H
#define CAWAIT_STREAM_H

#include <cawait/task.h>
#include <cawait/transport.h>
#include <cawait/value.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CAW_STREAM_LIMIT ((size_t)65536) /* asyncio's default */

/* ---- Reader ---------------------------------------------------------------------------------------------------------------- */

/*
 * Counted object. One coroutine at a time can wait on it: a second one gets a RuntimeError. Used on the loop that first waits.
 * When its last reference goes, what was not read is gone; a connection without writer is closed then.
 */
typedef struct caw_stream_reader caw_stream_reader;

/*
 * A reader that is fed by hand. `limit`, in bytes, is how long a line (readuntil: a part) may be without its separator; a transport
 * is paused when more than twice as much is unread, until no more than the limit is, or somebody waits. NULL without memory, and
 * for limit 0. Source: asyncio.StreamReader.
 */
CAW__REFERENCE caw_stream_reader *caw_stream_reader_new(size_t limit);

/*
 * Up to n bytes, at least one unless n is 0 or the stream has ended; waits only if there is none. n negative: everything up to the
 * end. The limit does not count. Source: StreamReader.read.
 */
CAW__HANDLE caw_of(caw_string *) caw_stream_read(caw_stream_reader *reader, ptrdiff_t n);
/*
 * Exactly n bytes. IncompleteReadError when the stream ends before: what there was is in the error (caw_error_partial), and is
 * read. The limit does not count. n negative: ValueError. Source: StreamReader.readexactly.
 */
CAW__HANDLE caw_of(caw_string *) caw_stream_readexactly(caw_stream_reader *reader, ptrdiff_t n);
/*
 * A line with its "\n"; the last one may be without. ValueError when it is longer than the limit: then the line is dropped, or, if
 * its end has not come yet, everything that has. Source: StreamReader.readline.
 */
CAW__HANDLE caw_of(caw_string *) caw_stream_readline(caw_stream_reader *reader);
/*
 * The same, but StopAsyncIteration at the end of the stream. Source: StreamReader.__anext__.
 *     CAW_FOR_NEXT(caw_string *line, caw_stream_next_line(reader)) { ...; caw_unref(line); } CAW_END_FOR;
 */
CAW__HANDLE caw_of(caw_string *) caw_stream_next_line(caw_stream_reader *reader);
/*
 * Everything up to a separator, with it. IncompleteReadError when the stream ends before, as readexactly. LimitOverrunError when
 * what comes before the separator is longer than the limit, or will be; everything is still to be read then, and
 * caw_error_consumed says how much of it comes before any separator. An empty separator: ValueError. It is copied.
 * Source: StreamReader.readuntil.
 */
CAW__HANDLE caw_of(caw_string *) caw_stream_readuntil(caw_stream_reader *reader, const void *separator, size_t size);
/* Up to the first end of any of them; of several that end there, the shortest counts. Source: readuntil with a tuple, 3.13. */
CAW__HANDLE caw_of(caw_string *) caw_stream_readuntil_any(caw_stream_reader *reader, const caw_bytes *separators, size_t count);

/* The stream has ended and everything is read. */
bool caw_stream_at_eof(const caw_stream_reader *reader);
/* The error it was ended with, borrowed; NULL. Source: StreamReader.exception. */
caw_error *caw_stream_exception(const caw_stream_reader *reader);

/*
 * For whoever feeds it, from any callback. feed_data copies: 0; -CAW_RUNTIME_ERROR after the end; -CAW_MEMORY_ERROR, and nothing was
 * fed. feed_eof: no more will come. set_error: whoever waits, and all who read from now on, get the error, whatever is unread; it is
 * consumed. 0, or -CAW_TYPE_ERROR for the errors that caw_set_error refuses.
 * Source: StreamReader.feed_data, feed_eof, set_exception.
 */
CAW__NODISCARD int caw_stream_feed_data(caw_stream_reader *reader, const void *data, size_t size);
void               caw_stream_feed_eof(caw_stream_reader *reader);
int                caw_stream_set_error(caw_stream_reader *reader, caw_error *error);

/* Of an IncompleteReadError: what was read, borrowed, and how much was wanted (-1: up to a separator). NULL and -1 for others. */
caw_string *caw_error_partial(const caw_error *error);
ptrdiff_t   caw_error_expected(const caw_error *error);
/* Of a LimitOverrunError: how many bytes hold no separator. 0 for others. */
size_t caw_error_consumed(const caw_error *error);

/* ---- Writer ------------------------------------------------------------------------------------------------------------------ */

/* Counted object. It keeps its reader. When its last reference goes, it is closed (asyncio warns, too). */
typedef struct caw_stream_writer caw_stream_writer;

/* As caw_transport_write, _writelines, _write_eof, _can_write_eof, _close, _is_closing, _get_extra_info. */
CAW__NODISCARD int caw_stream_write(caw_stream_writer *writer, const void *data, size_t size);
CAW__NODISCARD int caw_stream_writelines(caw_stream_writer *writer, const caw_bytes *parts, size_t count);
int                caw_stream_write_eof(caw_stream_writer *writer);
bool               caw_stream_can_write_eof(const caw_stream_writer *writer);
void               caw_stream_close(caw_stream_writer *writer);
bool               caw_stream_is_closing(const caw_stream_writer *writer);
caw_value          caw_stream_get_extra_info(caw_stream_writer *writer, const char *name);

/*
 * Waits while writing is paused, that is, while too much is buffered; any number of coroutines may. Does not suspend otherwise,
 * except for one pass when it is closing. Raises the reader's error if it has one; the error that breaks the connection while it
 * waits; OSError (ECONNRESET) once the connection is lost. Source: StreamWriter.drain.
 */
CAW__HANDLE caw_of(void) caw_stream_drain(caw_stream_writer *writer);
/*
 * Waits until the connection is lost; raises the error that broke it. Cancelling it hurts nobody else who waits (asyncio: all).
 * Source: StreamWriter.wait_closed.
 */
CAW__HANDLE caw_of(void) caw_stream_wait_closed(caw_stream_writer *writer);

/* The transport (limits, abort), and the reader of the same connection or NULL. Both borrowed. */
caw_transport     *caw_stream_transport(const caw_stream_writer *writer);
caw_stream_reader *caw_stream_reader_of(const caw_stream_writer *writer);

/*
 * Makes the streams of an open transport that has no protocol yet, and attaches them. `limit` as for caw_stream_reader_new, 0: the
 * default. `reader` or `writer` NULL: the transport is only written, or only read. Consumes the transport, on failure too.
 * 0; -CAW_MEMORY_ERROR, also for a transport that is NULL; what is written to *reader and *writer is NULL then.
 * Source: what open_connection does with its transport.
 */
CAW__NODISCARD int caw_stream_connect(caw_transport *transport, size_t limit, caw_stream_reader **reader,
                                      caw_stream_writer **writer);

/* ---- In memory --------------------------------------------------------------------------------------------------------------------- */

/*
 * A pipe within the running loop: what is written to *writer is read from *reader. Bytes arrive in the pass after they were
 * written, in parts of up to 64 KiB a pass, none while reading is paused: then they stay with the writer, and drain waits. Closing the
 * writer ends the reader; aborting it fails the reader with OSError (ECONNRESET). When the reader is given up, the writer loses its
 * connection, with OSError (EPIPE) if something was still to be sent.
 * 0; -CAW_MEMORY_ERROR; -CAW_RUNTIME_ERROR outside of a loop. `limit`: the readers', 0: the default.
 */
CAW__NODISCARD int caw_memory_pipe(size_t limit, caw_stream_reader **reader, caw_stream_writer **writer);

/* One end of a conversation; two references. */
typedef struct caw_stream {
    caw_stream_reader *reader;
    caw_stream_writer *writer;
} caw_stream;

/* Two pipes, as a pair of sockets: what one end writes the other reads. Closing one end ends the other's reading, and only that. */
CAW__NODISCARD int caw_memory_duplex(size_t limit, caw_stream *one, caw_stream *other);

#ifdef __cplusplus
}
#endif
#endif
