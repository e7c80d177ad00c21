/*
 * What the random cases call: each way over the border once. Nothing here fails by itself, and whatever it waits for it gives up when it
 * is cancelled, so that every call ends.
 */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/fetch.h>
#include <cawait/struct.h>
#include <cawait/web_stream.h>
#include <stdio.h>

CAW_ASYNC(caw_value, wait_any, caw_js *promise)
{
    CAW_BEGIN(caw_value) {
        CAW_RETURN(CAW_AWAIT(caw_from_promise(caw_value, caw_ref(promise))));
    } CAW_END;
}
CAW_EXPORT(caw_value, wait_any, caw_js *, promise);

CAW_ASYNC(caw_js *, wait_object, caw_js *promise)
{
    CAW_BEGIN(caw_js *) {
        CAW_RETURN(CAW_AWAIT(caw_from_promise(caw_js *, caw_ref(promise))));
    } CAW_END;
}
CAW_EXPORT(caw_js *, wait_object, caw_js *, promise);

/* Twice, the second time in the same slot. */
CAW_ASYNC(double, wait_number, caw_js *promise)
{
    CAW_BEGIN(double) {
        double sum = CAW_AWAIT(caw_from_promise(double, caw_ref(promise)));
        sum += CAW_AWAIT(caw_from_promise(double, caw_ref(promise)));
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, wait_number, caw_js *, promise);

CAW_ASYNC(caw_string *, wait_text, caw_js *promise)
{
    CAW_BEGIN(caw_string *) {
        CAW_RETURN(CAW_AWAIT(caw_from_promise(caw_string *, caw_ref(promise))));
    } CAW_END;
}
CAW_EXPORT(caw_string *, wait_text, caw_js *, promise);

CAW_ASYNC(bool, wait_small, caw_js *promise)
{
    CAW_BEGIN(bool) {
        int     i = CAW_AWAIT(caw_from_promise(int, caw_ref(promise)));
        int64_t l = CAW_AWAIT(caw_from_promise(int64_t, caw_ref(promise)));
        CAW_RETURN(i == l);
    } CAW_END;
}
CAW_EXPORT(bool, wait_small, caw_js *, promise);

CAW_ASYNC(double, numbers, signed char b, unsigned short H, int i, unsigned I, float f, bool z)
{
    CAW_BEGIN(double) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(b + H + (double)i + I + (double)f + z);
    } CAW_END;
}
CAW_EXPORT(double, numbers, signed char, b, unsigned short, H, int, i, unsigned, I, float, f, bool, z);

CAW_ASYNC(int64_t, large, int64_t l, uint64_t L)
{
    CAW_BEGIN(int64_t) {
        CAW_RETURN(l ^ (int64_t)L);
    } CAW_END;
}
CAW_EXPORT(int64_t, large, int64_t, l, uint64_t, L);

CAW_ASYNC(caw_string *, texts, const char *text, caw_bytes bytes, caw_string *string)
{
    CAW_BEGIN(caw_string *) {
        CAW_AWAIT(caw_sleep(0));
        if (text[0] == 'b') CAW_RETURN(caw_string_new(bytes.data, bytes.size));
        CAW_RETURN(caw_ref(string));
    } CAW_END;
}
CAW_EXPORT(caw_string *, texts, const char *, text, caw_bytes, bytes, caw_string *, string);

/* What the value is to every question that C has. */
CAW_ASYNC(caw_value, look, caw_js *value, const char *key)
{
    CAW_BEGIN(caw_value) {
        double    d;
        int32_t   i;
        int64_t   l;
        bool      b;
        caw_value any;
        int       good =
            !caw_js_to_double(value, &d) + !caw_js_to_int(value, &i) + !caw_js_to_int64(value, &l) + !caw_js_to_bool(value, &b);
        caw_string *text = caw_js_to_string(value), *bytes = caw_js_to_bytes(value), *words = caw_js_describe(value);
        caw_unref(text), caw_unref(bytes), caw_unref(words);
        caw_js *property = caw_js_get(value, key), *item = caw_js_at(value, 0);
        good += caw_js_equal(property, item) + (int)caw_js_typeof(value);
        caw_unref(item);
        if (caw_js_set(value, key, caw_double(1))) good++;
        if (caw_js_put(value, 1, caw_js_value(caw_ref(value)))) good++;
        int is = property ? caw_js_instanceof(value, property) : 0;
        caw_unref(property);
        if (is < 0) CAW_RAISE_ERROR(caw_js_take_error());
        caw_unref(caw_js_take_error());
        if (caw_js_to_value(value, &any)) CAW_RAISE_ERROR(caw_js_take_error());
        if (good % 2) {
            caw_value_drop(any);
            CAW_RETURN(caw_int(good));
        }
        CAW_RETURN(any);
    } CAW_END;
}
CAW_EXPORT(caw_value, look, caw_js *, value, const char *, key);

