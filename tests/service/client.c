/* caw_fetch, asked of a server that service's test has made for it (client.test.mjs); its address is the environment's BASE. */
#include <cawait.h>
#include <cawait/fetch.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(const char *name, bool good)
{
    printf("%s %s\n", good ? "ok" : "not ok", name);
    fflush(stdout);
}

static const char *at(const char *path)
{
    static char text[8][256];
    static int  next;
    next = (next + 1) % 8;
    snprintf(text[next], sizeof text[next], "%s%s", getenv("BASE"), path);
    return text[next];
}

static bool is(caw_string *text, const char *wanted)
{
    bool same = text && !strcmp(caw_string_data(text), wanted);
    if (!same) printf("# %s\n", text ? caw_string_data(text) : "NULL");
    caw_unref(text);
    return same;
}

/* The body of a response that comes; consumes the handle. */
static CAW_ASYNC(caw_string *, text_of, caw_of(caw_response *) fetching)
{
    CAW_BEGIN_OWNING(caw_string *, caw_drop(fetching)) {
        caw_response *response = CAW_AWAIT(fetching);
        CAW_DEFER(caw_unref, response);
        CAW_RETURN(CAW_AWAIT(caw_response_text(response)));
    } CAW_END;
}

static CAW_ASYNC(bool, gives, caw_of(caw_response *) fetching, const char *wanted)
{
    CAW_BEGIN_OWNING(bool, caw_drop(fetching)) {
        CAW_RETURN(is(CAW_AWAIT(text_of(fetching)), wanted));
    } CAW_END;
}

/* Whether it raises such an error, by a message with that in it. */
static CAW_ASYNC(bool, raises, caw_of(caw_response *) fetching, caw_error_type type, int number, const char *says)
{
    CAW_BEGIN_OWNING(bool, caw_drop(fetching)) {
        bool right = false;
        CAW_TRY {
            caw_unref(CAW_AWAIT(text_of(fetching)));
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            right = caw_error_is(error, type) && (!number || caw_error_errno(error) == number) &&
                    strstr(caw_error_message(error), says);
            if (!right)
                printf("# %s %d: %s\n", caw_error_name((int)caw_error_type_of(error)), caw_error_errno(error),
                       caw_error_message(error));
        }
        CAW_END_TRY;
        CAW_RETURN(right);
    } CAW_END;
}

static CAW_ASYNC(void, heads, void)
{
    CAW_BEGIN(void) {
        caw_response *response = CAW_AWAIT(caw_fetch(at("/hello?a b#c"), .headers = (const char *[]){"X-Mine", "1", NULL}));
        CAW_DEFER(caw_unref, response);
        check("a status", caw_response_status(response) == 200 && caw_response_ok(response));
        check("an address without a fragment", is(caw_response_url(response), at("/hello?a%20b")));
        check("a header", is(caw_response_header(response, "Content-TYPE"), "text/plain"));
        check("one that comes again", is(caw_response_header(response, "x-two"), "1, 2"));
        check("one that is not there", caw_response_header(response, "x-none") == NULL);
        check("one whose name is no text", caw_response_header(response, "\xff") == NULL);
        check("a body", is(CAW_AWAIT(caw_response_text(response)), "GET /hello?a%20b x-mine=1 accept=*/* length=undefined"));
        check("a header after the body", is(caw_response_header(response, "content-type"), "text/plain"));
        bool again = false;
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_response_bytes(response)));
        } CAW_EXCEPT(CAW_TYPE_ERROR, error) {
            again = true;
        }
        CAW_END_TRY;
        check("a body is read once", again);
        caw_response *none = CAW_AWAIT(caw_fetch(at("/404")));
        CAW_DEFER(caw_unref, none);
        check("a 404 is a response", caw_response_status(none) == 404 && !caw_response_ok(none));
        check("with a body of bytes that are no text", is(CAW_AWAIT(caw_response_text(none)), "n\xef\xbf\xbdne"));
        caw_response *empty = CAW_AWAIT(caw_fetch(at("/hello"), .method = "head"));
        CAW_DEFER(caw_unref, empty);
        check("HEAD", is(CAW_AWAIT(caw_response_text(empty)), ""));
        check("other methods", CAW_AWAIT(gives(caw_fetch(at("/hello"), .method = "PURGE"),
                                               "PURGE /hello x-mine=undefined accept=*/* length=undefined")));
        check("POST without a body",
              CAW_AWAIT(gives(caw_fetch(at("/hello"), .method = "post"), "POST /hello x-mine=undefined accept=*/* length=0")));
    } CAW_END;
}

