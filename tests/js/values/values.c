/* The values API: what each call does, by exported functions that JavaScript can check. */
#include <cawait.h>
#include <cawait/export.h>
#include <string.h>

#define TAKES(name, expression)                                                                                                \
    CAW_ASYNC(caw_js *, name, caw_js *a, caw_js *b)                                                                            \
    {                                                                                                                          \
        CAW_BEGIN(caw_js *)                                                                                                    \
        {                                                                                                                      \
            (void)a, (void)b;                                                                                                  \
            CAW_RETURN(CAW_JS(expression));                                                                                    \
        }                                                                                                                      \
        CAW_END;                                                                                                               \
    }                                                                                                                          \
    CAW_EXPORT(caw_js *, name, caw_js *, a, caw_js *, b)

TAKES(global, caw_js_global("globalThis"));
TAKES(absent, caw_js_global("there is no such thing"));
TAKES(get_x, caw_js_get(a, "x\xc3\xbc"));
TAKES(first, caw_js_at(a, 1));
TAKES(call_it, caw_js_call(a, caw_int(1), caw_double(2.5), caw_text(caw_string_of("three")), caw_bool(true), caw_int64(5),
                           caw_none(), caw_blob(caw_string_new("\1\2", 2)), caw_js_value(caw_ref(b))));
TAKES(call_none, caw_js_call(a));
TAKES(call_many, caw_js_call(a, caw_int(0), caw_int(1), caw_int(2), caw_int(3), caw_int(4), caw_int(5), caw_int(6), caw_int(7),
                             caw_int(8), caw_int(9)));
TAKES(method, caw_js_method(a, "add", caw_int(2)));
TAKES(construct, caw_js_new(a, caw_int(3)));
TAKES(null_, caw_js_null());
TAKES(string, caw_js_string("\xf0\x9f\x9a\x80 \xff!"));
TAKES(array, caw_js_array());
TAKES(bad_pointer, caw_js_from(caw_pointer(&"x"[0], NULL)));
TAKES(no_handle, caw_js_get(NULL, "x"));
TAKES(no_argument, caw_js_call(a, caw_js_value(NULL)));
TAKES(no_value, caw_js_from(caw_js_value(NULL)));
TAKES(last, caw_js_at(a, 4294967294));
TAKES(no_text, caw_js_from(caw_text(NULL)));

CAW_ASYNC(int, set, caw_js *object, const char *key)
{
    CAW_BEGIN(int) {
        int status = caw_js_set(object, key, caw_int(7));
        if (!status) status = caw_js_put(object, 3, caw_text(caw_string_of("at 3")));
        if (status) CAW_RAISE_ERROR(caw_js_take_error());
        CAW_RETURN(status);
    } CAW_END;
}
CAW_EXPORT(int, set, caw_js *, object, const char *, key);

CAW_ASYNC(caw_value, convert, caw_js *js, int how)
{
    CAW_BEGIN(caw_value) {
        caw_value   v = caw_none();
        double      d;
        int32_t     i;
        int64_t     l;
        bool        b;
        caw_string *s = NULL;
        int         status = -1;
        switch (how) {
        case 0:
            if (!(status = caw_js_to_double(js, &d))) v = caw_double(d);
            break;
        case 1:
            if (!(status = caw_js_to_int(js, &i))) v = caw_int(i);
            break;
        case 2:
            if (!(status = caw_js_to_int64(js, &l))) v = caw_int64(l);
            break;
        case 3:
            if (!(status = caw_js_to_bool(js, &b))) v = caw_bool(b);
            break;
        case 4:
            if ((s = caw_js_to_string(js))) v = caw_text(s);
            break;
        case 5:
            if ((s = caw_js_to_bytes(js))) v = caw_blob(s);
            break;
        case 6:
            if ((s = caw_js_describe(js))) v = caw_text(s);
            break;
        case 7: status = caw_js_to_value(js, &v); break;
        default: v = caw_int((int)caw_js_typeof(js)), status = 0;
        }
        if (status < 0 && !s) CAW_RAISE_ERROR(caw_js_take_error());
        CAW_RETURN(v);
    } CAW_END;
}
CAW_EXPORT(caw_value, convert, caw_js *, js, int, how);

