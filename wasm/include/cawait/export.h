/*
 * Owns: functions that JavaScript can call: async ones by CAW_EXPORT, plain ones by CAW_EXPORT_SYNC.
 * Must not know: how a call is kept (export.c). Only on hosts that have JavaScript.
 *
 *     CAW_ASYNC(double, page_size, const char *url, int limit) { ... }
 *     CAW_EXPORT(double, page_size, const char *, url, int, limit);
 *
 *     await app.exports.page_size('https://example.org/', 10, { signal })      // in JavaScript: Promise<number>
 *
 * The result type, the function, then type and name of each parameter, up to 8. (C cannot say what types a function's parameters
 * have, so they are written again; the compiler checks them against the function.) The function may be any that returns a
 * caw_of(...). JavaScript's side is checked: a wrong argument rejects the promise with a TypeError that names the parameter.
 *
 * Parameters: double, float, bool, the integers up to 32 bits (a number), int64_t, uint64_t (a BigInt), const char * (a string, as
 * UTF-8; one with a NUL inside is refused), caw_string * (any string or bytes, with its length), caw_bytes (a Uint8Array or ArrayBuffer), caw_js * (anything). Results: these and void, caw_string *, caw_value; not
 * caw_bytes. A const char * that is returned must be static text. What pointers among the arguments point to is borrowed: it lives
 * until the call has ended.
 *
 * The body runs up to its first wait inside the call, as an async function of JavaScript's does. An `options.signal` that is
 * aborted cancels the task; one aborted before the call: the body never runs. So are the calls cancelled that have not ended when
 * CAW_MAIN has, see run.h; their AbortError says so.
 */
#ifndef CAWAIT_EXPORT_H
#define CAWAIT_EXPORT_H

#include <cawait/js.h>

