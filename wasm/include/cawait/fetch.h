/*
 * Owns: HTTP requests: caw_fetch and what can be read of a response.
 * Must not know: how a promise becomes a future (js.h). On the hosts js, where it is JavaScript's fetch, and wasip3, where it is
 * wasi:http (wasmtime run -S http).
 *
 *     caw_response *response = CAW_AWAIT(caw_fetch("https://example.org/"));
 *     CAW_DEFER(caw_unref, response);
 *     if (caw_response_ok(response)) {
 *         caw_string *text = CAW_AWAIT(caw_response_text(response));
 *         ...
 *     }
 *
 * A status of 404 is a response as any other. Cancelling a request or a read aborts the transfer. What goes wrong is where there is
 * JavaScript a JsError (the very TypeError that fetch gives, for an address that is none as for a network that is down); under WASI a
 * TypeError for what cannot be asked for, and an OSError, whose errno says what, for all that comes of the network. There the request is
 * begun when it is awaited.
 */
#ifndef CAWAIT_FETCH_H
#define CAWAIT_FETCH_H

#include <cawait/js.h>
#include <cawait/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counted; where there is JavaScript it is its Response. As in http.h, where one may be returned to who asks. */
typedef struct caw_js caw_response;

typedef struct caw_fetch_options {
    const char *method         CAW__UNSET; /* default "GET" */
    const char *const *headers CAW__UNSET; /* name, value, name, value, ..., NULL */
    caw_bytes body             CAW__UNSET; /* copied; data NULL: none */
    const char *redirect       CAW__UNSET; /* "follow" (default; 20 of them), "error" or "manual" */
} caw_fetch_options;

/*
 * Requests `url` and gives the response once its head is there. Strings are copied.
 *     caw_fetch(url)      caw_fetch(url, .method = "POST", .body = {data, size})
 */
#define caw_fetch(url, ...) caw__fetch((url), CAW__GIVEN(caw_fetch_options, __VA_ARGS__))

/*
 * The same with a body that is made while it goes: what is written to *writer, a new reference, until it is closed; caw_stream_drain
 * waits for who takes it. Aborting the writer breaks the request off. The method is "POST" unless told otherwise; .body is not to be set
 * (TypeError). Without a content-length among the headers the body is sent in chunks. Await the response beside the writing, or after:
 *     caw_stream_writer *body;
 *     caw_of(caw_response *) answer = caw_fetch_stream(url, &body, .headers = (const char *[]){"content-type", "text/csv", NULL});
 *     CAW_DEFER(caw_unref, body);
 *     for (...) { CAW_CHECK(caw_stream_write(body, row, size)); CAW_AWAIT(caw_stream_drain(body)); }
 *     caw_stream_close(body);
 *     caw_response *response = CAW_AWAIT(answer);
 * Once the request has failed, was cancelled, or its response was read to the end or cancelled, drain raises OSError (EPIPE, and
 * ECONNRESET from then on). The body cannot be sent twice: a redirect but 303 is an error. In a browser it needs HTTP/2 or newer, and
 * Firefox and Safari cannot (TypeError); under WASI write from a task of its own, or after caw_spawn of the answer, for the request is
 * begun when it is awaited. *writer is NULL when there is none: awaiting the answer says why. Source: Fetch, a Request with a stream as its
 * body, duplex "half".
 */
#define caw_fetch_stream(url, writer, ...) caw__fetch_stream((url), (writer), CAW__GIVEN(caw_fetch_options, __VA_ARGS__))

int  caw_response_status(const caw_response *response); /* 200; 0 if it is no response */
bool caw_response_ok(const caw_response *response);     /* status 200 to 299 */
/* The address it came from in the end, after redirects. NULL: error. */
CAW__REFERENCE caw_string *caw_response_url(const caw_response *response);
/* A header, by name in any case; NULL when absent (no error is kept then). */
CAW__REFERENCE caw_string *caw_response_header(const caw_response *response, const char *name);
/* One that came behind the body, once that is read to its end; NULL: there is none, or the host has none (JavaScript has not). */
CAW__REFERENCE caw_string *caw_response_trailer(const caw_response *response, const char *name);

/*
 * Where there is JavaScript, of a Response of any kind: the host's, one of undici's, another realm's, a mock with text() and arrayBuffer().
 * Anything else: TypeError.
 *
 * The whole body: as text (UTF-8, whatever was not is U+FFFD), as bytes; it arrives in place, in as much memory as it has bytes. Once;
 * reading a second time is a TypeError (a JsError).
 * All three borrow the response, and keep it as long as they need it.
 */
CAW__HANDLE caw_of(caw_string *) caw_response_text(const caw_response *response);
CAW__HANDLE caw_of(caw_string *) caw_response_bytes(const caw_response *response);
/*
 * The next part of the body as it arrives; an empty string is the end. Cancelling a read, or dropping it, aborts the rest.
 *     for (;;) {
 *         caw_string *chunk = CAW_AWAIT(caw_response_chunk(response));
 *         size_t      size = caw_string_size(chunk);
 *         caw_unref(chunk);
 *         if (!size) break;
 *     }
 */
CAW__HANDLE caw_of(caw_string *) caw_response_chunk(const caw_response *response);

/*
 * Gives up what has not been read of the body: the transfer ends and its connection is free; a read that is under way raises what the
 * host says to that (an AbortError: CancelledError). A response that is let go of without having been read to its end keeps its
 * connection until JavaScript collects it (under WASI it is cancelled at once): cancel it, if that may take long. After the end it does
 * nothing; what is no response is left alone. May be called anywhere. Source: ReadableStream.cancel, AbortController.abort.
 */
void caw_response_cancel(const caw_response *response);

/* ---- Private ----------------------------------------------------------------------------------------------------- */
/* What the linker misses on another host. */
CAW__HANDLE caw_of(caw_response *)
    caw__fetch(const char *url, const caw_fetch_options *options) __asm__("caw_fetch_is_of_the_hosts_js_and_wasip3");
CAW__HANDLE caw_of(caw_response *)
    caw__fetch_stream(const char *url, caw_stream_writer **writer,
                      const caw_fetch_options *options) __asm__("caw_fetch_stream_is_of_the_hosts_js_and_wasip3");

#ifdef __cplusplus
}
#endif
#endif