static CAW_ASYNC(void, bodies, void)
{
    CAW_BEGIN(void) {
        size_t size = 1000000;
        char  *data = malloc(size);
        CAW_DEFER(free, data);
        for (size_t i = 0; i < size; i++) data[i] = (char)(i * 7);
        caw_response *response = CAW_AWAIT(caw_fetch(at("/echo"), .method = "PUT", .body = {(const uint8_t *)data, size}));
        CAW_DEFER(caw_unref, response);
        caw_string *whole = CAW_AWAIT(caw_response_bytes(response));
        check("a body there and back", caw_string_size(whole) == size && !memcmp(caw_string_data(whole), data, size));
        caw_unref(whole);

        caw_response *slow = CAW_AWAIT(caw_fetch(at("/parts")));
        CAW_DEFER(caw_unref, slow);
        check("the first part, before the second is made", is(CAW_AWAIT(caw_response_chunk(slow)), "one"));
        check("which is asked for", CAW_AWAIT(gives(caw_fetch(at("/next")), "made")));
        check("the second", is(CAW_AWAIT(caw_response_chunk(slow)), "two"));
        check("the end", is(CAW_AWAIT(caw_response_chunk(slow)), ""));
        check("and again", is(CAW_AWAIT(caw_response_chunk(slow)), ""));
        check("what came behind it", is(caw_response_trailer(slow, "X-Sum"), "6"));
        caw_response_cancel(slow);
        check("nothing is cancelled after the end", is(CAW_AWAIT(caw_response_chunk(slow)), ""));

        check("a body that breaks off", CAW_AWAIT(raises(caw_fetch(at("/cut")), CAW_OS_ERROR, 0, "HTTP")));
    } CAW_END;
}

static CAW_ASYNC(void, redirects, void)
{
    CAW_BEGIN(void) {
        caw_bytes body = {(const uint8_t *)"body", 4};
        check("a redirect",
              CAW_AWAIT(gives(caw_fetch(at("/to?hello")), "GET /hello x-mine=undefined accept=*/* length=undefined")));
        check("POST becomes GET", CAW_AWAIT(gives(caw_fetch(at("/to?hello"), .method = "POST", .body = body),
                                                  "GET /hello x-mine=undefined accept=*/* length=undefined")));
        check("but not by 307", CAW_AWAIT(gives(caw_fetch(at("/to307?echo"), .method = "POST", .body = body), "body")));
        caw_response *left = CAW_AWAIT(caw_fetch(at("/to?hello"), .redirect = "manual"));
        CAW_DEFER(caw_unref, left);
        check("one that is left", caw_response_status(left) == 302 && is(caw_response_header(left, "location"), "/hello"));
        caw_response *end = CAW_AWAIT(caw_fetch(at("/to?hello")));
        CAW_DEFER(caw_unref, end);
        check("where it was in the end", is(caw_response_url(end), at("/hello")));
        check("refused",
              CAW_AWAIT(raises(caw_fetch(at("/to?hello"), .redirect = "error"), CAW_OS_ERROR, EPROTO, "is redirected")));
        check("for ever", CAW_AWAIT(raises(caw_fetch(at("/round")), CAW_OS_ERROR, ELOOP, "again and again")));
        check("to nowhere", CAW_AWAIT(raises(caw_fetch(at("/to?mailto:a")), CAW_OS_ERROR, EPROTO, "redirected to")));
        const char *const secret[] = {"authorization", "x", NULL};
        check("who one is, the same place is told", CAW_AWAIT(gives(caw_fetch(at("/to?who"), .headers = secret), "x")));
        check("and no other", CAW_AWAIT(gives(caw_fetch(at("/to-other"), .headers = secret), "nobody")));
    } CAW_END;
}

