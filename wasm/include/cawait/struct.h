/*
 * Owns: structs that cross to JavaScript as plain objects, and back: CAW_STRUCT, CAW_FIELDS.
 * Must not know: the functions that take and give them (export.h).
 *
 *     CAW_STRUCT(point, double, x, double, y, int, id);        // typedef struct point { double x; double y; int id; } point;
 *
 *     static point mirrored(point p) { return (point){-p.x, p.y, p.id}; }
 *     CAW_EXPORT_SYNC(point, mirrored, point, p);
 *
 *     app.exports.mirrored({ x: 1, y: 2, id: 3 })              // in JavaScript: { x: -1, y: 2, id: 3 }
 *
 * Type and name of each field, up to 16: bool, integers, double, float, and structs that were described before, as objects in the
 * object. Of a struct that somebody else has declared CAW_FIELDS says which of its fields cross, of which types, at the top of the file;
 * the others are zero when it comes, and do not go:
 *
 *     CAW_FIELDS(struct tm, int, tm_year, int, tm_mon, int, tm_mday);
 *
 * Whoever calls from JavaScript gives an object that has exactly these fields, of its own or by its prototype, each of its type; else
 * the TypeError names the field. Getters run before C is entered. A struct is passed by value, on either side.
 */
#ifndef CAWAIT_STRUCT_H
#define CAWAIT_STRUCT_H

#include <cawait/js.h>
#include <cawait/pairs.h>
#include <stddef.h>

#ifdef __cplusplus
#define CAW__OVERLOADED
#else
#define CAW__OVERLOADED __attribute__((overloadable))
#endif

/* clang-format off */
#define CAW_STRUCT(name, ...)                                                                                                  \
    typedef struct name {                                                                                                      \
        CAW__FIELDS(CAW__FIELD_MEMBER, name, __VA_ARGS__)                                                                      \
    } name;                                                                                                                    \
    CAW__OVERLOADED __attribute__((unused)) static inline const caw__struct *caw__struct_of(const name *caw__s)                  \
    {                                                                                                                          \
        enum { caw__pairs = CAW__FIELD_KIND(__VA_ARGS__) != CAW__NO_PAIRS, caw__few = CAW__FIELD_KIND(__VA_ARGS__) != CAW__MANY };\
        enum { caw__fields = 1 CAW__FIELDS(CAW__FIELD_CAN, name, __VA_ARGS__) };                                               \
        enum { caw__types = 1 CAW__FIELDS(CAW__FIELD_FITS, name, __VA_ARGS__), caw__aligned = _Alignof(name) <= 8 };           \
        _Static_assert(caw__pairs, "CAW_STRUCT: the type, a comma, the name of each field: (point, double, x, double, y)");    \
        _Static_assert(caw__few, "CAW_STRUCT: up to 16 fields; more can be in a struct within the struct");                    \
        _Static_assert(caw__fields, "CAW_STRUCT: a field's type cannot cross; " CAW__FIELD_TYPES);                             \
        _Static_assert(caw__types, "CAW_STRUCT: a field has another type, or is an array");                                    \
        _Static_assert(caw__aligned, "CAW_STRUCT: a struct that is aligned to more than 8 bytes cannot cross");                \
        CAW__DESCRIBED(name, __VA_ARGS__)                                                                                      \
    }                                                                                                                          \
    _Static_assert(1, "")

#define CAW_FIELDS(S, ...)                                                                                                     \
    CAW__OVERLOADED __attribute__((unused)) static inline const caw__struct *caw__struct_of(const S *caw__s)                     \
    {                                                                                                                          \
        enum { caw__pairs = CAW__FIELD_KIND(__VA_ARGS__) != CAW__NO_PAIRS, caw__few = CAW__FIELD_KIND(__VA_ARGS__) != CAW__MANY };\
        enum { caw__fields = 1 CAW__FIELDS(CAW__FIELD_CAN, S, __VA_ARGS__) };                                                  \
        enum { caw__types = 1 CAW__FIELDS(CAW__FIELD_FITS, S, __VA_ARGS__), caw__aligned = _Alignof(S) <= 8 };                 \
        _Static_assert(caw__pairs, "CAW_FIELDS: the type, a comma, the name of each field: (struct point, double, x, double, y)");\
        _Static_assert(caw__few, "CAW_FIELDS: up to 16 fields; more can be in a struct within the struct");                    \
        _Static_assert(caw__fields, "CAW_FIELDS: a field's type cannot cross; " CAW__FIELD_TYPES);                             \
        _Static_assert(caw__types, "CAW_FIELDS: a field has another type, or is an array");                                    \
        _Static_assert(caw__aligned, "CAW_FIELDS: a struct that is aligned to more than 8 bytes cannot cross");                \
        CAW__DESCRIBED(S, __VA_ARGS__)                                                                                         \
    }                                                                                                                          \
    _Static_assert(1, "")
