/*
 * Owns: async functions that JavaScript can call: CAW_EXPORT.
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
#define CAW_EXPORT(R, function, ...)                                                                                    \
    __attribute__((export_name("caw_describe:" #function))) const caw__export *caw__describe_##function(void);          \
    const caw__export *caw__describe_##function(void)                                                                   \
    {                                                                                                                   \
        static const caw__export here = {                                                                               \
            {CAW__CODE(R) CAW__PAIRS(CAW__PAIR_CODE, CAW__PAIR_CODE, __VA_ARGS__), 0},                                  \
            "" CAW__PAIRS(CAW__PAIR_FIRST, CAW__PAIR_NAME, __VA_ARGS__)};                                               \
        return &here;                                                                                                   \
    }                                                                                                                   \
    __attribute__((export_name("caw_export:" #function))) uint32_t caw__exported_##function(                              \
        uint32_t caw__slot_, void *caw__block CAW__PAIRS(CAW__PAIR_WIRE, CAW__PAIR_WIRE, __VA_ARGS__));                 \
    uint32_t caw__exported_##function(uint32_t caw__slot_, void *caw__block                                               \
                                    CAW__PAIRS(CAW__PAIR_WIRE, CAW__PAIR_WIRE, __VA_ARGS__))                            \
    {                                                                                                                   \
        caw_loop *caw__previous = caw__export_enter();                                                                  \
        caw_of(R) caw__h = function(CAW__PAIRS(CAW__PAIR_ARG, CAW__PAIR_NEXT, __VA_ARGS__));                            \
        return caw__export_run(caw_base(caw__h), caw__shared_shape(CAW__SHAPE(R)), caw__slot_, caw__block, caw__previous);   \
    }                                                                                                                   \
    _Static_assert(1, "")
/* clang-format on */

/* ---- Private ----------------------------------------------------------------------------------------------------- */

#define CAW__PAIR_CODE(T, name) , CAW__CODE(T)
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

#define CAW__PAIRS(first, rest, ...)                                                                                           \
    CAW__PAIRS_N(__VA_ARGS__ __VA_OPT__(, ) 8, X, 7, X, 6, X, 5, X, 4, X, 3, X, 2, X, 1, X, 0)(first, rest, __VA_ARGS__)
#define CAW__PAIRS_N(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, count, ...) CAW__PAIRS_##count
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
caw_loop    *caw__export_enter(void);
uint32_t     caw__export_run(caw_any *any, uint32_t shape, uint32_t slot, void *block, caw_loop *previous);

#endif
