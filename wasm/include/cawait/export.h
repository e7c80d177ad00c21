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
 * UTF-8; one with a NUL inside is refused), caw_string * (any string or bytes, with its length), caw_bytes (a Uint8Array or
 * ArrayBuffer), caw_doubles *, caw_int32s * and the like, see array.h (a Float64Array, an Int32Array), structs of struct.h (an object),
 * caw_js * (anything). Results: these and void, caw_value; not caw_bytes. A const char * that is returned must be static text. What
 * pointers among the arguments point to is borrowed: it lives until the call has ended, and what is counted for as long as you have a
 * reference. Text and numbers are copied when they cross, either way. The types are the function's own: a wider one, whose fraction or
 * high bits would be lost behind JavaScript's back, is an error.
 *
 * The body runs up to its first wait inside the call, as an async function of JavaScript's does. An `options.signal` that is
 * aborted cancels the task; one aborted before the call: the body never runs. So are the calls cancelled that have not ended when
 * CAW_MAIN has, see run.h; their AbortError says so.
 */
#ifndef CAWAIT_EXPORT_H
#define CAWAIT_EXPORT_H

#include <cawait/array.h>
#include <cawait/js.h>
#include <cawait/struct.h>

/* clang-format off */
#define CAW_EXPORT(R, function, ...)                                                                                           \
    __attribute__((export_name("caw_describe$" #function))) const caw__export *caw__describe_##function(void);                 \
    const caw__export *caw__describe_##function(void)                                                                          \
    {                                                                                                                          \
        enum { caw__pairs = CAW__KIND(__VA_ARGS__) != CAW__NO_PAIRS, caw__few = CAW__KIND(__VA_ARGS__) != CAW__MANY };         \
        enum { caw__result = CAW__RESULT_CODE(R) != 0 };                                                                       \
        enum { caw__parameters = 1 CAW__PAIRS(CAW__PAIR_CAN, CAW__PAIR_CAN, __VA_ARGS__) };                                    \
        _Static_assert(caw__pairs, "CAW_EXPORT: the type, a comma, the name of each parameter: " CAW__PAIRS_MEANT);            \
        _Static_assert(caw__few, "CAW_EXPORT: up to 8 parameters; of more make one struct, see CAW_STRUCT");                       \
        _Static_assert(caw__result, "CAW_EXPORT: this result type cannot cross to JavaScript; " CAW__RESULTS);                 \
        _Static_assert(caw__parameters, "CAW_EXPORT: a parameter's type cannot cross from JavaScript; " CAW__PARAMETERS);      \
        static const caw__export here = {                                                                                      \
            {CAW__RESULT_CODE(R) CAW__PAIRS(CAW__PAIR_CODE, CAW__PAIR_CODE, __VA_ARGS__), 0},                                  \
            "" CAW__PAIRS(CAW__PAIR_FIRST, CAW__PAIR_NAME, __VA_ARGS__)};                                                      \
        CAW__COMPOUND(R)                                                                                                       \
        CAW__PAIRS(CAW__PAIR_COMPOUND, CAW__PAIR_COMPOUND, __VA_ARGS__)                                                        \
        return &here;                                                                                                          \
    }                                                                                                                          \
    __attribute__((export_name("caw_export$" #function))) uint32_t caw__exported_##function(                                   \
        uint32_t caw__slot_, void *caw__block CAW__PAIRS(CAW__PAIR_WIRE, CAW__PAIR_WIRE, __VA_ARGS__));                        \
    uint32_t caw__exported_##function(uint32_t caw__slot_, void *caw__block                                                    \
                                      CAW__PAIRS(CAW__PAIR_WIRE, CAW__PAIR_WIRE, __VA_ARGS__))                                 \
    {                                                                                                                          \
        CAW__QUIET                                                                                                             \
        enum { caw__async = CAW__GIVES(R, CAW__CALL(caw_of(R), function, __VA_ARGS__)) };                           \
        CAW__LOUD                                                                                                              \
        _Static_assert(caw__async, "CAW_EXPORT: the function must be async and of this result type, CAW_ASYNC(R, f, ...); "    \
                                   "plain ones are exported by CAW_EXPORT_SYNC");                                              \
        caw_loop *caw__previous = caw__export_enter();                                                                         \
        CAW__EXACT                                                                                                             \
        caw_of(R) caw__h =                                                                                                     \
            CAW__CHOOSE(caw__async, CAW__CALL(caw_of(R), function, __VA_ARGS__), (caw_of(R))0);                                \
        CAW__LOUD                                                                                                              \
        return CAW__CHOOSE(CAW__IS_STRUCT_OF(R), caw__export_run_struct, caw__export_run)(                                     \
            caw_base(caw__h), caw__shared_shape(CAW__SHAPE(R)), caw__slot_, caw__block, caw__previous);                        \
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
    __attribute__((export_name("caw_describe$" #function))) const caw__export *caw__describe_##function(void);                 \
    const caw__export *caw__describe_##function(void)                                                                          \
    {                                                                                                                          \
        enum { caw__pairs = CAW__KIND(__VA_ARGS__) != CAW__NO_PAIRS, caw__few = CAW__KIND(__VA_ARGS__) != CAW__MANY };         \
        enum { caw__result = CAW__RESULT_CODE(R) != 0 };                                                                       \
        enum { caw__parameters = 1 CAW__PAIRS(CAW__PAIR_CAN, CAW__PAIR_CAN, __VA_ARGS__) };                                    \
        _Static_assert(caw__pairs, "CAW_EXPORT_SYNC: the type, a comma, the name of each parameter: " CAW__PAIRS_MEANT);       \
        _Static_assert(caw__few, "CAW_EXPORT_SYNC: up to 8 parameters; of more make one struct, see CAW_STRUCT");                  \
        _Static_assert(caw__result, "CAW_EXPORT_SYNC: this result type cannot cross to JavaScript; " CAW__RESULTS);            \
        _Static_assert(caw__parameters, "CAW_EXPORT_SYNC: a parameter's type cannot cross from JavaScript; " CAW__PARAMETERS); \
        static const caw__export here = {                                                                                      \
            {CAW__RESULT_CODE(R) CAW__PAIRS(CAW__PAIR_CODE, CAW__PAIR_CODE, __VA_ARGS__), 0},                                  \
            "" CAW__PAIRS(CAW__PAIR_FIRST, CAW__PAIR_NAME, __VA_ARGS__)};                                                      \
        CAW__COMPOUND(R)                                                                                                       \
        CAW__PAIRS(CAW__PAIR_COMPOUND, CAW__PAIR_COMPOUND, __VA_ARGS__)                                                        \
        return &here;                                                                                                          \
    }                                                                                                                          \
    __attribute__((export_name("caw_sync$" #function))) uint32_t caw__exported_##function(                                     \
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
        CAW__EXACT                                                                                                             \
        CAW__STORED(R) caw__v = CAW__CALLED(R, caw__plain, CAW__CALL(R, function, __VA_ARGS__));                               \
        CAW__LOUD                                                                                                              \
        return CAW__CHOOSE(CAW__IS_STRUCT_OF(R), caw__export_end_struct, caw__export_end)(                           \
            &caw__v, CAW__SHAPE(R), caw__slot_, caw__block, caw__previous);                                                    \
    }                                                                                                                          \
    _Static_assert(1, "")
/* clang-format on */

/* ---- Private ----------------------------------------------------------------------------------------------------- */

#define CAW__PAIRS_MEANT "(int, add, int, a, int, b)"
#define CAW__RESULTS                                                                                                           \
    "void, bool, integers, double, float, const char *, caw_string *, caw_js *, caw_value, caw_doubles * and the like, "       \
    "structs of CAW_STRUCT can"
#define CAW__PARAMETERS                                                                                                        \
    "bool, integers, double, float, const char *, caw_string *, caw_bytes, caw_js *, caw_doubles * and the like, structs of "  \
    "CAW_STRUCT can"

/* As CAW__CODE; 0: it cannot cross. */
#define CAW__RESULT_CODE(T)                                                                                                    \
    __extension__ _Generic((__typeof__(T) *)0,                                                                                 \
        void *: 'v',                                                                                                           \
        struct caw_value *: 'a',                                                                                               \
        CAW__CODES,                                                                                                            \
        CAW__ARRAY_CODES,                                                                                                      \
        default: CAW__IS_STRUCT_OF(T) ? 'o' : 0)
#define CAW__PARAMETER_CODE(T)                                                                                                 \
    __extension__ _Generic((__typeof__(T) *)0,                                                                                 \
        caw_bytes *: 'y',                                                                                                      \
        CAW__CODES,                                                                                                            \
        CAW__ARRAY_CODES,                                                                                                      \
        default: CAW__IS_STRUCT_OF(T) ? 'o' : 0)
/* In the order of js/bridge/compound.ts. */
/* clang-format off */
#define CAW__ARRAY_CODES                                                                                                       \
    struct caw_int8s **: '0', struct caw_uint8s **: '1', struct caw_int16s **: '2', struct caw_uint16s **: '3',                \
    struct caw_int32s **: '4', struct caw_uint32s **: '5', struct caw_int64s **: '6', struct caw_uint64s **: '7',              \
    struct caw_floats **: '8', struct caw_doubles **: '9'
/* clang-format on */
#define CAW__IS_ARRAY_OF(T) __extension__ _Generic((__typeof__(T) *)0, CAW__ARRAY_CODES, default: 0)
#define CAW__PAIR_CAN(T, name) &&CAW__PARAMETER_CODE(T) != 0

#ifndef __cplusplus
#define CAW__SAME(A, B) __builtin_types_compatible_p(A, B)
#define CAW__HAS_TYPE(T, expression) CAW__SAME(__typeof__(expression), T)
#define CAW__GIVES(R, expression) CAW__HAS_TYPE(caw_of(R), expression)
#define CAW__CHOOSE(condition, a, b) __builtin_choose_expr(condition, a, b)
/* What the call gives; of void a char. */
#define CAW__CALLED(R, plain, call)                                                                                            \
    __builtin_choose_expr(!(plain), *(volatile CAW__STORED(R) *)0,                                                             \
                          __builtin_choose_expr(CAW__IS_VOID(R), ((void)call, (char)0), call))
#else
#define CAW__SAME(A, B) __is_same(A, B)
#define CAW__HAS_TYPE(T, expression) __is_same(decltype(expression), T)
#define CAW__GIVES(R, expression) __is_convertible_to(decltype(expression), caw_of(R))
#define CAW__CHOOSE(condition, a, b) ((condition) ? (a) : (b))
#define CAW__CALLED(R, plain, call) caw__called<R>([&]() -> R { return call; })
extern "C++" {
template <class R, class F> inline caw__stored<R> caw__called(F call)
{
    if constexpr (CAW__IS_VOID(R)) return call(), '\0';
    else return call();
}
template <bool condition, class A, class B> struct caw__either : caw__is<A> {
};
template <class A, class B> struct caw__either<false, A, B> : caw__is<B> {
};
}
#endif
/* function(arguments); a T when there are no pairs to make the arguments of. */
#define CAW__CALL(T, function, ...) CAW__CAT(CAW__CALL_, CAW__KIND(__VA_ARGS__))(T, function, __VA_ARGS__)
#define CAW__CALL_CAW__PAIRED(T, function, ...) function(CAW__PAIRS(CAW__PAIR_ARG, CAW__PAIR_NEXT, __VA_ARGS__))
#define CAW__CALL_CAW__NO_PAIRS(T, function, ...) *(volatile __typeof__(T) *)0
#define CAW__CALL_CAW__MANY(T, function, ...) *(volatile __typeof__(T) *)0

#define CAW__PAIR_CODE(T, name) , CAW__PARAMETER_CODE(T)
#define CAW__COMPOUND(T) CAW__CHOOSE(CAW__IS_STRUCT_OF(T) || CAW__IS_ARRAY_OF(T), caw__compound(CAW__STRUCT_OF(T)), (void)0);
#define CAW__PAIR_COMPOUND(T, name) CAW__COMPOUND(T)
#define CAW__PAIR_FIRST(T, name) #name
#define CAW__PAIR_NAME(T, name) "," #name
#define CAW__BY_POINTER(T) (CAW__SAME(T, caw_bytes) || CAW__IS_STRUCT_OF(T))
/* caw_bytes and structs come by pointer; the rest as WebAssembly passes it */
#define CAW__IS_TEXT(T) (CAW__SAME(T, caw_string *) || CAW__IS_ARRAY_OF(T))
#ifndef __cplusplus
#define CAW__PAIR_WIRE(T, name) , __typeof__(__builtin_choose_expr(CAW__BY_POINTER(T), (const __typeof__(T) *)0, *(T *)0)) name
#define CAW__PAIR_ARG(T, name)                                                                                                 \
    *(const __typeof__(T) *)__builtin_choose_expr(CAW__IS_TEXT(T), caw__text_argument((void *)&(name)),                        \
                                                  __builtin_choose_expr(CAW__BY_POINTER(T), (name), &(name)))
#else
#define CAW__PAIR_WIRE(T, name) , caw__either<CAW__BY_POINTER(T), const caw__is<T>::type *, T>::type name
#define CAW__PAIR_ARG(T, name) *(const __typeof__(T) *)caw__argument<CAW__IS_TEXT(T), CAW__BY_POINTER(T)>(&(name))
#endif
#define CAW__PAIR_NEXT(T, name) , CAW__PAIR_ARG(T, name)

#ifdef __cplusplus
extern "C" {
#endif
/* Codes of the result and the parameters (CAW__CODE), and the parameters' names. */
typedef struct caw__export {
    char        codes[10];
    const char *names;
} caw__export;

/* The argument itself; links what makes it (text.c). */
caw_string **caw__text_argument(void *argument);
caw_loop    *caw__export_enter(void) __asm__("CAW_EXPORT_is_of_the_js_host");
uint32_t     caw__export_run(caw_any *any, uint32_t shape, uint32_t slot, void *block, caw_loop *previous);
uint32_t     caw__export_run_struct(caw_any *any, uint32_t shape, uint32_t slot, void *block, caw_loop *previous);
uint32_t     caw__export_end_struct(void *value, uint32_t shape, uint32_t slot, void *block, caw_loop *previous);
/* Of each struct and array that a function takes or gives, in order, as it is described: js/bridge/compound.ts is told of it. NULL: an array. */
void     caw__compound(const caw__struct *type);
uint32_t caw__export_end(void *value, uint32_t shape, uint32_t slot, void *block, caw_loop *previous);

#ifdef __cplusplus
}
template <bool text, bool by_pointer, class W> inline const void *caw__argument(W *wire)
{
    if constexpr (text) return caw__text_argument((void *)wire);
    else if constexpr (by_pointer) return *wire;
    else return wire;
}
#endif
#endif