static CAW_ASYNC(void, refusals, void)
{
    CAW_BEGIN(void) {
        static const char *const wrong[] = {"", "/a", "ftp://h/", "http://", "http://u:p@h/", "http://a b/", "nonsense"};
        bool                     all = true;
        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
            all = CAW_AWAIT(raises(caw_fetch(wrong[i]), CAW_TYPE_ERROR, 0, "no address")) && all;
        check("addresses that are none", all);
        check("no address at all", CAW_AWAIT(raises(caw_fetch(NULL), CAW_TYPE_ERROR, 0, "no address")));
        check("a header with a line end",
              CAW_AWAIT(raises(caw_fetch(at("/"), .headers = (const char *[]){"x", "1\r\ny: 2", NULL}), CAW_TYPE_ERROR, 0,
                               "line ends")));
        check("one that is the host's own",
              CAW_AWAIT(raises(caw_fetch(at("/"), .headers = (const char *[]){"connection", "x", NULL}), CAW_TYPE_ERROR, 0,
                               "'connection'")));
        check("a length that is wrong",
              CAW_AWAIT(raises(caw_fetch(at("/echo"), .method = "POST", .body = {(const uint8_t *)"body", 4},
                                         .headers = (const char *[]){"content-length", "5", NULL}),
                               CAW_TYPE_ERROR, 0, "content-length says 5")));
        check("GET with a body",
              CAW_AWAIT(raises(caw_fetch(at("/"), .body = {(const uint8_t *)"x", 1}), CAW_TYPE_ERROR, 0, "no body")));
        check("a method that is no text",
              CAW_AWAIT(raises(caw_fetch(at("/"), .method = "\xff"), CAW_TYPE_ERROR, 0, "no method")));
        check("TRACE", CAW_AWAIT(raises(caw_fetch(at("/"), .method = "trace"), CAW_TYPE_ERROR, 0, "not allowed")));
        check("a method that is none", CAW_AWAIT(raises(caw_fetch(at("/"), .method = "a b"), CAW_TYPE_ERROR, 0, "")));
        check("a way that is none", CAW_AWAIT(raises(caw_fetch(at("/"), .redirect = "x"), CAW_TYPE_ERROR, 0, "no way")));
        check("nobody there", CAW_AWAIT(raises(caw_fetch(getenv("NOBODY")), CAW_OS_ERROR, ECONNREFUSED, "refused")));
        check("no such name", CAW_AWAIT(raises(caw_fetch("http://no-such-name.invalid/"), CAW_OS_ERROR, 0, "HTTP: ")));
        check("what is no HTTP", CAW_AWAIT(raises(caw_fetch(getenv("NONSENSE")), CAW_OS_ERROR, 0, "HTTP: ")));
    } CAW_END;
}

/* Each is seen by the server: its connection is closed. */
static CAW_ASYNC(void, cancels, void)
{
    CAW_BEGIN(void) {
        bool late = false;
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_wait_for(caw_fetch(at("/never")), 0.02)));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            late = true;
        }
        CAW_END_TRY;
        check("a request that takes too long", late);
        caw_drop(caw_fetch(at("/never")));
        caw_response *response = CAW_AWAIT(caw_fetch(at("/endless")));
        CAW_DEFER(caw_unref, response);
        caw_unref(CAW_AWAIT(caw_response_chunk(response)));
        caw_drop(caw_response_chunk(response));
        caw_response *other = CAW_AWAIT(caw_fetch(at("/endless")));
        CAW_DEFER(caw_unref, other);
        caw_of(caw_string *) reading = caw_spawn(caw_response_text(other));
        CAW_AWAIT(caw_sleep(0.01));
        caw_response_cancel(other);
        bool told = false;
        CAW_TRY {
            caw_unref(CAW_AWAIT(reading));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            told = true;
        }
        CAW_END_TRY;
        check("who reads what is given up is told", told);
        caw_unref(CAW_AWAIT(caw_fetch(at("/endless")))); /* nobody reads it */
        check("the server has seen all of them go", CAW_AWAIT(gives(caw_fetch(at("/gone?4")), "4 gone")));
    } CAW_END;
}

static CAW_ASYNC(bool, nth, int n)
{
    CAW_BEGIN(bool) {
        char path[32], wanted[128];
        snprintf(path, sizeof path, "/hello?%d", n);
        snprintf(wanted, sizeof wanted, "GET %s x-mine=undefined accept=*/* length=undefined", path);
        CAW_RETURN(CAW_AWAIT(gives(caw_fetch(at(path)), wanted)));
    } CAW_END;
}

/* Writes so many parts of 1000 bytes, and the end; false: nobody takes them any more. */
static CAW_ASYNC(bool, write_parts, caw_stream_writer *body, int parts)
{
    CAW_BEGIN(bool) {
        CAW_TRY {
            for (int n = 0; n < parts; n++) {
                char part[1000];
                memset(part, 'p', sizeof part);
                CAW_CHECK(caw_stream_write(body, part, sizeof part));
                CAW_AWAIT(caw_stream_drain(body));
            }
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            CAW_RETURN(false);
        }
        CAW_END_TRY;
        caw_stream_close(body);
        CAW_RETURN(true);
    } CAW_END;
}

