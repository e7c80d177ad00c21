/* What check.js asks for in every place where JavaScript runs: something of each part of the bridge. */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/fetch.h>
#include <cawait/http.h>
#include <stdio.h>

/* Waits, then answers; a line is printed. */
CAW_ASYNC(caw_string *, greet, const char *name)
{
    CAW_BEGIN(caw_string *) {
        char text[64];
        snprintf(text, sizeof text, "hello, %s", name);
        printf("greets %s\n", name);
        CAW_AWAIT(caw_sleep(0.005));
        CAW_RETURN(caw_string_of(text));
    } CAW_END;
}
CAW_EXPORT(caw_string *, greet, const char *, name);

/* How long it slept. */
CAW_ASYNC(double, nap, double seconds)
{
    CAW_BEGIN(double) {
        double start = caw_time(NULL);
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RETURN(caw_time(NULL) - start);
    } CAW_END;
}
CAW_EXPORT(double, nap, double, seconds);

CAW_ASYNC(double, twice, caw_js *promise)
{
    CAW_BEGIN(double) {
        CAW_RETURN(2 * CAW_AWAIT(caw_from_promise(double, caw_ref(promise))));
    } CAW_END;
}
CAW_EXPORT(double, twice, caw_js *, promise);

CAW_ASYNC(void, late, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_wait_for(caw_sleep(3600), seconds));
    } CAW_END;
}
CAW_EXPORT(void, late, double, seconds);

CAW_ASYNC(void, fails, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "as it should");
    } CAW_END;
}
CAW_EXPORT(void, fails);

/* More steps than a turn may have: gives way in between. */
CAW_ASYNC(int, works, int steps)
{
    CAW_BEGIN(int) {
        for (int i = 0; i < steps; i++) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(steps);
    } CAW_END;
}
CAW_EXPORT(int, works, int, steps);

static caw_value add(void *data, const caw_value *args, size_t count)
{
    (void)data;
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += args[i].as_double;
    return caw_double(sum);
}

/* A function for JavaScript; a future as a promise. */
CAW_ASYNC(caw_js *, adder, void)
{
    CAW_BEGIN(caw_js *) {
        CAW_RETURN(CAW_JS(caw_js_function(add, NULL, NULL)));
    } CAW_END;
}
CAW_EXPORT(caw_js *, adder);

CAW_ASYNC(caw_js *, promised, double seconds)
{
    CAW_BEGIN(caw_js *) {
        caw_js *object = CAW_JS(caw_js_object());
        CAW_DEFER(caw_unref, object);
        caw_js_set(object, "nap", caw_js_value(CAW_JS(caw_to_promise(caw_spawn(nap(seconds))))));
        CAW_RETURN(caw_ref(object));
    } CAW_END;
}
CAW_EXPORT(caw_js *, promised, double, seconds);

CAW_ASYNC(caw_string *, fetched, const char *url)
{
    CAW_BEGIN(caw_string *) {
        caw_js *response = CAW_AWAIT(caw_fetch(url));
        CAW_DEFER(caw_unref, response);
        CAW_RETURN(CAW_AWAIT(caw_response_text(response)));
    } CAW_END;
}
CAW_EXPORT(caw_string *, fetched, const char *, url);

/* A server: in a service worker it answers the pages. */
CAW_ASYNC(caw_response *, answer, caw_request *request)
{
    CAW_BEGIN(caw_response *) {
        caw_string *name = caw_request_query(request, "name");
        CAW_DEFER(caw_unref, name);
        CAW_AWAIT(caw_sleep(0.001));
        CAW_RETURN(caw_respond(caw_string_data(name), .headers = (const char *[]){"x-from", "C", NULL}));
    } CAW_END;
}
CAW_HTTP_HANDLER(answer);
