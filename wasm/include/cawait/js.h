/*
 * Owns: JavaScript values held from C (caw_js), awaiting a promise, and giving a future out as a promise.
 * Must not know: any one API of JavaScript's (fetch.h does). Only on hosts that have JavaScript.
 *
 *     caw_js *body = caw_js_get(document, "body");                     // NULL: it threw; caw_js_take_error() says what
 *     caw_js_set(body, "title", caw_text(caw_string_of("hello")));
 *     double n = CAW_AWAIT(caw_from_promise(double, caw_js_method(api, "count", caw_int(1))));
 *
 * A caw_js is reference counted as every object: caw_unref it, and the JavaScript value may be collected. JavaScript exceptions
 * never cross C: a call that fails returns NULL or a negative error, and the error itself waits in caw_js_take_error.
 * Every function borrows the handles it is given and consumes the caw_values; a handle within a value, too: caw_ref yours.
 * Text is UTF-8 in C; a lone surrogate from JavaScript and a bad byte from C both arrive as U+FFFD.
 */
#ifndef CAWAIT_JS_H
#define CAWAIT_JS_H

#include <cawait/em_promise.h>
#include <cawait/future.h>
#include <cawait/try.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Values -------------------------------------------------------------------------------------------------------- */

/* The property of globalThis of that name; undefined, if there is none. "globalThis" is globalThis. NULL: error. */
CAW__REFERENCE caw_js *caw_js_global(const char *name) __asm__("caw_js_global_is_of_the_js_host");

/*
 * A JavaScript value from a C one: none is undefined, int and double a number, int64 a BigInt, string a string, bytes a new
 * Uint8Array with a copy, a JS handle itself. NULL: error (a pointer has no counterpart).
 */
CAW__REFERENCE caw_js *caw_js_from(caw_value value);
/* A new string / null / {} / [] */
CAW__REFERENCE caw_js *caw_js_string(const char *text);
CAW__REFERENCE caw_js *caw_js_null(void);
CAW__REFERENCE caw_js *caw_js_object(void);
CAW__REFERENCE caw_js *caw_js_array(void);

/*
 * What it is, read without a conversion. Returns 0 and writes *out, or -CAW_TYPE_ERROR when it is something else (the error then
 * names it). int64: a BigInt, or a number that is a safe integer. int: a number that is an int32.
 */
int caw_js_to_double(const caw_js *js, double *out);
int caw_js_to_int(const caw_js *js, int32_t *out);
int caw_js_to_int64(const caw_js *js, int64_t *out);
int caw_js_to_bool(const caw_js *js, bool *out);
/* A string's text; a copy of the bytes of a Uint8Array, ArrayBuffer or any view. NULL: error. */
CAW__REFERENCE caw_string *caw_js_to_string(const caw_js *js);
CAW__REFERENCE caw_string *caw_js_to_bytes(const caw_js *js);
/* String(value): of anything, so it may run JavaScript code. NULL: error. */
CAW__REFERENCE caw_string *caw_js_describe(const caw_js *js);
/* undefined and null: none; boolean, number, string as such; BigInt that fits: int64; bytes: bytes; else a new handle. */
int caw_js_to_value(const caw_js *js, caw_value *out);

/* As typeof says, and CAW_JS_NULL for null. */
typedef enum caw_js_type {
    CAW_JS_UNDEFINED,
    CAW_JS_NULL,
    CAW_JS_BOOLEAN,
    CAW_JS_NUMBER,
    CAW_JS_BIGINT,
    CAW_JS_STRING,
    CAW_JS_SYMBOL,
    CAW_JS_OBJECT,
    CAW_JS_FUNCTION
} caw_js_type;
caw_js_type caw_js_typeof(const caw_js *js); /* of NULL: CAW_JS_UNDEFINED */
/* a === b. */
bool caw_js_equal(const caw_js *a, const caw_js *b);
/* value instanceof constructor: 1, 0, or a negative error. */
int caw_js_instanceof(const caw_js *value, const caw_js *constructor);

/* ---- Objects ------------------------------------------------------------------------------------------------------- */

/* object[key]; NULL: error, an absent property is undefined. */
CAW__REFERENCE caw_js *caw_js_get(const caw_js *object, const char *key);
CAW__REFERENCE caw_js *caw_js_at(const caw_js *object, uint32_t index);
/* object[key] = value. 0 or a negative error. */
int caw_js_set(const caw_js *object, const char *key, caw_value value);
int caw_js_put(const caw_js *object, uint32_t index, caw_value value);

