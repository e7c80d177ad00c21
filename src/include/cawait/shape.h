/*
 * Owns: what the library knows of a result's type: its shape, which says the size, how it is owned, and which type it is. Included by
 * coro.h.
 * Must not know: who gives the result, or who takes it.
 */
#ifndef CAWAIT_SHAPE_H
#define CAWAIT_SHAPE_H

#include <cawait/frame.h>

#ifndef __cplusplus /* see cplusplus.h */
#define CAW__IS_VOID(T) __builtin_types_compatible_p(T, void)
/* T, or char where T is void: something that can be stored */
#define CAW__STORED(T) __typeof__(__builtin_choose_expr(CAW__IS_VOID(T), (char)0, *(__typeof__(T) *)0))
#define CAW__RESULT(handle) __typeof__((handle)((caw_any *)0))
#define CAW__STORED_RESULT(handle) __typeof__(__builtin_choose_expr(CAW__IS_VOID(CAW__RESULT(handle)), (char)0, (handle)(0)))
#endif

/*
 * Every counted type that a public header declares: as a result, to whom each owner of the result has a reference of its own. A type
 * that is added is added here; the layout leg reads the headers and misses it.
 */
#define CAW__COUNTED_TYPES(X)                                                                                                  \
    X(caw_error)                                                                                                               \
    X(caw_string)                                                                                                              \
    X(caw_js)                                                                                                                  \
    X(caw_context)                                                                                                             \
    X(caw_handle)                                                                                                              \
    X(caw_generator)                                                                                                           \
    X(caw_results)                                                                                                             \
    X(caw_waited)                                                                                                              \
    X(caw_completions)                                                                                                         \
    X(caw_task_group)                                                                                                          \
    X(caw_exit_stack)                                                                                                          \
    X(caw_lock)                                                                                                                \
    X(caw_event)                                                                                                               \
    X(caw_condition)                                                                                                           \
    X(caw_semaphore)                                                                                                           \
    X(caw_barrier)                                                                                                             \
    X(caw_queue)                                                                                                               \
    X(caw_stream_reader)                                                                                                       \
    X(caw_stream_writer)                                                                                                       \
    X(caw_transport)                                                                                                           \
    X(caw_addresses)                                                                                                           \
    X(caw_channel)                                                                                                             \
    X(caw_sender)                                                                                                              \
    X(caw_receiver)                                                                                                            \
    X(caw_executor)                                                                                                            \
    X(caw_file)                                                                                                                \
    X(caw_socket)                                                                                                              \
    X(caw_server)                                                                                                              \
    X(caw_datagram_transport)                                                                                                  \
    X(caw_call_graph)

/* Those of array.h, each with the type of its numbers: one code for all, as they are strings by their inside. */
#define CAW__ARRAY_TYPES(X)                                                                                                    \
    X(caw_int8s, int8_t)                                                                                                       \
    X(caw_uint8s, uint8_t)                                                                                                     \
    X(caw_int16s, int16_t)                                                                                                     \
    X(caw_uint16s, uint16_t)                                                                                                   \
    X(caw_int32s, int32_t)                                                                                                     \
    X(caw_uint32s, uint32_t)                                                                                                   \
    X(caw_int64s, int64_t)                                                                                                     \
    X(caw_uint64s, uint64_t)                                                                                                   \
    X(caw_floats, float)                                                                                                       \
    X(caw_doubles, double)

#define CAW__DECLARE(name) struct name;
CAW__COUNTED_TYPES(CAW__DECLARE)
#define CAW__DECLARE_ARRAY(name, T) struct name;
CAW__ARRAY_TYPES(CAW__DECLARE_ARRAY)
struct caw_value;
struct caw_stream; /* two references */

/* A shape as it is; where a future is made that may be asked for a caw_value twice, what counts the owners is linked. */
#ifdef __cplusplus
extern "C"
#endif
    void
                                                      caw__value_shares(void);
static inline __attribute__((always_inline)) uint32_t caw__shared_shape(uint32_t shape)
{
    if (CAW__OWNER(shape) == CAW__VALUE) caw__value_shares();
    return shape;
}

/* Which type it is, in a shape. What C cannot tell apart by _Generic has one code: pointers to whatever; structs, unions and others,
 * of one size; signed and unsigned, as which of them an enum is nobody knows. */
