/* HTTP: requests and responses, read in every way, cancelled. */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/fetch.h>
#include <string.h>

CAW_ASYNC(caw_string *, text, const char *url)
{
    CAW_BEGIN(caw_string *) {
        caw_js *response = CAW_AWAIT(caw_fetch(url));
        CAW_DEFER(caw_unref, response);
        CAW_RETURN(CAW_AWAIT(caw_response_text(response)));
    } CAW_END;
}
CAW_EXPORT(caw_string *, text, const char *, url);

CAW_ASYNC(double, size, const char *url)
{
    CAW_BEGIN(double) {
        caw_js *response = CAW_AWAIT(caw_fetch(url));
        CAW_DEFER(caw_unref, response);
        caw_string *bytes = CAW_AWAIT(caw_response_bytes(response));
        double      sum = 0;
        for (size_t i = 0; i < caw_string_size(bytes); i++) sum += (unsigned char)caw_string_data(bytes)[i];
        caw_unref(bytes);
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, size, const char *, url);

/* Reads in chunks; stops after `most` bytes by leaving the rest. */
CAW_ASYNC(double, chunks, const char *url, double most)
{
    CAW_BEGIN(double) {
        caw_js *response = CAW_AWAIT(caw_fetch(url));
        CAW_DEFER(caw_unref, response);
        double total = 0;
        while (total < most) {
            caw_string *chunk = CAW_AWAIT(caw_response_chunk(response));
            size_t      got = caw_string_size(chunk);
            caw_unref(chunk);
            if (!got) break;
            total += (double)got;
        }
        CAW_RETURN(total);
    } CAW_END;
}
CAW_EXPORT(double, chunks, const char *, url, double, most);

/* What arrived: status ok|url|header */
CAW_ASYNC(caw_string *, head, const char *url, const char *redirect)
{
    CAW_BEGIN(caw_string *) {
        caw_js *response = CAW_AWAIT(caw_fetch(url, .redirect = redirect));
        CAW_DEFER(caw_unref, response);
        caw_string *from = caw_response_url(response);
        CAW_DEFER(caw_unref, from);
        caw_string *header = caw_response_header(response, "X-Test");
        CAW_DEFER(caw_unref, header);
        caw_error *line =
            caw_error_new(CAW_VALUE_ERROR, "%d %d|%s|%s", caw_response_status(response), caw_response_ok(response),
                          caw_string_data(from), header ? caw_string_data(header) : "absent");
        CAW_DEFER(caw_unref, line);
        CAW_RETURN(caw_string_of(caw_error_message(line)));
    } CAW_END;
}
CAW_EXPORT(caw_string *, head, const char *, url, const char *, redirect);

CAW_ASYNC(caw_string *, post, const char *url, caw_bytes body, const char *type)
{
    CAW_BEGIN(caw_string *) {
        const char *headers[] = {"content-type", type, "x-custom", "yes", NULL};
        caw_js     *response = CAW_AWAIT(caw_fetch(url, .method = "POST", .headers = headers, .body = body));
        CAW_DEFER(caw_unref, response);
        CAW_RETURN(CAW_AWAIT(caw_response_text(response)));
    } CAW_END;
}
CAW_EXPORT(caw_string *, post, const char *, url, caw_bytes, body, const char *, type);

CAW_ASYNC(caw_string *, timed, const char *url, double seconds)
{
    CAW_BEGIN(caw_string *) {
        CAW_RETURN(CAW_AWAIT(caw_wait_for(text(url), seconds)));
    } CAW_END;
}
CAW_EXPORT(caw_string *, timed, const char *, url, double, seconds);

CAW_ASYNC(caw_string *, twice, const char *url)
{
    CAW_BEGIN(caw_string *) {
        caw_js *response = CAW_AWAIT(caw_fetch(url));
        CAW_DEFER(caw_unref, response);
        caw_unref(CAW_AWAIT(caw_response_text(response)));
        CAW_RETURN(CAW_AWAIT(caw_response_text(response)));
    } CAW_END;
}
CAW_EXPORT(caw_string *, twice, const char *, url);

CAW_ASYNC(caw_string *, of, caw_js *response, bool chunk)
{
    CAW_BEGIN(caw_string *) {
        CAW_RETURN(CAW_AWAIT(chunk ? caw_response_chunk(response) : caw_response_text(response)));
    } CAW_END;
}
CAW_EXPORT(caw_string *, of, caw_js *, response, bool, chunk);

/* Takes the head, reads `chunks` parts, and gives the rest up. */
CAW_ASYNC(int, given_up, const char *url, int chunks)
{
    CAW_BEGIN(int) {
        caw_js *response = CAW_AWAIT(caw_fetch(url));
        CAW_DEFER(caw_unref, response);
        while (chunks--) caw_unref(CAW_AWAIT(caw_response_chunk(response)));
        caw_response_cancel(response);
        caw_response_cancel(response);
        CAW_RETURN(caw_response_status(response));
    } CAW_END;
}
CAW_EXPORT(int, given_up, const char *, url, int, chunks);

/* A read is under way when the response is given up; the name of what that read raises. */
CAW_ASYNC(caw_string *, given_up_while_read, const char *url)
{
    CAW_BEGIN(caw_string *) {
        caw_js *response = CAW_AWAIT(caw_fetch(url));
        CAW_DEFER(caw_unref, response);
        caw_of(caw_string *) reading = caw_spawn(caw_response_bytes(response));
        CAW_AWAIT(caw_sleep(0));
        caw_response_cancel(response);
        CAW_TRY {
            CAW_RETURN(CAW_AWAIT(reading));
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            CAW_RETURN(caw_string_of(caw_error_name((int)caw_error_type_of(error))));
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_EXPORT(caw_string *, given_up_while_read, const char *, url);