/* Written while they go. */
static CAW_ASYNC(void, uploads, void)
{
    CAW_BEGIN(void) {
        caw_stream_writer *body;
        caw_of(caw_string *) answer = caw_spawn(text_of(caw_fetch_stream(at("/echo"), &body, .method = "PUT")));
        check("a body is written", CAW_AWAIT(write_parts(body, 1000)));
        caw_unref(body);
        caw_string *back = CAW_AWAIT(answer);
        check("and comes back", caw_string_size(back) == 1000000);
        caw_unref(back);
        answer = caw_spawn(text_of(caw_fetch_stream(at("/hello"), &body)));
        caw_stream_close(body);
        caw_unref(body);
        check("in chunks", is(CAW_AWAIT(answer), "POST /hello x-mine=undefined accept=*/* length=undefined"));
        answer = caw_spawn(
            text_of(caw_fetch_stream(at("/hello"), &body, .headers = (const char *[]){"content-length", "1000", NULL})));
        check("as many as were said", CAW_AWAIT(write_parts(body, 1)));
        caw_unref(body);
        check("are said", is(CAW_AWAIT(answer), "POST /hello x-mine=undefined accept=*/* length=1000"));

        caw_of(caw_response *) asked = caw_fetch_stream(at("/to307?echo"), &body);
        caw_stream_close(body);
        caw_unref(body);
        check("it is not sent again", CAW_AWAIT(raises(asked, CAW_OS_ERROR, EPROTO, "cannot be sent again")));
        asked = caw_fetch_stream(at("/to303?hello"), &body);
        caw_stream_close(body);
        caw_unref(body);
        check("but need not be for 303", CAW_AWAIT(gives(asked, "GET /hello x-mine=undefined accept=*/* length=undefined")));

        asked = caw_fetch_stream(getenv("NOBODY"), &body);
        CAW_DEFER(caw_unref, body);
        check("nobody takes it", CAW_AWAIT(raises(asked, CAW_OS_ERROR, ECONNREFUSED, "refused")));
        check("who writes is told", !CAW_AWAIT(write_parts(body, 1000)));
        caw_stream_writer *late;
        asked = caw_fetch_stream(at("/silent"), &late);
        CAW_DEFER(caw_unref, late);
        bool timed_out = false;
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_wait_for(asked, 0.02)));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            timed_out = true;
        }
        CAW_END_TRY;
        check("the request is cancelled", timed_out);
        check("who writes is told, too", !CAW_AWAIT(write_parts(late, 1000)));
        caw_stream_writer *dropped;
        caw_drop(caw_fetch_stream(at("/silent"), &dropped));
        CAW_DEFER(caw_unref, dropped);
        check("of one that nobody awaits as well", !CAW_AWAIT(write_parts(dropped, 1000)));
        caw_stream_writer *broken;
        answer = caw_spawn(text_of(caw_fetch_stream(at("/echo"), &broken)));
        CAW_DEFER(caw_unref, broken);
        CAW_CHECK(caw_stream_write(broken, "some", 4));
        CAW_AWAIT(caw_stream_drain(broken));
        CAW_AWAIT(caw_sleep(0.01));
        caw_transport_abort(caw_stream_transport(broken));
        bool cut = false;
        CAW_TRY {
            caw_unref(CAW_AWAIT(answer));
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            cut = true;
        }
        CAW_END_TRY;
        check("a body that breaks off breaks the request off", cut);

        caw_stream_writer *none;
        asked = caw_fetch_stream(at("/echo"), &none, .body = {(const uint8_t *)"x", 1});
        check("no writer for two bodies", !none && CAW_AWAIT(raises(asked, CAW_TYPE_ERROR, 0, ".body is not to be set")));
        asked = caw_fetch_stream(at("/echo"), &none, .method = "GET");
        check("nor for GET", !none && CAW_AWAIT(raises(asked, CAW_TYPE_ERROR, 0, "no body")));
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(heads());
        CAW_AWAIT(bodies());
        CAW_AWAIT(uploads());
        CAW_AWAIT(redirects());
        CAW_AWAIT(refusals());
        CAW_AWAIT(cancels());
        enum { MANY = 50 };
        caw_of(bool) all[MANY];
        int right = 0;
        for (int i = 0; i < MANY; i++) all[i] = caw_spawn(nth(i));
        for (int i = 0; i < MANY; i++) right += CAW_AWAIT(all[i]);
        check("many at once", right == MANY);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)
