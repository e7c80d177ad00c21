/*
 * Owns: runs of numbers of one type: caw_doubles, caw_int32s and the like, counted objects. An exported function takes and gives them
 * as typed arrays.
 * Must not know: JavaScript. In memory each is a caw_string that is aligned for its numbers.
 *
 *     caw_doubles *squares = caw_doubles_new(NULL, 3);             // zeros; or a copy: caw_doubles_new((double[]){1, 4, 9}, 3)
 *     double      *data = caw_doubles_data(squares);               // fill it before anybody else has it: then it is only read
 *     for (size_t i = 0; i < caw_doubles_count(squares); i++) data[i] = (double)(i * i);
 */
#ifndef CAWAIT_ARRAY_H
#define CAWAIT_ARRAY_H

#include <cawait/shape.h>
#include <cawait/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Of caw_int8s, caw_uint8s, caw_int16s, caw_uint16s, caw_int32s, caw_uint32s, caw_int64s, caw_uint64s, caw_floats, caw_doubles, as they
 * stand in CAW__ARRAY_TYPES (shape.h):
 *     caw_doubles *caw_doubles_new(const double *from, size_t count);    a copy of as many, of NULL: zeros; NULL without memory
 *     double      *caw_doubles_data(const caw_doubles *array);           never NULL
 *     size_t       caw_doubles_count(const caw_doubles *array);          0 for NULL
 */
#define CAW__ARRAY_FUNCTIONS(name, T)                                                                                          \
    typedef struct name                                        name;                                                           \
    CAW__REFERENCE __attribute__((unused)) static inline name *name##_new(const T *from, size_t count)                         \
    {                                                                                                                          \
        return count > INT32_MAX / sizeof(T) ? (name *)0 : (name *)(void *)caw_string_new(from, count * sizeof(T));            \
    }                                                                                                                          \
    __attribute__((unused)) static inline T *name##_data(const name *array)                                                    \
    {                                                                                                                          \
        return (T *)(void *)(uintptr_t)caw_string_data((const caw_string *)(const void *)array);                               \
    }                                                                                                                          \
    __attribute__((unused)) static inline size_t name##_count(const name *array)                                               \
    {                                                                                                                          \
        return caw_string_size((const caw_string *)(const void *)array) / sizeof(T);                                           \
    }
CAW__ARRAY_TYPES(CAW__ARRAY_FUNCTIONS)

#ifdef __cplusplus
}
#endif
#endif