/* function(...), object[name](...), new constructor(...): any number of caw_values follow. NULL: it threw. */
#define caw_js_call(function, ...) caw__js_apply(0, (function), NULL, CAW__JS_ARGUMENTS(__VA_ARGS__))
#define caw_js_method(object, name, ...) caw__js_apply(1, (object), (name), CAW__JS_ARGUMENTS(__VA_ARGS__))
#define caw_js_new(constructor, ...) caw__js_apply(2, (constructor), NULL, CAW__JS_ARGUMENTS(__VA_ARGS__))

/* ---- Functions ----------------------------------------------------------------------------------------------------- */

/*
 * A JavaScript function that calls callback(data, args, count) and returns its value (which is consumed). The args are borrowed.
 * It runs as a callback of the instance's loop, so it may spawn. To throw: return caw_js_throw(error), which takes the error over.
 * `destroy(data)`, if any, is called once: when JavaScript has collected the function, at caw_js_dispose, or with the instance.
 * NULL: error; destroy was called.
 */
typedef caw_value caw_js_callback(void *data, const caw_value *args, size_t count);
caw_js           *caw_js_function(caw_js_callback *callback, void *data, void (*destroy)(void *));
caw_value         caw_js_throw(caw_error *error);
/* The C side of a function is let go now: calling it throws from here on. Anything else is left alone. */
void caw_js_dispose(const caw_js *function);

/* ---- The instance's loop --------------------------------------------------------------------------------------------- */

/*
 * The loop of exported functions and CAW_MAIN, which JavaScript turns; NULL without memory. For C that is called outside of it: main() and
 * the callbacks of an Emscripten program, what JavaScript calls by app.raw. There no loop is running, so tasks name it, as
 * loop.create_task does:
 *
 *     caw_unref(caw_spawn(download(url), .loop = caw_js_loop()));
 */
caw_loop *caw_js_loop(void) __asm__("caw__js_loop");

/* ---- Errors -------------------------------------------------------------------------------------------------------- */

/*
 * The error of the last caw_js call that failed, for CAW_RAISE_ERROR; NULL when there is none. Once. An Error thrown in
 * JavaScript is a JsError that keeps the object: raised out of an exported function, JavaScript gets the same object back.
 * AbortError is a CancelledError, TimeoutError a TimeoutError, a CawError the type it has.
 */
CAW__REFERENCE caw_error *caw_js_take_error(void);
/* The JavaScript value an error came from, a new reference, or NULL. */
CAW__REFERENCE caw_js *caw_error_js(const caw_error *error);