/* clang-format on */

/* ---- Private ----------------------------------------------------------------------------------------------------- */

typedef struct caw__struct caw__struct;
typedef struct caw__field {
    uint32_t           code; /* as CAW__CODE, or 'o': of `type` */
    uint32_t           offset;
    const caw__struct *type;
} caw__field;
struct caw__struct {
    const char *name;
    const char *fields; /* "x,y,"; as many caw__fields follow */
    uint32_t    size;
};

/* Of each described struct there is one that takes its pointer, and is the better one for it; this is for all other types. */
typedef struct caw__no_struct         caw__no_struct;
CAW__OVERLOADED const caw__no_struct *caw__struct_of(const volatile void *);
#ifndef __cplusplus
#define CAW__IS_STRUCT_OF(T) __builtin_types_compatible_p(__typeof__(caw__struct_of((CAW__STORED(T) *)0)), const caw__struct *)
#define CAW__STRUCT_OF(T)                                                                                                      \
    __builtin_choose_expr(CAW__IS_STRUCT_OF(T), caw__struct_of((CAW__STORED(T) *)0), (const caw__struct *)0)
#else
#define CAW__IS_STRUCT_OF(T) __is_same(decltype(caw__struct_of((CAW__STORED(T) *)nullptr)), const caw__struct *)
#define CAW__STRUCT_OF(T) caw__struct_at<T, CAW__IS_STRUCT_OF(T)>()
extern "C++" template <class T, bool described> inline const caw__struct *caw__struct_at()
{
    if constexpr (described) return caw__struct_of((CAW__STORED(T) *)nullptr);
    else return nullptr;
}
#endif

#define CAW__FIELD_CODE(T)                                                                                                     \
    __extension__ _Generic((__typeof__(T) *)0, CAW__NUMBER_CODES, default: CAW__IS_STRUCT_OF(T) ? 'o' : 0)
#define CAW__FIELD_MEMBER(S, T, name) T name;
#define CAW__FIELD_CAN(S, T, name) &&CAW__FIELD_CODE(T) != 0
/* A name with a number of elements behind it is none, nor one that has another type. */
#ifdef __cplusplus
#define CAW__FIELD_FITS(S, T, name) &&__is_same(decltype(((S *)nullptr)->name), T)
#else
#define CAW__FIELD_FITS(S, T, name)                                                                                            \
    &&sizeof(struct { T name; }) == sizeof(T) && __builtin_types_compatible_p(__typeof__(((S *)0)->name), T)
#endif
#define CAW__FIELD_ONE(S, T, name) +1
#define CAW__FIELD_NAME(S, T, name) #name ","
#define CAW__FIELD_ITEM(S, T, name) {(uint32_t)CAW__FIELD_CODE(T), offsetof(S, name), 0},
#define CAW__FIELD_TYPE(S, T, name) caw__at++->type = CAW__STRUCT_OF(T);

#define CAW__FIELD_TYPES "bool, integers, double, float, and structs that were described before can"
#define CAW__DESCRIBED(S, ...)                                                                                                 \
    static struct {                                                                                                            \
        caw__struct head;                                                                                                      \
        caw__field  fields[1 CAW__FIELDS(CAW__FIELD_ONE, S, __VA_ARGS__)];                                                     \
    } here = {{#S, "" CAW__FIELDS(CAW__FIELD_NAME, S, __VA_ARGS__), sizeof(S)},                                                \
              {CAW__FIELDS(CAW__FIELD_ITEM, S, __VA_ARGS__){0, 0, 0}}};                                                        \
    caw__field *caw__at = here.fields;                                                                                         \
    CAW__FIELDS(CAW__FIELD_TYPE, S, __VA_ARGS__)                                                                               \
    (void)caw__at, (void)caw__s;                                                                                               \
    return &here.head;

#endif
