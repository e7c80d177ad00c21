/*
 * Owns: the server's half of HTTP: the handler of requests, what it sees of one, the responses that it makes.
 * Must not know: connections, or who listens: the host calls the handler, once a request and as many at a time as there are.
 *
 *     CAW_ASYNC(caw_response *, handle, caw_request *request)
 *     {
 *         CAW_BEGIN(caw_response *) {
 *             caw_string *name = caw_request_query(request, "name");
 *             CAW_DEFER(caw_unref, name);
 *             CAW_AWAIT(caw_sleep(0.01));
 *             CAW_RETURN(caw_respond(name ? caw_string_data(name) : "world"));
 *         } CAW_END;
 *     }
 *     CAW_HTTP_HANDLER(handle);
 *
 * On hosts with JavaScript it is app.fetch(request, env, context), a handler as the web has it: Deno.serve(app.fetch),
 * Bun.serve({ fetch: app.fetch }), event.respondWith(app.fetch(event.request)) in a service worker, workerd's export default, and
 * createServer(listener(app.fetch)) in Node (cawait/node-http).
 *
 * As a component of WASI 0.3 (cawait build --host wasip3) it is wasi:http/handler: wasmtime serve app.wasm, and any other engine that
 * has that. All requests of an instance are tasks of one loop; there may be many instances, and the engine ends one when it likes:
 * what is to be kept is kept elsewhere. What it prints is in the engine's log. One that opens files, or reads its environment, needs more
 * of wasmtime than that gives by itself: serve -S cli.
 *
 * A handler that fails or returns NULL is a response of 500 without a body of its own, and a report. One that traps is that on hosts
 * with JavaScript, for all that wait; under wasmtime all calls of its instance end, with 500 or in the middle of their bodies, and the next
 * request has a new instance. One that never answers is waited for as long as the client likes.
 * When the client goes before there is a response the handler is cancelled, where the host says so (wasmtime 49 does not: it goes on);
 * when it goes later, what writes the body gets OSError from drain (EPIPE while it waits, ECONNRESET from then on). A body of the
 * client's that breaks off, or is shorter than it said, is an OSError, or the host's own error, for who reads it; one that is longer
 * is another request to HTTP, and a bad one.
 */
#ifndef CAWAIT_HTTP_H
#define CAWAIT_HTTP_H

#include <cawait/stream.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Counted objects. Where there is JavaScript they are its Request and Response, and all of js.h may be done with them; everywhere all of
 * fetch.h. A response of caw_fetch's that nobody has read is one to return, as it is.
 */
typedef struct caw_js caw_request;
typedef struct caw_js caw_response;

/* Once in a program, after the function: CAW_ASYNC(caw_response *, function, caw_request *request). The request is borrowed. */
#define CAW_HTTP_HANDLER(function)                                                                                             \
    caw_of(caw_response *) caw__http_handle(caw_request *caw__request) { return function(caw__request); }                      \
    __attribute__((used)) static const char *const caw__http_linked = &caw__http_here

/* ---- The request: all borrow it -------------------------------------------------------------------------------------------- */

/*
 * "GET"; the address, whole ("https://example.org/a?b=c"); its path ("/a"), percent-encoded as it came. NULL: no memory. Where the host
 * does not say whose address it is (wasmtime serve), it is localhost's.
 */
CAW__REFERENCE caw_string *caw_request_method(const caw_request *request);
CAW__REFERENCE caw_string *caw_request_url(const caw_request *request);
CAW__REFERENCE caw_string *caw_request_path(const caw_request *request);
/* The first parameter of that name in the query, decoded (%41 is A, + a space; bad escapes stay as they are). NULL: there is none. */
CAW__REFERENCE caw_string *caw_request_query(const caw_request *request, const char *name);
/*
 * A header, by name in any case, several joined by ", "; NULL: there is none. What is no ASCII is as it came, but where there is
 * JavaScript: that takes it for Latin-1.
 */
CAW__REFERENCE caw_string *caw_request_header(const caw_request *request, const char *name);
/* All headers, from index 0 on, names in small letters: two new references; false past the last, or without memory. */
bool caw_request_header_at(const caw_request *request, size_t index, caw_string **name, caw_string **value);