/* CAW_JS(call): the handle that the call gives, or its error raised: caw_js *b = CAW_JS(caw_js_get(document, "body")); */
#ifdef __cplusplus
#define CAW_JS(call) CAW__C_ONLY("CAW_JS is C's: in C++ if (!js) co_await caw::raise(caw_js_take_error())")(call)
#else
#define CAW_JS(call)                                                                                                           \
    CAW__QUIET({                                                                                                               \
        CAW__USE(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                           \
        __auto_type caw__js = (call);                                                                                          \
        if (CAW__UNLIKELY(!caw__js)) CAW_RAISE_ERROR(caw_js_take_error());                                                     \
        caw__js;                                                                                                               \
    })                                                                                                                         \
    CAW__LOUD
#endif

/* ---- Promises ------------------------------------------------------------------------------------------------------ */

/*
 * A future of T that settles as the promise does. Consumes `promise`; a value that is no promise settles it at once, NULL fails
 * it with caw_js_take_error. T: void (any value), double, int, bool, int64_t, caw_string * (a string, or bytes), caw_js *,
 * caw_value. A value of another type fails the future with a TypeError that names both.
 * Cancelling the future lets go of the promise: what it settles to later, even a rejection, is dropped. With
 * caw_from_promise_abort, that first calls abort() on `controller` (an AbortController, borrowed).
 */
#define caw_from_promise(T, promise) caw_from_promise_abort(T, (promise), NULL)
#define caw_from_promise_abort(T, promise, controller)                                                                         \
    (CAW__USED(caw_of(T)) caw__from_promise((promise), (controller), CAW__CODE(T), caw__shared_shape(CAW__SHAPE(T))))

/*
 * A JavaScript promise of an awaitable's result. Consumes the handle; a coroutine is spawned. NULL: error. An error of it counts
 * as retrieved: JavaScript's own unhandledrejection speaks of it.
 */
#define caw_to_promise(handle)                                                                                                 \
    caw__to_promise(CAW__TAKE(handle), CAW__CODE(CAW__RESULT(handle)), caw__shared_shape(CAW__SHAPE(CAW__RESULT(handle))))

/* ---- Emscripten's promises ------------------------------------------------------------------------------------------- */

/*
 * An em_promise_t of <emscripten/promise.h> (in a program inside Emscripten's JavaScript; nowhere else): a future of T that settles as it
 * does, by the rules of caw_from_promise. T may be void * here, what promise.h's values are. Borrows `promise`: destroy it right
 * after this, or later. One that was destroyed before, or is 0, fails the future with a TypeError.
 *
 *     void *value = CAW_AWAIT(caw_wait_for(caw_from_em_promise(void *, promise), 5));
 */
#ifndef CAWAIT_PROMISE_H /* else they are of ours */
#define caw_from_em_promise(T, promise)                                                                                        \
    (CAW__USED(caw_of(T)) caw__from_em_promise((promise), CAW__EM_CODE(T), caw__shared_shape(CAW__SHAPE(T))))
/* The reason of the rejection that an error comes from (of its type, JsError); NULL: it had none, or is no rejection. */
void *caw_em_promise_reason(const caw_error *error);
/*
 * An em_promise_t of an awaitable's result: void, void *, bool, int or long. Consumes the handle; a coroutine is spawned. Give what you
 * get to emscripten_promise_destroy, when you like. If the awaitable fails by a rejection, this has the same reason, else the negative
 * type of the error: (void *)-CAW_VALUE_ERROR. NULL: no memory.
 */
#define caw_to_em_promise(handle)                                                                                              \
    ((void)CAW__EM_RESULT(CAW__RESULT(handle)), caw__to_em_promise(CAW__TAKE(handle), CAW__SHAPE(CAW__RESULT(handle))))

#endif

/* ---- Private ----------------------------------------------------------------------------------------------------- */

/* One letter for each type that can cross; a type that cannot does not compile. */
#define CAW__CODE(T)                                                                                                           \
    __extension__ _Generic((__typeof__(T) *)0, void *: 'v', caw_bytes *: 'y', struct caw_value *: 'a', CAW__CODES)
#define CAW__EM_CODE(T)                                                                                                        \
    __extension__ _Generic((__typeof__(T) *)0, void *: 'v', void **: 'p', struct caw_value *: 'a', CAW__CODES)
/* clang-format off */
#define CAW__CODES                                                                                                             \
    CAW__NUMBER_CODES,                                                                                                         \
    const char **: 's',                                                                                                        \
    struct caw_string **: 't',                                                                                                 \
    struct caw_js **: 'j'
#define CAW__NUMBER_CODES                                                                                                      \
    double *: 'd',                                                                                                             \
    float *: 'f',                                                                                                              \
    bool *: '?',                                                                                                               \
    signed char *: 'b',                                                                                                        \
    unsigned char *: 'B',                                                                                                      \
    char *: 'b',                                                                                                               \
    short *: 'h',                                                                                                              \
    unsigned short *: 'H',                                                                                                     \
    int *: 'i',                                                                                                                \
    unsigned int *: 'I',                                                                                                       \
    long *: sizeof(long) == 4 ? 'i' : 'l',                                                                                     \
    unsigned long *: sizeof(long) == 4 ? 'I' : 'L',                                                                            \
    long long *: 'l',                                                                                                          \
    unsigned long long *: 'L'
/* clang-format on */

#ifdef __cplusplus
#define CAW__JS_ARGUMENTS(...) CAW__LIST(caw_value, caw_none() __VA_OPT__(, ) __VA_ARGS__) - 1
#else
#define CAW__JS_ARGUMENTS(...)                                                                                                 \
    (caw_value[]){caw_none() __VA_OPT__(, ) __VA_ARGS__},                                                                      \
        (sizeof(caw_value[]){caw_none() __VA_OPT__(, ) __VA_ARGS__} / sizeof(caw_value) - 1)
#endif

caw_js              *caw__js_apply(int kind, const caw_js *target, const char *name, const caw_value *args, size_t count);
CAW__HANDLE caw_any *caw__from_promise(caw_js *promise, const caw_js *controller, char code,
                                       uint32_t shape) __asm__("caw_from_promise_is_of_the_js_host");
caw_js              *caw__to_promise(caw_any *any, char code, uint32_t shape);
struct _em_promise;
CAW__HANDLE caw_any *caw__from_em_promise(struct _em_promise *promise, char code,
                                          uint32_t shape) __asm__("caw_from_em_promise_is_of_emscripten_programs");
struct _em_promise  *caw__to_em_promise(caw_any *any, uint32_t shape) __asm__("caw_to_em_promise_is_of_emscripten_programs");

#ifdef __cplusplus
}
#endif
#endif