CAW_ASYNC(int, compare, caw_js *a, caw_js *b)
{
    CAW_BEGIN(int) {
        int is = caw_js_instanceof(a, b);
        if (is < 0) CAW_RAISE_ERROR(caw_js_take_error());
        CAW_RETURN(caw_js_equal(a, b) * 10 + is);
    } CAW_END;
}
CAW_EXPORT(int, compare, caw_js *, a, caw_js *, b);

/* A released handle, looked at: what the bridge says of it, not what the memory holds by now. */
CAW_ASYNC(void, dead, caw_js *object)
{
    CAW_BEGIN(void) {
        caw_js *mine = CAW_JS(caw_js_get(object, "x"));
        struct {
            char bytes[16];
        } copy; /* as a dangling pointer sees it before the block is used again */
        memcpy(&copy, mine, sizeof copy);
        caw_unref(mine);
        caw_js *other = CAW_JS(caw_js_get(object, "y")); /* takes the place */
        CAW_DEFER(caw_unref, other);
        caw_js *through = caw_js_get((caw_js *)&copy, "z");
        if (through) CAW_RAISE(CAW_RUNTIME_ERROR, "a dead handle answered");
        CAW_RAISE_ERROR(caw_js_take_error());
    } CAW_END;
}
CAW_EXPORT(void, dead, caw_js *, object);

/* ---- Functions ---- */

static int destroyed;

static void destroy(void *data)
{
    (void)data;
    destroyed++;
}

static double total;

static caw_value sum(void *data, const caw_value *args, size_t count)
{
    double *into = data;
    double  all = 0;
    for (size_t i = 0; i < count; i++) {
        if (args[i].tag != CAW_DOUBLE) return caw_js_throw(caw_error_new(CAW_TYPE_ERROR, "argument %zu is no number", i));
        all += args[i].as_double;
    }
    *into += all;
    return caw_double(all);
}
TAKES(make_sum, caw_js_function(sum, &total, destroy));

static caw_value echo(void *data, const caw_value *args, size_t count)
{
    (void)data;
    return count ? caw_value_copy(args[0]) : caw_none();
}
TAKES(make_echo, caw_js_function(echo, NULL, NULL));

/* A callback that calls JavaScript back, which may throw. */
static caw_value nested(void *data, const caw_value *args, size_t count)
{
    (void)data;
    if (!count || args[0].tag != CAW_JS) return caw_none();
    caw_js *answer = caw_js_call(args[0].as_js);
    return answer ? caw_js_value(answer) : caw_js_throw(caw_js_take_error());
}
TAKES(make_nested, caw_js_function(nested, NULL, NULL));

CAW_ASYNC(void, noted, caw_js *log)
{
    CAW_BEGIN(void) {
        caw_unref(caw_js_method(log, "push", caw_text(caw_string_of("before"))));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(caw_js_method(log, "push", caw_text(caw_string_of("after"))));
        caw_unref(log);
    } CAW_END;
}

/* A callback outside of any task can spawn. */
static caw_value spawns(void *data, const caw_value *args, size_t count)
{
    (void)data;
    if (count) caw_unref(caw_base(caw_spawn(noted(caw_ref(args[0].as_js)))));
    return caw_none();
}
TAKES(make_spawner, caw_js_function(spawns, NULL, NULL));

CAW_ASYNC(void, dispose, caw_js *function)
{
    CAW_BEGIN(void) {
        caw_js_dispose(function);
        CAW_RETURN();
    } CAW_END;
}
CAW_EXPORT(void, dispose, caw_js *, function);

CAW_ASYNC(double, sums, void)
{
    CAW_BEGIN(double) {
        CAW_RETURN(total * 1000 + destroyed);
    } CAW_END;
}
CAW_EXPORT(double, sums);
