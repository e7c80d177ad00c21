/* Everything that crosses by pointer, from above 2 GiB. What C gives is copied to the heap before, for literals and stacks are below. */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/fetch.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>

/* What is allocated from now on is above `pages`. */
CAW_ASYNC(double, grow, double pages)
{
    CAW_BEGIN(double) {
        CAW_RETURN((double)__builtin_wasm_memory_grow(0, (size_t)pages));
    } CAW_END;
}
CAW_EXPORT(double, grow, double, pages);

static void *above(const void *data, size_t size)
{
    void *copy = memcpy(malloc(size + (128 << 10)), data, size); /* too large for what was free before */
    assert((uintptr_t)copy > 1u << 31);
    return copy;
}
static char *high(const char *text) { return above(text, strlen(text) + 1); }

static caw_string *text_of(caw_js *js)
{
    caw_string *text = caw_js_to_string(js);
    caw_unref(js);
    return text;
}

/* Takes over. */
static int differs(caw_string *text, const char *expected)
{
    int difference = strcmp(caw_string_data(text), expected);
    caw_unref(text);
    return difference;
}

/* Arguments and results of every kind. */
CAW_ASYNC(caw_string *, echo, const char *text, caw_bytes bytes, caw_string *string, caw_js *js)
{
    CAW_BEGIN(caw_string *) {
        assert((uintptr_t)text > 1u << 31 && (uintptr_t)bytes.data > 1u << 31);
        caw_string *described = caw_js_describe(js);
        char *out = calloc(1, strlen(text) + bytes.size + caw_string_size(string) + caw_string_size(described) + 1), *end = out;
        end = (char *)memcpy(end, text, strlen(text)) + strlen(text);
        end = (char *)memcpy(end, bytes.data, bytes.size) + bytes.size;
        strcat(strcpy(end, caw_string_data(string)), caw_string_data(described));
        caw_unref(described);
        caw_string *joined = caw_string_of(out);
        free(out);
        CAW_RETURN(joined);
    } CAW_END;
}
CAW_EXPORT(caw_string *, echo, const char *, text, caw_bytes, bytes, caw_string *, string, caw_js *, js);

CAW_ASYNC(caw_value, bytes_back, caw_bytes bytes, bool wait)
{
    CAW_BEGIN(caw_value) {
        if (wait) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_blob(caw_string_new(bytes.data, bytes.size)));
    } CAW_END;
}
CAW_EXPORT(caw_value, bytes_back, caw_bytes, bytes, bool, wait);

static char *static_text;
CAW_ASYNC(const char *, still, void)
{
    CAW_BEGIN(const char *) {
        static_text = high("still text");
        CAW_RETURN(static_text);
    } CAW_END;
}
CAW_EXPORT(const char *, still);