#define CAW__TYPED(name) CAW__IS_##name,
enum {
    CAW__IS_NOTHING,
    CAW__IS_INTEGER,
    CAW__IS_BOOL,
    CAW__IS_FLOAT,
    CAW__IS_POINTER,
    CAW__IS_STRUCT,
    CAW__IS_VALUE,
    CAW__IS_AWAITABLE, /* caw_any *, caw_of(T) */
    CAW__IS_STREAM,
    CAW__IS_ARRAY,
    CAW__COUNTED_TYPES(CAW__TYPED)
};
/* One word each, as the list below stands in a program wherever a type is named: it is read a hundred times a file. */
#define CAW__AS(name) CAW__AS_##name = CAW__COUNTED | CAW__IS_##name << 22,
enum {
    CAW__INTEGER = CAW__IS_INTEGER << 22,
    CAW__BOOL = CAW__IS_BOOL << 22,
    CAW__FLOAT = CAW__IS_FLOAT << 22,
    CAW__AWAITABLE = CAW__COUNTED | CAW__IS_AWAITABLE << 22,
    CAW__STREAM = CAW__COUNTED | CAW__IS_STREAM << 22,
    CAW__ARRAY = CAW__COUNTED | CAW__IS_ARRAY << 22,
    CAW__COUNTED_TYPES(CAW__AS)
};
/* The usual types: a handle of such a result is owned as a result. */
#define CAW__HANDLE_TYPES(X)                                                                                                   \
    X(void)                                                                                                                    \
    X(bool)                                                                                                                    \
    X(int)                                                                                                                     \
    X(unsigned)                                                                                                                \
    X(long)                                                                                                                    \
    X(unsigned long)                                                                                                           \
    X(long long)                                                                                                               \
    X(unsigned long long)                                                                                                      \
    X(double)                                                                                                                  \
    X(float)                                                                                                                   \
    X(void *)                                                                                                                  \
    X(const char *)                                                                                                            \
    X(struct caw_value)                                                                                                        \
    X(struct caw_string *)                                                                                                     \
    X(struct caw_js *)                                                                                                         \
    X(caw_any *)                                                                                                               \
    X(struct caw_results *)

#ifndef __cplusplus
/*
 * How a T is owned, and its code: the size, less one, of what the overload for it would give. They are never called, nor defined. _Generic says the
 * same, but its list then stands, and is read, wherever a type is named: an await took 3.5 times as long to compile, and CAW_JOB alone
 * was 700 KB. Of handles those of the usual types; others are plain pointers: give a caw_any * instead.
 */
#define CAW__TRAITS(T)                                                                                                         \
    (sizeof *caw__traits((__typeof__(T) *)1) > 1                                                                               \
         ? (uint32_t)(sizeof *caw__traits((__typeof__(T) *)1) - 1) << 22                                                       \
         : (uint32_t)(__builtin_classify_type(*(CAW__STORED(T) *)0) == 5 ? CAW__IS_POINTER : CAW__IS_STRUCT) << 22)