/* Calls it in each way with the other, and gives what came of one. */
CAW_ASYNC(caw_js *, calls, caw_js *function, caw_js *argument, int how)
{
    CAW_BEGIN(caw_js *) {
        caw_js *result = how == 0   ? caw_js_call(function, caw_js_value(caw_ref(argument)), caw_text(caw_string_of("text")))
                         : how == 1 ? caw_js_method(function, "method", caw_js_value(caw_ref(argument)))
                                    : caw_js_new(function, caw_js_value(caw_ref(argument)));
        if (!result) CAW_RAISE_ERROR(caw_js_take_error());
        CAW_DEFER(caw_unref, result);
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_ref(result));
    } CAW_END;
}
CAW_EXPORT(caw_js *, calls, caw_js *, function, caw_js *, argument, int, how);

/* A function of C's calls back what it is given, and throws or gives what that says. */
static caw_value back(void *data, const caw_value *args, size_t count)
{
    (void)data;
    if (!count) return caw_js_throw(caw_error_new(CAW_VALUE_ERROR, "no argument"));
    if (args[0].tag != CAW_JS || caw_js_typeof(args[0].as_js) != CAW_JS_FUNCTION) return caw_value_copy(args[0]);
    caw_js *result = caw_js_call(args[0].as_js, caw_int((int)count));
    if (!result) return caw_js_throw(caw_js_take_error());
    return caw_js_value(result);
}
CAW_ASYNC(caw_js *, function, void)
{
    CAW_BEGIN(caw_js *) {
        CAW_RETURN(CAW_JS(caw_js_function(back, NULL, NULL)));
    } CAW_END;
}
CAW_EXPORT(caw_js *, function);
CAW_ASYNC(void, let_go, caw_js *function)
{
    CAW_BEGIN(void) {
        caw_js_dispose(function);
    } CAW_END;
}
CAW_EXPORT(void, let_go, caw_js *, function);

/* It goes on when the call that has lent the promise is over. */
static CAW_ASYNC(caw_value, waits_on, caw_js *promise)
{
    CAW_BEGIN_OWNING(caw_value, caw_unref(promise)) {
        CAW_DEFER(caw_unref, promise);
        CAW_RETURN(CAW_AWAIT(caw_from_promise(caw_value, caw_ref(promise))));
    } CAW_END;
}

/* A promise of a task of its own. */
CAW_ASYNC(caw_js *, gives, caw_js *promise)
{
    CAW_BEGIN(caw_js *) {
        caw_js *given = caw_to_promise(waits_on(caw_ref(promise)));
        if (!given) CAW_RAISE_ERROR(caw_js_take_error());
        caw_js *object = CAW_JS(caw_js_object());
        caw_js_set(object, "promise", caw_js_value(given));
        CAW_RETURN(object);
    } CAW_END;
}
CAW_EXPORT(caw_js *, gives, caw_js *, promise);

/* Through a task, with a limit, and the controller that is aborted then. */
CAW_ASYNC(caw_value, limited, caw_js *promise, caw_js *controller, double seconds)
{
    CAW_BEGIN(caw_value) {
        caw_auto waits = caw_from_promise_abort(caw_value, caw_ref(promise), controller);
        CAW_RETURN(CAW_AWAIT(caw_wait_for(waits, seconds)));
    } CAW_END;
}
CAW_EXPORT(caw_value, limited, caw_js *, promise, caw_js *, controller, double, seconds);

