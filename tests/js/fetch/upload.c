/* Requests whose body is written while they go. */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/fetch.h>
#include <errno.h>
#include <string.h>

static CAW_ASYNC(caw_string *, answer_of, caw_of(caw_response *) asked)
{
    CAW_BEGIN_OWNING(caw_string *, caw_drop(asked)) {
        caw_response *response = CAW_AWAIT(asked);
        CAW_DEFER(caw_unref, response);
        CAW_RETURN(CAW_AWAIT(caw_response_text(response)));
    } CAW_END;
}

/* So many parts of 1000 bytes, each when there is room. The answer. */
static CAW_ASYNC(caw_string *, upload, const char *url, const char *method, int parts)
{
    CAW_BEGIN(caw_string *) {
        caw_stream_writer *body;
        caw_of(caw_response *) asked = caw_fetch_stream(url, &body, .method = *method ? method : NULL,
                                                        .headers = (const char *[]){"x-custom", "yes", NULL});
        CAW_DEFER(caw_unref, body);
        caw_of(caw_string *) answer = caw_spawn(answer_of(asked));
        char part[1000];
        memset(part, 'p', sizeof part);
        CAW_TRY {
            for (int n = 0; n < parts; n++) {
                CAW_CHECK(caw_stream_write(body, part, sizeof part));
                CAW_AWAIT(caw_stream_drain(body));
            }
        } CAW_EXCEPT(CAW_OS_ERROR, error) { /* nobody takes it: the answer says why */
        }
        CAW_END_TRY;
        caw_stream_close(body);
        CAW_RETURN(CAW_AWAIT(answer));
    } CAW_END;
}
CAW_EXPORT(caw_string *, upload, const char *, url, const char *, method, int, parts);

/* Writes until nobody takes any more: how many bytes, and by which errno it ends. */
static int written, ended;
static CAW_ASYNC(void, write_on, caw_stream_writer *body)
{
    CAW_BEGIN(void) {
        char part[1000];
        memset(part, 'p', sizeof part);
        written = ended = 0;
        CAW_TRY {
            for (;; written += 1000) {
                CAW_CHECK(caw_stream_write(body, part, sizeof part));
                CAW_AWAIT(caw_stream_drain(body));
                CAW_AWAIT(caw_sleep(0));
            }
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            ended = caw_error_errno(error);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* The answer; then the writer is waited for, which must have been told. */
static CAW_ASYNC(caw_string *, endless, const char *url)
{
    CAW_BEGIN(caw_string *) {
        caw_stream_writer *body;
        caw_of(caw_response *) asked = caw_fetch_stream(url, &body);
        CAW_DEFER(caw_unref, body);
        caw_of(void) writing = caw_spawn(write_on(body));
        CAW_TRY {
            CAW_RETURN(CAW_AWAIT(answer_of(asked)));
        } CAW_FINALLY {
            CAW_AWAIT(writing);
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_EXPORT(caw_string *, endless, const char *, url);

/* How much a peer who never reads lets C write. */
static CAW_ASYNC(int, flood, const char *url)
{
    CAW_BEGIN(int) {
        caw_stream_writer *body;
        caw_of(caw_string *) answer = caw_spawn(answer_of(caw_fetch_stream(url, &body)));
        CAW_DEFER(caw_unref, body);
        CAW_MOVE_ON_AFTER(patience, 0.3) {
            CAW_AWAIT(write_on(body));
        }
        CAW_END_MOVE_ON;
        caw_cancel(answer, NULL);
        CAW_TRY {
            caw_unref(CAW_AWAIT(answer));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
        CAW_RETURN(written);
    } CAW_END;
}
CAW_EXPORT(int, flood, const char *, url);

static bool was_told(void) { return ended == EPIPE || ended == ECONNRESET; }
CAW_EXPORT_SYNC(bool, was_told);

/* The body breaks off after some of it. */
static CAW_ASYNC(caw_string *, breaks_off, const char *url)
{
    CAW_BEGIN(caw_string *) {
        caw_stream_writer *body;
        caw_of(caw_string *) answer = caw_spawn(answer_of(caw_fetch_stream(url, &body)));
        CAW_DEFER(caw_unref, body);
        CAW_CHECK(caw_stream_write(body, "some", 4));
        CAW_AWAIT(caw_stream_drain(body));
        CAW_AWAIT(caw_sleep(0.05));
        caw_transport_abort(caw_stream_transport(body));
        CAW_RETURN(CAW_AWAIT(answer));
    } CAW_END;
}
CAW_EXPORT(caw_string *, breaks_off, const char *, url);

/* With a body of the other kind as well. */
static CAW_ASYNC(caw_string *, both, const char *url)
{
    CAW_BEGIN(caw_string *) {
        caw_stream_writer *body;
        caw_of(caw_response *) asked = caw_fetch_stream(url, &body, .body = {(const uint8_t *)"x", 1});
        if (body) CAW_RAISE(CAW_RUNTIME_ERROR, "a writer that writes to nothing");
        CAW_RETURN(CAW_AWAIT(answer_of(asked)));
    } CAW_END;
}
CAW_EXPORT(caw_string *, both, const char *, url);