/* clang-format off */
#define CAW_EXPORT(R, function, ...)                                                                                           \
    __attribute__((export_name("caw_describe:" #function))) const caw__export *caw__describe_##function(void);                 \
    const caw__export *caw__describe_##function(void)                                                                          \
    {                                                                                                                          \
        enum { caw__pairs = CAW__KIND(__VA_ARGS__) != CAW__NO_PAIRS, caw__few = CAW__KIND(__VA_ARGS__) != CAW__MANY };         \
        enum { caw__result = CAW__RESULT_CODE(R) != 0 };                                                                       \
        enum { caw__parameters = 1 CAW__PAIRS(CAW__PAIR_CAN, CAW__PAIR_CAN, __VA_ARGS__) };                                    \
        _Static_assert(caw__pairs, "CAW_EXPORT: the type, a comma, the name of each parameter: " CAW__PAIRS_MEANT);            \
        _Static_assert(caw__few, "CAW_EXPORT: up to 8 parameters; of more make one object, a caw_js *");                       \
        _Static_assert(caw__result, "CAW_EXPORT: this result type cannot cross to JavaScript; " CAW__RESULTS);                 \
        _Static_assert(caw__parameters, "CAW_EXPORT: a parameter's type cannot cross from JavaScript; " CAW__PARAMETERS);      \
        static const caw__export here = {                                                                                      \
            {CAW__RESULT_CODE(R) CAW__PAIRS(CAW__PAIR_CODE, CAW__PAIR_CODE, __VA_ARGS__), 0},                                  \
            "" CAW__PAIRS(CAW__PAIR_FIRST, CAW__PAIR_NAME, __VA_ARGS__)};                                                      \
        return &here;                                                                                                          \
    }                                                                                                                          \
    __attribute__((export_name("caw_export:" #function))) uint32_t caw__exported_##function(                                   \
        uint32_t caw__slot_, void *caw__block CAW__PAIRS(CAW__PAIR_WIRE, CAW__PAIR_WIRE, __VA_ARGS__));                        \
    uint32_t caw__exported_##function(uint32_t caw__slot_, void *caw__block                                                    \
                                      CAW__PAIRS(CAW__PAIR_WIRE, CAW__PAIR_WIRE, __VA_ARGS__))                                 \
    {                                                                                                                          \
        CAW__QUIET                                                                                                             \
        enum { caw__async = CAW__HAS_TYPE(caw_of(R), CAW__CALL(caw_of(R), function, __VA_ARGS__)) };                           \
        CAW__LOUD                                                                                                              \
        _Static_assert(caw__async, "CAW_EXPORT: the function must be async and of this result type, CAW_ASYNC(R, f, ...); "    \
                                   "plain ones are exported by CAW_EXPORT_SYNC");                                              \
        caw_loop *caw__previous = caw__export_enter();                                                                         \
        caw_of(R) caw__h =                                                                                                     \
            __builtin_choose_expr(caw__async, CAW__CALL(caw_of(R), function, __VA_ARGS__), (caw_of(R))0);                      \
        return caw__export_run(caw_base(caw__h), caw__shared_shape(CAW__SHAPE(R)), caw__slot_, caw__block, caw__previous);     \
    }                                                                                                                          \
    _Static_assert(1, "")
/* clang-format on */

/*
 * CAW_EXPORT_SYNC(R, function, T, name, ...): the same for a plain C function, which is called at once: what it returns is what the
 * call gives in JavaScript, without a promise.
 *
 *     static double area(double width, double height) { return width * height; }
 *     CAW_EXPORT_SYNC(double, area, double, width, double, height);
 *
 *     app.exports.area(3, 4)      // in JavaScript: 12
 *
 * A wrong argument throws its TypeError. A function that fails calls caw_js_throw(error), see js.h, and returns whatever it likes: the
 * error is thrown. A result is owned by who called: of what is counted, give a new reference; a const char * may be static, or within
 * an argument. It runs as a callback of the instance's loop, so it may spawn; and it may be called while C is running that has called
 * JavaScript.
 */
/* clang-format off */
#define CAW_EXPORT_SYNC(R, function, ...)                                                                                      \
    __attribute__((export_name("caw_describe:" #function))) const caw__export *caw__describe_##function(void);                 \
    const caw__export *caw__describe_##function(void)                                                                          \
    {                                                                                                                          \
        enum { caw__pairs = CAW__KIND(__VA_ARGS__) != CAW__NO_PAIRS, caw__few = CAW__KIND(__VA_ARGS__) != CAW__MANY };         \
        enum { caw__result = CAW__RESULT_CODE(R) != 0 };                                                                       \
        enum { caw__parameters = 1 CAW__PAIRS(CAW__PAIR_CAN, CAW__PAIR_CAN, __VA_ARGS__) };                                    \
        _Static_assert(caw__pairs, "CAW_EXPORT_SYNC: the type, a comma, the name of each parameter: " CAW__PAIRS_MEANT);       \
        _Static_assert(caw__few, "CAW_EXPORT_SYNC: up to 8 parameters; of more make one object, a caw_js *");                  \
        _Static_assert(caw__result, "CAW_EXPORT_SYNC: this result type cannot cross to JavaScript; " CAW__RESULTS);            \
        _Static_assert(caw__parameters, "CAW_EXPORT_SYNC: a parameter's type cannot cross from JavaScript; " CAW__PARAMETERS); \
        static const caw__export here = {                                                                                      \
            {CAW__RESULT_CODE(R) CAW__PAIRS(CAW__PAIR_CODE, CAW__PAIR_CODE, __VA_ARGS__), 0},                                  \
            "" CAW__PAIRS(CAW__PAIR_FIRST, CAW__PAIR_NAME, __VA_ARGS__)};                                                      \
        return &here;                                                                                                          \
    }                                                                                                                          \
    __attribute__((export_name("caw_sync:" #function))) uint32_t caw__exported_##function(                                     \
        uint32_t caw__slot_, void *caw__block CAW__PAIRS(CAW__PAIR_WIRE, CAW__PAIR_WIRE, __VA_ARGS__));                        \
    uint32_t caw__exported_##function(uint32_t caw__slot_, void *caw__block                                                    \
                                      CAW__PAIRS(CAW__PAIR_WIRE, CAW__PAIR_WIRE, __VA_ARGS__))                                 \
    {                                                                                                                          \
        CAW__QUIET                                                                                                             \
        enum { caw__plain = CAW__HAS_TYPE(R, CAW__CALL(R, function, __VA_ARGS__)) };                                           \
        CAW__LOUD                                                                                                              \
        _Static_assert(caw__plain, "CAW_EXPORT_SYNC: the function must be a plain one that returns this result type; "         \
                                   "async ones are exported by CAW_EXPORT");                                                   \
        caw_loop *caw__previous = caw__export_enter();                                                                         \
        CAW__STORED(R) caw__v = __builtin_choose_expr(                                                                         \
            !caw__plain, *(volatile CAW__STORED(R) *)0,                                                                        \
            __builtin_choose_expr(CAW__IS_VOID(R), ((void)CAW__CALL(R, function, __VA_ARGS__), (char)0),                       \
                                  CAW__CALL(R, function, __VA_ARGS__)));                                                       \
        return caw__export_end(&caw__v, CAW__SHAPE(R), caw__slot_, caw__block, caw__previous);                                 \
    }                                                                                                                          \
    _Static_assert(1, "")
/* clang-format on */

/* ---- Private ----------------------------------------------------------------------------------------------------- */

#define CAW__PAIRS_MEANT "(int, add, int, a, int, b)"
#define CAW__RESULTS "void, bool, integers, double, float, const char *, caw_string *, caw_js * and caw_value can"
#define CAW__PARAMETERS "bool, integers, double, float, const char *, caw_string *, caw_bytes and caw_js * can"

/* As CAW__CODE; 0: it cannot cross. */
#define CAW__RESULT_CODE(T) _Generic((__typeof__(T) *)0, void *: 'v', struct caw_value *: 'a', CAW__CODES, default: 0)
#define CAW__PARAMETER_CODE(T) _Generic((__typeof__(T) *)0, caw_bytes *: 'y', CAW__CODES, default: 0)
#define CAW__PAIR_CAN(T, name) &&CAW__PARAMETER_CODE(T) != 0

#define CAW__HAS_TYPE(T, expression) __builtin_types_compatible_p(__typeof__(expression), T)
/* function(arguments); a T when there are no pairs to make the arguments of. */
#define CAW__CALL(T, function, ...) CAW__CAT(CAW__CALL_, CAW__KIND(__VA_ARGS__))(T, function, __VA_ARGS__)
#define CAW__CALL_CAW__PAIRED(T, function, ...) function(CAW__PAIRS(CAW__PAIR_ARG, CAW__PAIR_NEXT, __VA_ARGS__))
#define CAW__CALL_CAW__NO_PAIRS(T, function, ...) *(volatile __typeof__(T) *)0
#define CAW__CALL_CAW__MANY(T, function, ...) *(volatile __typeof__(T) *)0

#define CAW__PAIR_CODE(T, name) , CAW__PARAMETER_CODE(T)
#define CAW__PAIR_FIRST(T, name) #name
#define CAW__PAIR_NAME(T, name) "," #name
#define CAW__IS_BYTES(T) __builtin_types_compatible_p(T, caw_bytes)
/* caw_bytes comes by pointer; the rest as WebAssembly passes it */
#define CAW__PAIR_WIRE(T, name) , __typeof__(__builtin_choose_expr(CAW__IS_BYTES(T), (const caw_bytes *)0, *(T *)0)) name
#define CAW__IS_STRING(T) __builtin_types_compatible_p(T, caw_string *)
#define CAW__PAIR_ARG(T, name)                                                                                                 \
    *__builtin_choose_expr(CAW__IS_STRING(T), caw__text_argument(&(name)),                                                     \
                           __builtin_choose_expr(CAW__IS_BYTES(T), (name), &(name)))
#define CAW__PAIR_NEXT(T, name) , CAW__PAIR_ARG(T, name)

/* How many pairs there are; X: a type or a name is alone, or a name begins with a type (`int a, int b`); MANY: more than 8. */
enum { CAW__PAIRED, CAW__NO_PAIRS, CAW__MANY };
#define CAW__KIND(...) CAW__CAT(CAW__KIND_, CAW__COUNT(__VA_ARGS__))
#define CAW__COUNT(...) CAW__CAT(CAW__COUNT_, CAW__IS_TYPE(CAW__SECOND(__VA_ARGS__, , )))(__VA_ARGS__)
#define CAW__COUNT_1(...) X
/* clang-format off */
#define CAW__COUNT_0(...)                                                                                                      \
    CAW__COUNT_N(__VA_ARGS__ __VA_OPT__(, )                                                                                    \
                 MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY,               \
                 8, X, 7, X, 6, X, 5, X, 4, X, 3, X, 2, X, 1, X, 0)
#define CAW__COUNT_N(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F, count, ...) count
/* clang-format on */
#define CAW__SECOND(a, b, ...) b
#define CAW__THIRD(a, b, c, ...) c
#define CAW__IS_TYPE(name) CAW__IS_TYPE_(name)
#define CAW__IS_TYPE_(name) CAW__IS_TYPE__(CAW__TYPE_##name, 1, 0, )
#define CAW__IS_TYPE__(...) CAW__THIRD(__VA_ARGS__)
#define CAW__TYPE_int ,
#define CAW__TYPE_unsigned ,
#define CAW__TYPE_signed ,
#define CAW__TYPE_char ,
#define CAW__TYPE_short ,
#define CAW__TYPE_long ,
#define CAW__TYPE_float ,
#define CAW__TYPE_double ,
#define CAW__TYPE_bool ,
#define CAW__TYPE__Bool ,
#define CAW__TYPE_const ,
#define CAW__TYPE_void ,
#define CAW__TYPE_struct ,
#define CAW__TYPE_enum ,
#define CAW__TYPE_size_t ,
#define CAW__TYPE_ptrdiff_t ,
#define CAW__TYPE_int8_t ,
#define CAW__TYPE_uint8_t ,
#define CAW__TYPE_int16_t ,
#define CAW__TYPE_uint16_t ,
#define CAW__TYPE_int32_t ,
#define CAW__TYPE_uint32_t ,
#define CAW__TYPE_int64_t ,
#define CAW__TYPE_uint64_t ,
#define CAW__TYPE_caw_string ,
#define CAW__TYPE_caw_js ,
#define CAW__TYPE_caw_bytes ,
#define CAW__TYPE_caw_value ,
#define CAW__KIND_0 CAW__PAIRED
#define CAW__KIND_1 CAW__PAIRED
#define CAW__KIND_2 CAW__PAIRED
#define CAW__KIND_3 CAW__PAIRED
#define CAW__KIND_4 CAW__PAIRED
#define CAW__KIND_5 CAW__PAIRED
#define CAW__KIND_6 CAW__PAIRED
#define CAW__KIND_7 CAW__PAIRED
#define CAW__KIND_8 CAW__PAIRED
#define CAW__KIND_X CAW__NO_PAIRS
#define CAW__KIND_MANY CAW__MANY

#define CAW__PAIRS(first, rest, ...) CAW__CAT(CAW__PAIRS_, CAW__COUNT(__VA_ARGS__))(first, rest, __VA_ARGS__)
#define CAW__PAIRS_X(first, rest, ...)
#define CAW__PAIRS_MANY(first, rest, ...)
#define CAW__PAIRS_0(first, rest, ...)
#define CAW__PAIRS_1(first, rest, T, name, ...) first(T, name)
#define CAW__PAIRS_2(first, rest, T, name, ...) first(T, name) CAW__PAIRS_1(rest, rest, __VA_ARGS__)
#define CAW__PAIRS_3(first, rest, T, name, ...) first(T, name) CAW__PAIRS_2(rest, rest, __VA_ARGS__)
#define CAW__PAIRS_4(first, rest, T, name, ...) first(T, name) CAW__PAIRS_3(rest, rest, __VA_ARGS__)
#define CAW__PAIRS_5(first, rest, T, name, ...) first(T, name) CAW__PAIRS_4(rest, rest, __VA_ARGS__)
#define CAW__PAIRS_6(first, rest, T, name, ...) first(T, name) CAW__PAIRS_5(rest, rest, __VA_ARGS__)
#define CAW__PAIRS_7(first, rest, T, name, ...) first(T, name) CAW__PAIRS_6(rest, rest, __VA_ARGS__)
#define CAW__PAIRS_8(first, rest, T, name, ...) first(T, name) CAW__PAIRS_7(rest, rest, __VA_ARGS__)

/* Codes of the result and the parameters (CAW__CODE), and the parameters' names. */
typedef struct caw__export {
    char        codes[10];
    const char *names;
} caw__export;

/* The argument itself; links what makes it (text.c). */
caw_string **caw__text_argument(void *argument);
caw_loop    *caw__export_enter(void) __asm__("CAW_EXPORT_is_of_the_js_host");
uint32_t     caw__export_run(caw_any *any, uint32_t shape, uint32_t slot, void *block, caw_loop *previous);
uint32_t     caw__export_end(void *value, uint32_t shape, uint32_t slot, void *block, caw_loop *previous);

#endif
