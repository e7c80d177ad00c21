/*
 * Owns: streams over standard input, output and error: one at a time of each.
 * Must not know: how the host reads and writes them.
 */
#include "net/net.h"
#include <cawait/standard.h>
#include <errno.h>

CAW__COLD

static const char *const names[] = {"standard input", "standard output", "standard error"};

/* A transport, or NULL and why. */
static caw_transport *standard_open(int number, caw_error **error)
{
    if (caw__carrier_has_standard(number)) {
        *error = caw_error_os(EBUSY, "%s is a stream already", names[number]);
        return NULL;
    }
    caw__socket    socket = caw__host_standard(number);
    caw_transport *t = socket < 0 ? NULL : caw__carrier_standard(number, socket);
    if (t) return t;
    if (socket == -ENOTSUP)
        *error = caw_error_os(ENOTSUP, "this host has no %s to await: run it natively, under WASI, or in Node, Deno or Bun",
                              names[number]);
    else *error = socket < 0 ? caw__net_error(socket, names[number], NULL) : caw__error_no_memory();
    return NULL;
}

/* Streams over it, which begin in the next pass. */
static caw_error *standard_streams(int number, caw_stream_reader **reader, caw_stream_writer **writer)
{
    caw_error     *error = NULL;
    caw_transport *t = standard_open(number, &error);
    if (!t) return error;
    if (caw_stream_connect(caw_ref(t), 0, reader, writer)) {
        caw_transport_abort(t);
        error = caw__error_no_memory();
    } else {
        caw__carrier_begin(t);
    }
    caw_unref(t); /* the loop has it, too */
    return error;
}

static CAW_ASYNC(caw_stream_reader *, standard_reader, void)
{
    CAW_BEGIN(caw_stream_reader *) {
        caw_stream_reader *reader = NULL;
        caw_error         *error = standard_streams(0, &reader, NULL);
        if (error) CAW_RAISE_ERROR(error);
        CAW_RETURN(reader);
    } CAW_END;
}

static CAW_ASYNC(caw_stream_writer *, standard_writer, int number)
{
    CAW_BEGIN(caw_stream_writer *) {
        caw_stream_writer *writer = NULL;
        caw_error         *error = standard_streams(number, NULL, &writer);
        if (error) CAW_RAISE_ERROR(error);
        CAW_RETURN(writer);
    } CAW_END;
}

caw_of(caw_stream_reader *) caw_stdin(void) { return standard_reader(); }
caw_of(caw_stream_writer *) caw_stdout(void) { return standard_writer(1); }
caw_of(caw_stream_writer *) caw_stderr(void) { return standard_writer(2); }

CAW__COLD_END
