/*
 * gzip of what a page fetches, by zlib, part by part: a ReadableStream, of which no more is made than is read.
 *
 *     const packed = await Module.gzip('/log.txt', 6);
 *     await new Response(packed).blob();
 *
 * packed() is an async generator: it awaits a part of the body and yields what deflate makes of it. send() writes that, and waits for who
 * reads: who does not read holds up the server, and who cancels the stream ends the transfer.
 */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/fetch.h>
#include <cawait/web_stream.h>
#include <emscripten.h>
#include <zlib.h>

EM_JS(void, tell, (void), { globalThis["caw_started"](Module); });

enum { GZIP = 15 + 16, MEMORY = 8 }; /* deflateInit2's: the largest window, gzip's frame; the default */

static void end(void *z) { deflateEnd(z); }

static CAW_ASYNC_GEN(caw_string *, packed, caw_response *response, int level)
{
    CAW_BEGIN_GEN(caw_string *)
    {
        z_stream z = {0};
        if (deflateInit2(&z, level, Z_DEFLATED, GZIP, MEMORY, Z_DEFAULT_STRATEGY)) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(end, &z);
        for (bool last = false; !last;) {
            caw_string *part = CAW_AWAIT(caw_response_chunk(response));
            last = !caw_string_size(part);
            z.next_in = (void *)(uintptr_t)caw_string_data(part);
            z.avail_in = (uInt)caw_string_size(part);
            CAW_TRY {
                do {
                    unsigned char out[4096];
                    z.next_out = out;
                    z.avail_out = sizeof out;
                    deflate(&z, last ? Z_FINISH : Z_NO_FLUSH);
                    if (z.avail_out < sizeof out) CAW_YIELD(caw_string_new(out, sizeof out - z.avail_out));
                } while (!z.avail_out);
            } CAW_FINALLY {
                caw_unref(part);
            }
            CAW_END_TRY;
        }
    }
    CAW_END_GEN;
}

static void cancel(void *response) { caw_response_cancel(response); }

/* Owns its arguments. */
static CAW_ASYNC(void, send, caw_response *response, int level, caw_stream_writer *out)
{
    CAW_BEGIN_OWNING(void, (caw_unref(response), caw_unref(out))) {
        CAW_DEFER(caw_unref, response);
        CAW_DEFER(caw_unref, out);
        CAW_DEFER(cancel, response); /* what is left of it */
        CAW_TRY {
            CAW_FOR_AWAIT(caw_string *part, packed(response, level)) {
                int status = caw_stream_write(out, caw_string_data(part), caw_string_size(part));
                caw_unref(part);
                CAW_CHECK(status);
                CAW_AWAIT(caw_stream_drain(out));
            }
            CAW_END_FOR;
            caw_stream_close(out);
        } CAW_EXCEPT(CAW_OS_ERROR, gone) {
            (void)gone; /* who read it */
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            (void)error;
            caw_transport_abort(caw_stream_transport(out)); /* so that a part is not taken for the whole */
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

CAW_ASYNC(caw_js *, gzip, const char *url, int level)
{
    CAW_BEGIN(caw_js *) {
        if (level < Z_NO_COMPRESSION || level > Z_BEST_COMPRESSION) CAW_RAISE(CAW_VALUE_ERROR, "no level %d", level);
        caw_response *response = CAW_AWAIT(caw_fetch(url));
        CAW_DEFER(caw_unref, response);
        if (!caw_response_ok(response)) CAW_RAISE(CAW_OS_ERROR, "%s: %d", url, caw_response_status(response));
        caw_stream_writer *out;
        caw_js            *stream = CAW_JS(caw_readable_stream(&out));
        caw_drop(caw_spawn(send(caw_ref(response), level, out)));
        CAW_RETURN(stream);
    } CAW_END;
}
CAW_EXPORT(caw_js *, gzip, const char *, url, int, level);

int main(void)
{
    tell();
    return 0;
}