/* Its cleanup looks at what it is given, and waits once more. */
CAW_ASYNC(void, cleans, caw_js *promise, caw_js *value)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_gather_settled(wait_any(promise), wait_any(value))));
        } CAW_FINALLY {
            caw_unref(caw_js_describe(value));
            caw_unref(caw_js_take_error());
            CAW_AWAIT(caw_sleep(0));
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_EXPORT(void, cleans, caw_js *, promise, caw_js *, value);

CAW_ASYNC(double, reads, caw_js *response, int how)
{
    CAW_BEGIN(double) {
        caw_string *text = caw_response_header(response, "x");
        caw_unref(text);
        text = how == 0   ? CAW_AWAIT(caw_response_text(response))
               : how == 1 ? CAW_AWAIT(caw_response_bytes(response))
                          : CAW_AWAIT(caw_response_chunk(response));
        double size = (double)caw_string_size(text);
        caw_unref(text);
        caw_response_cancel(response);
        CAW_RETURN(size);
    } CAW_END;
}
CAW_EXPORT(double, reads, caw_js *, response, int, how);

/* Nobody retrieves its error: a report. */
static CAW_ASYNC(void, lost, void)
{
    CAW_BEGIN(void) {
        CAW_RAISE(CAW_VALUE_ERROR, "nobody looks");
    } CAW_END;
}
CAW_ASYNC(int, prints, int count)
{
    CAW_BEGIN(int) {
        count &= 3; /* whatever was asked for */
        for (int i = 0; i < count; i++) printf("line\n");
        CAW_AWAIT(caw_sleep(0));
        caw_unref((void *)(uintptr_t)caw_spawn(lost()));
        for (int i = 0; i < count; i++) printf("line\n");
        CAW_RETURN(count);
    } CAW_END;
}
CAW_EXPORT(int, prints, int, count);

CAW_ASYNC(void, nap, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
    } CAW_END;
}
CAW_EXPORT(void, nap, double, seconds);

/* The lines of a readable stream; `how` bytes may wait in between. */
CAW_ASYNC(int, lines, caw_js *readable, int how)
{
    CAW_BEGIN(int) {
        caw_stream_reader *reader = caw_stream_from_readable(readable, (size_t)(how & 7));
        if (!reader) CAW_RAISE_ERROR(caw_js_take_error());
        CAW_DEFER(caw_unref, reader);
        int n = 0;
        for (size_t size = 1; size; n++) {
            caw_string *line = CAW_AWAIT(caw_stream_read(reader, 100));
            size = caw_string_size(line);
            caw_unref(line);
        }
        CAW_RETURN(n);
    } CAW_END;
}
CAW_EXPORT(int, lines, caw_js *, readable, int, how);

/* Into a writable stream; how it ends: closed, aborted, or given up. */
CAW_ASYNC(int, writes, caw_js *writable, int how)
{
    CAW_BEGIN(int) {
        caw_stream_writer *writer = caw_stream_from_writable(writable);
        if (!writer) CAW_RAISE_ERROR(caw_js_take_error());
        CAW_DEFER(caw_unref, writer);
        for (int i = 0; i < 3; i++) {
            CAW_CHECK(caw_stream_write(writer, "line\n", 5));
            CAW_AWAIT(caw_stream_drain(writer));
        }
        if (how == 1) caw_transport_abort(caw_stream_transport(writer));
        if (how == 2) {
            caw_stream_close(writer);
            CAW_AWAIT(caw_stream_wait_closed(writer));
        }
        CAW_RETURN(how);
    } CAW_END;
}
CAW_EXPORT(int, writes, caw_js *, writable, int, how);

CAW_STRUCT(point, double, x, int, id, bool, on);

CAW_ASYNC(point, moves, point p, double by)
{
    CAW_BEGIN(point) {
        if (p.on) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN((point){p.x + by, p.id, !p.on});
    } CAW_END;
}
CAW_EXPORT(point, moves, point, p, double, by);

/* A function at once: it may call back, and what it throws comes out as it is. */
static double at_once(caw_js *function, point p)
{
    caw_js *result = caw_js_call(function, caw_double(p.x));
    if (!result) caw_js_throw(caw_js_take_error());
    caw_unref(result);
    return p.x;
}
CAW_EXPORT_SYNC(double, at_once, caw_js *, function, point, p);