#define CAW__TRAITS_CASE(T, traits) __attribute__((overloadable)) char(*caw__traits(T))[((uint32_t)(traits) >> 22) + 1];
#define CAW__COUNTED_CASE(name)                                                                                                \
    CAW__TRAITS_CASE(struct name **, CAW__AS_##name)                                                                           \
    CAW__TRAITS_CASE(const struct name **, CAW__AS_##name)
#define CAW__ARRAY_CASE(name, T)                                                                                               \
    CAW__TRAITS_CASE(struct name **, CAW__ARRAY)                                                                               \
    CAW__TRAITS_CASE(const struct name **, CAW__ARRAY)
#define CAW__HANDLE_CASE(T)                                                                                                    \
    CAW__TRAITS_CASE(T (**of)(caw_any *), CAW__AWAITABLE)                                                                      \
    CAW__TRAITS_CASE(T (**of)(struct caw_generator *), CAW__AS_caw_generator)
#define CAW__INTEGER_TYPES(X)                                                                                                  \
    X(int)                                                                                                                     \
    X(unsigned)                                                                                                                \
    X(long)                                                                                                                    \
    X(unsigned long)                                                                                                           \
    X(long long)                                                                                                               \
    X(unsigned long long)                                                                                                      \
    X(short)                                                                                                                   \
    X(unsigned short)                                                                                                          \
    X(char)                                                                                                                    \
    X(signed char)                                                                                                             \
    X(unsigned char)
#define CAW__INTEGER_CASE(T) CAW__TRAITS_CASE(T *, CAW__INTEGER)
CAW__TRAITS_CASE(const volatile void *, 0)
CAW__INTEGER_TYPES(CAW__INTEGER_CASE)
CAW__TRAITS_CASE(bool *, CAW__BOOL)
CAW__TRAITS_CASE(double *, CAW__FLOAT)
CAW__TRAITS_CASE(float *, CAW__FLOAT)
CAW__TRAITS_CASE(struct caw_value *, CAW__VALUE | CAW__IS_VALUE << 22)
CAW__TRAITS_CASE(struct caw_stream *, CAW__STREAM)
CAW__TRAITS_CASE(caw_any **, CAW__AWAITABLE)
CAW__TRAITS_CASE(const caw_any **, CAW__AWAITABLE)
CAW__COUNTED_TYPES(CAW__COUNTED_CASE)
CAW__ARRAY_TYPES(CAW__ARRAY_CASE)
CAW__HANDLE_TYPES(CAW__HANDLE_CASE)
#define CAW__OWNERSHIP(T) CAW__OWNER((uint32_t)CAW__TRAITS(T))
/* The array is of no size where a result has more bytes than a shape can say. */
#define CAW__SHAPE(T) (CAW__IS_VOID(T) ? 0u : (uint32_t)CAW__SIZE_OF(CAW__STORED(T)) | (uint32_t)CAW__TRAITS(T))
#define CAW__SIZE_OF(T) (sizeof(T) * sizeof(char[sizeof(T) <= CAW__SIZE ? 1 : -1]))
#else
extern "C++" {
#define CAW__COUNTED_CASE(name)                                                                                                \
    constexpr uint32_t caw__traits(struct name **) { return CAW__AS_##name; }                                                  \
    constexpr uint32_t caw__traits(const struct name **) { return CAW__AS_##name; }
#define CAW__ARRAY_CASE(name, T)                                                                                               \
    constexpr uint32_t caw__traits(struct name **) { return CAW__ARRAY; }                                                      \
    constexpr uint32_t caw__traits(const struct name **) { return CAW__ARRAY; }
#define CAW__HANDLE_CASE(T)                                                                                                    \
    constexpr uint32_t caw__traits(T (**)(caw_any *)) { return CAW__AWAITABLE; }                                               \
    constexpr uint32_t caw__traits(T (**)(struct caw_generator *)) { return CAW__AS_caw_generator; }
CAW__COUNTED_TYPES(CAW__COUNTED_CASE)
CAW__ARRAY_TYPES(CAW__ARRAY_CASE)
CAW__HANDLE_TYPES(CAW__HANDLE_CASE)
constexpr uint32_t                    caw__traits(caw_any **) { return CAW__AWAITABLE; }
constexpr uint32_t                    caw__traits(const caw_any **) { return CAW__AWAITABLE; }
constexpr uint32_t                    caw__traits(struct caw_stream *) { return CAW__STREAM; }
constexpr uint32_t                    caw__traits(struct caw_value *) { return (uint32_t)CAW__VALUE | CAW__IS_VALUE << 22; }
constexpr uint32_t                    caw__traits(bool *) { return CAW__BOOL; }
constexpr uint32_t                    caw__traits(double *) { return CAW__FLOAT; }
constexpr uint32_t                    caw__traits(float *) { return CAW__FLOAT; }
template <class T> constexpr uint32_t caw__pointer_traits(T *const *) { return CAW__IS_POINTER << 22; }
constexpr uint32_t                    caw__pointer_traits(const volatile void *) { return CAW__IS_STRUCT << 22; }
template <class T> constexpr uint32_t caw__traits(T *of)
{
    return __is_integral(T) || __is_enum(T) ? (uint32_t)CAW__INTEGER : caw__pointer_traits(of);
}
/* How a T is owned, its code, and its size. */
template <class T> constexpr uint32_t caw__shape()
{
    if constexpr (__is_same(T, void)) {
        return 0;
    } else {
        static_assert(__is_trivially_copyable(T), "a result that is more than its bytes is caw::task<T>'s of cawait.hpp");
        static_assert(sizeof(T) <= CAW__SIZE && alignof(T) <= 8, "a result has 4 MB at most, and is aligned to 8");
        return (uint32_t)sizeof(T) | caw__traits((T *)nullptr);
    }
}
template <class T> inline uint32_t caw__shaped() { return caw__shared_shape(caw__shape<T>()); }
}
#define CAW__SHAPE(...) caw__shape<__VA_ARGS__>()
#define CAW__OWNERSHIP(...) CAW__OWNER(CAW__SHAPE(__VA_ARGS__))
#define CAW__TRAITS(...) (CAW__SHAPE(__VA_ARGS__) & ~CAW__SIZE)
#endif

#endif