/* The imports of value.c; gives what went wrong, or NULL. */
static const char *values(void)
{
    char   *name = high("Array"), *key = high("key"), *push = high("push"), *long_text = high("a text");
    caw_js *Array = caw_js_global(name);
    if (caw_js_typeof(Array) != CAW_JS_FUNCTION) return "global";
    caw_js *array = caw_js_new(Array);
    if (caw_js_set(array, key, caw_text(caw_string_of(long_text)))) return "set";
    if (differs(text_of(caw_js_get(array, key)), "a text")) return "get";
    caw_js *string = caw_js_string(long_text);
    if (differs(text_of(caw_ref(string)), "a text")) return "string";
    caw_value t = caw_text(caw_string_of(long_text));
    /* more than fit on the stack */
    caw_unref(caw_js_method(array, push, caw_int(0), caw_int(1), caw_int(2), caw_int(3), caw_int(4), caw_int(5), caw_int(6),
                            caw_int(7), caw_int(8), caw_int(9), caw_js_value(caw_ref(string)), t));
    int32_t length = 0;
    caw_js *size = caw_js_get(array, "length");
    if (caw_js_to_int(size, &length) || length != 12) return "method";
    if (differs(text_of(caw_js_at(array, 11)), "a text")) return "at";
    if (caw_js_put(array, 12, caw_double(1.5))) return "put";
    double    *d = above(&(double){0}, sizeof(double));
    int64_t   *l = above(&(int64_t){0}, sizeof(int64_t));
    bool      *b = above(&(bool){0}, sizeof(bool));
    caw_value *v = above(&(caw_value){0}, sizeof(caw_value));
    caw_js    *item = caw_js_at(array, 12);
    if (caw_js_to_double(item, d) || *d != 1.5) return "to_double";
    if (caw_js_to_int64(size, l) || *l != 12) return "to_int64";
    if (caw_js_instanceof(array, Array) != 1) return "instanceof";
    if (caw_js_to_value(string, v) || v->tag != CAW_STRING) return "to_value";
    caw_js *yes = caw_js_from(caw_bool(true));
    if (caw_js_to_bool(yes, b) || !*b) return "to_bool";
    caw_string *joined = text_of(caw_js_method(array, "join", caw_text(caw_string_of(high("-")))));
    if (strcmp(caw_string_data(joined), "0-1-2-3-4-5-6-7-8-9-a text-a text-1.5")) return caw_string_data(joined);
    caw_js *nothing = caw_js_method(array, high("no such method"));
    if (nothing) return "no such method";
    caw_error *error = caw_js_take_error();
    if (!strstr(caw_error_message(error), "no such method")) return caw_error_message(error);
    caw_value_drop(*v);
    caw_unref(error), caw_unref(joined), caw_unref(yes), caw_unref(item), caw_unref(size), caw_unref(string);
    caw_unref(array), caw_unref(Array);
    return NULL;
}
CAW_ASYNC(const char *, tries_values, void)
{
    CAW_BEGIN(const char *) {
        const char *wrong = values();
        CAW_RETURN(wrong ? wrong : "");
    } CAW_END;
}
CAW_EXPORT(const char *, tries_values);

/* The imports of the C library; the buffers are the caller's, and so above. */
CAW_ASYNC(const char *, tries_libc, void)
{
    CAW_BEGIN(const char *) {
        char            *text = high("written\n");
        __wasi_ciovec_t *vector = above(&(__wasi_ciovec_t){(uint8_t *)text, 8}, sizeof(__wasi_ciovec_t));
        size_t          *size = above(&(size_t){0}, sizeof(size_t)), *count = above(size, sizeof(size_t));
        if (__wasi_fd_write(1, vector, 1, size) || *size != 8) CAW_RETURN("fd_write");
        __wasi_iovec_t *into = above(&(__wasi_iovec_t){(uint8_t *)text, 8}, sizeof(__wasi_iovec_t));
        if (__wasi_fd_read(0, into, 1, size) || *size) CAW_RETURN("fd_read");
        __wasi_fdstat_t *stat = above(&(__wasi_fdstat_t){0}, sizeof(__wasi_fdstat_t));
        if (__wasi_fd_fdstat_get(1, stat) || stat->fs_filetype != 2) CAW_RETURN("fd_fdstat_get");
        __wasi_timestamp_t *time = above(&(__wasi_timestamp_t){0}, sizeof(__wasi_timestamp_t));
        if (__wasi_clock_time_get(0, 1, time) || *time < 1000000000) CAW_RETURN("clock_time_get");
        if (__wasi_clock_res_get(0, time) || *time != 1000000) CAW_RETURN("clock_res_get");
        unsigned char *noise = calloc(1, 200000);
        if (__wasi_random_get(noise, 200000)) CAW_RETURN("random_get");
        int zeros = 0;
        for (int i = 0; i < 200000; i++) zeros += !noise[i];
        if (zeros > 10000) CAW_RETURN("random_get gave nothing");
        if (__wasi_args_sizes_get(count, size) || *count != 2 || *size != 16) CAW_RETURN("args_sizes_get");
        uint8_t **list = above((uint8_t *[2]){0}, sizeof(uint8_t *[2]));
        if (__wasi_args_get(list, (uint8_t *)text) || strcmp((char *)list[1], "argument")) CAW_RETURN("args_get");
        if (strcmp(getenv("SOME"), "thing")) CAW_RETURN("environ_get");
        puts(high("put"));
        CAW_RETURN("");
    } CAW_END;
}
CAW_EXPORT(const char *, tries_libc);