/*
 * The body, once: as text (what is no UTF-8 is U+FFFD), as bytes, or as a stream while it comes; empty if there is none. The first two
 * keep the request as long as they need it. caw_request_body gives a new reference; giving it up before the end cancels the rest. NULL:
 * the body was read already, or there is no memory; caw_http_take_error says which.
 */
CAW__HANDLE                       caw_of(caw_string *) caw_request_text(const caw_request *request);
CAW__HANDLE                       caw_of(caw_string *) caw_request_bytes(const caw_request *request);
CAW__REFERENCE caw_stream_reader *caw_request_body(const caw_request *request);
/* A header that came behind the body, once that is read to its end; NULL: there is none, or the host has none (JavaScript has not). */
CAW__REFERENCE caw_string *caw_request_trailer(const caw_request *request, const char *name);

/* ---- The response ---------------------------------------------------------------------------------------------------------- */

typedef struct caw_respond_options {
    int status                 CAW__UNSET; /* 200 to 599; default 200 */
    const char *type           CAW__UNSET; /* the content-type; default that of the function, unless it is among the headers */
    const char *const *headers CAW__UNSET; /* name, value, name, value, ..., NULL; a name may come again */
} caw_respond_options;

/*
 * A new response, for the handler to return, once. Strings and bytes are copied. NULL: an error that is kept (ValueError: a status, or a
 * header's name or value that HTTP forbids, line ends above all; a body where the status has none, or of another length than the
 * content-length among the headers says; two of those; TypeError: a header that the host has to itself; MemoryError), and that the host
 * reports when the handler returns NULL.
 *     caw_respond(text)                      UTF-8, up to the NUL; text/plain;charset=UTF-8
 *     caw_respond_bytes(data, size)          no type
 *     caw_respond_stream(&writer)            the body is what is written to *writer, a new reference, until it is closed: by a task that
 *                                            is spawned and goes on when the handler has returned; caw_stream_drain waits for the client.
 *                                            Aborting the writer breaks the body off, for the client to see; giving it up closes it: a task
 *                                            that fails in the middle aborts it first. More than a content-length among the headers, or
 *                                            less, breaks it off too, under WASI and behind cawait/node-http: that is reported
 * Each may be followed by options: caw_respond("gone", .status = 410, .headers = (const char *[]){"retry-after", "60", NULL})
 */
#define caw_respond(text, ...) caw__respond_text((text), CAW__GIVEN(caw_respond_options, __VA_ARGS__))
#define caw_respond_bytes(data, size, ...) caw__respond((data), (size), NULL, CAW__GIVEN(caw_respond_options, __VA_ARGS__))
#define caw_respond_stream(writer, ...) caw__respond_stream((writer), CAW__GIVEN(caw_respond_options, __VA_ARGS__))

/*
 * What follows the body: name, value, ..., NULL; copied. Before the writer is closed, or the response returned. 0; -CAW_VALUE_ERROR: HTTP
 * or the host forbid one; -CAW_RUNTIME_ERROR: there is no body, it has ended, or the host sends none (JavaScript cannot).
 */
int caw_response_set_trailers(caw_response *response, const char *const *trailers);

/* The error of the last call here that gave NULL; NULL when there is none. Once. */
CAW__REFERENCE caw_error *caw_http_take_error(void);

/*
 * Where there is JavaScript, what app.fetch was given beside the request (workerd's bindings, its context): new references, undefined if
 * nothing; NULL elsewhere.
 */
CAW__REFERENCE struct caw_js *caw_request_env(const caw_request *request);
CAW__REFERENCE struct caw_js *caw_request_context(const caw_request *request);

/* ---- Private ----------------------------------------------------------------------------------------------------- */

CAW__HANDLE                  caw_of(caw_response *) caw__http_handle(caw_request *request);
extern const char            caw__http_here;
CAW__REFERENCE caw_response *caw__respond_text(const char *text, const caw_respond_options *options);
CAW__REFERENCE caw_response *caw__respond(const void *data, size_t size, const char *type, const caw_respond_options *options);
CAW__REFERENCE caw_response *caw__respond_stream(caw_stream_writer **writer, const caw_respond_options *options);

#ifdef __cplusplus
}
#endif
#endif
