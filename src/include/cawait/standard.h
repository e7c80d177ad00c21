/*
 * Owns: standard input, output and error as streams (asyncio's connect_read_pipe, connect_write_pipe over sys.stdin, sys.stdout).
 * Must not know: what they are connected to: a terminal, a pipe, a file; how the host reads and writes.
 *
 *     caw_stream_reader *in = CAW_AWAIT(caw_stdin());
 *     CAW_DEFER(caw_unref, in);
 *     caw_stream_writer *out = CAW_AWAIT(caw_stdout());
 *     CAW_DEFER(caw_unref, out);
 *     CAW_FOR_NEXT(caw_string *line, caw_stream_next_line(in)) {
 *         int status = caw_stream_write(out, caw_string_data(line), caw_string_size(line));
 *         caw_unref(line);
 *         CAW_CHECK(status);
 *         CAW_AWAIT(caw_stream_drain(out));
 *     } CAW_END_FOR;
 *     caw_stream_close(out);
 *     CAW_AWAIT(caw_stream_wait_closed(out)); // all is written
 *
 * On the native host, wasip1, wasip2, wasip3, and in Node, Deno and Bun. A page has none: OSError (ENOTSUP), which says what to do.
 */
#ifndef CAWAIT_STANDARD_H
#define CAWAIT_STANDARD_H

#include <cawait/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Each gives a new reference, at once. One stream at a time of each: OSError (EBUSY) until the last one is closed (wait_closed); when the
 * loop is closed it is, too. Closing it leaves the program's own open, for printf and the next one. A reader reads ahead: what it has
 * when its last reference goes is lost, so keep it; what a cancelled read did not give out is still to be read.
 *
 * To a pipe that nobody reads any more: OSError (EPIPE) from wait_closed, or a drain that waits; natively SIGPIPE is ignored from
 * caw_stdout on, as Python has it. There is no write_eof. The terminal or pipe stays blocking for others who have it. On wasip1 and
 * wasip2 a write that finds no room blocks the program.
 *
 * printf has a buffer of its own: what is in it is written before the loop waits, so use one of the two for what must stay in order. And
 * of input either the stream or caw_stdin_line (stdin.h), each of which reads ahead for itself.
 */
CAW__HANDLE caw_of(caw_stream_reader *) caw_stdin(void);
CAW__HANDLE caw_of(caw_stream_writer *) caw_stdout(void);
CAW__HANDLE caw_of(caw_stream_writer *) caw_stderr(void);

#ifdef __cplusplus
}
#endif
#endif