CAW_ASYNC(caw_string *, fetches, void)
{
    CAW_BEGIN(caw_string *) {
        const char **headers = above((const char *[]){high("X-Name"), high("value"), NULL}, 3 * sizeof(char *));
        uint8_t     *body = (uint8_t *)high("the body");
        caw_js      *response = CAW_AWAIT(caw_fetch(high("http://high.example/"), .method = high("POST"), .headers = headers,
                                                    .body = {body, 8}, .redirect = high("error")));
        CAW_DEFER(caw_unref, response);
        caw_string *header = caw_response_header(response, high("x-echo"));
        CAW_DEFER(caw_unref, header);
        assert(!strcmp(caw_string_data(header), "echo"));
        caw_string *first = CAW_AWAIT(caw_response_chunk(response));
        caw_unref(first);
        CAW_RETURN(CAW_AWAIT(caw_response_chunk(response)));
    } CAW_END;
}
CAW_EXPORT(caw_string *, fetches);

CAW_ASYNC(caw_string *, body, caw_js *response, bool bytes)
{
    CAW_BEGIN(caw_string *) {
        CAW_RETURN(bytes ? CAW_AWAIT(caw_response_bytes(response)) : CAW_AWAIT(caw_response_text(response)));
    } CAW_END;
}
CAW_EXPORT(caw_string *, body, caw_js *, response, bool, bytes);

/* Joins what it is called with, and calls the last of it. */
static caw_value called(void *data, const caw_value *args, size_t count)
{
    assert((uintptr_t)data > 1u << 31);
    if (!count) return caw_js_throw(caw_error_new(CAW_VALUE_ERROR, "%s", (char *)data));
    char out[100] = "";
    for (size_t i = 0; i < count; i++)
        if (args[i].tag == CAW_STRING || args[i].tag == CAW_BYTES) strcat(out, caw_string_data(args[i].as_string));
    return caw_text(caw_string_of(out));
}
CAW_ASYNC(caw_js *, function, void)
{
    CAW_BEGIN(caw_js *) {
        CAW_RETURN(CAW_JS(caw_js_function(called, high("thrown from above"), free)));
    } CAW_END;
}
CAW_EXPORT(caw_js *, function);

CAW_ASYNC(caw_value, wait_any, caw_js *promise)
{
    CAW_BEGIN(caw_value) {
        caw_value value = CAW_AWAIT(caw_from_promise(caw_value, caw_ref(promise)));
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(value);
    } CAW_END;
}
CAW_EXPORT(caw_value, wait_any, caw_js *, promise);

CAW_ASYNC(double, wait_number, caw_js *promise)
{
    CAW_BEGIN(double) {
        double sum = 0;
        for (int i = 0; i < 3; i++) sum += CAW_AWAIT(caw_from_promise(double, caw_ref(promise)));
        CAW_RETURN(sum);
    } CAW_END;
}
CAW_EXPORT(double, wait_number, caw_js *, promise);

CAW_ASYNC(caw_js *, gives_promise, caw_js *promise)
{
    CAW_BEGIN(caw_js *) {
        caw_js *given = caw_to_promise(wait_any(promise));
        caw_js *object = caw_js_object();
        caw_js_set(object, "promise", caw_js_value(given));
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(object);
    } CAW_END;
}
CAW_EXPORT(caw_js *, gives_promise, caw_js *, promise);

CAW_ASYNC(void, raises, int kind)
{
    CAW_BEGIN(void) {
        if (kind == 2) CAW_AWAIT(caw_wait_for(caw_sleep(100), 0.001));
        caw_error *error = caw_error_new(CAW_VALUE_ERROR, "%s", high("raised above"));
        caw_error_add_note(error, high("a note"));
        if (kind == 1) {
            caw_error *inner[] = {error, caw_error_os(44, "%s", high("os"))};
            error = caw_error_group("a group", inner, 2);
        }
        CAW_RAISE_ERROR(caw_error_set_cause(error, caw_error_new(CAW_RUNTIME_ERROR, "%s", high("the cause"))));
    } CAW_END;
}
CAW_EXPORT(void, raises, int, kind);

/* A report, and a task with a name of its own. */
static CAW_ASYNC(void, lost, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "lost %s", high("above"));
    } CAW_END;
}
CAW_ASYNC(void, names, caw_js *look)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(lost(), .name = high("a name above"));
        caw_js  *result = CAW_JS(caw_js_call(look));
        caw_unref(result);
        caw_drop(task);
        CAW_AWAIT(caw_sleep(0.001));
    } CAW_END;
}
CAW_EXPORT(void, names, caw_js *, look);
