/*
 * Owns: caw_value, the tagged value of callbacks, context variables and the bridge; caw_string; caw_bytes.
 * Must not know: JavaScript: a JS handle is here only as an opaque counted object.
 */
#ifndef CAWAIT_VALUE_H
#define CAWAIT_VALUE_H

#include <cawait/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An immutable run of bytes, reference counted, NUL terminated for C's sake; UTF-8 where it is text. */
typedef struct caw_string caw_string;
/* A copy of `length` bytes / of a C string; NULL without memory. */
CAW__REFERENCE caw_string *caw_string_new(const void *bytes, size_t length);
CAW__REFERENCE caw_string *caw_string_of(const char *text);
const char                *caw_string_data(const caw_string *string); /* borrowed; "" for NULL */
size_t                     caw_string_size(const caw_string *string); /* without the NUL; 0 for NULL */

/* A JS value held from C; js.h says what can be done with it on hosts that have JavaScript. */
typedef struct caw_js caw_js;

/* A view of bytes somebody else owns. */
typedef struct caw_bytes {
    const uint8_t *data;
    size_t         size;
} caw_bytes;

typedef enum caw_tag {
    CAW_NONE,
    CAW_BOOL,
    CAW_INT32,
    CAW_INT64,
    CAW_DOUBLE,
    CAW_POINTER,
    CAW_STRING,
    CAW_BYTES,
    CAW_JS
} caw_tag;

/*
 * 16 bytes. Strings, bytes and JS values are counted references; a pointer may have a destructor. A value is owned by whoever
 * holds it, and every owner gives it up once: by caw_value_drop, or by handing it to something that consumes it. Assigning it moves
 * it; caw_value_copy makes one more owner, and so does whatever gives the same result again (a task awaited twice, caw_result, a
 * context variable that is read). A pointer's destructor runs when its last owner gives it up, so whoever has a value from elsewhere
 * leaves that to caw_value_drop and never calls the destructor itself. Owners are counted by thread: a pointer that has several stays
 * in its own.
 *
 * It is copied by its two words, and a processor takes 5 ns to read as a word what was just written in pieces: so the tag is no
 * byte, what is small stands in the second word, and the macros write that whole (all but a pointer, which may be a constant).
 */
typedef struct caw_value {
    uint32_t tag;            /* caw_tag */
    void (*destroy)(void *); /* with CAW_POINTER; NULL: none */
    union {
        int64_t     as_int64;
        bool        as_bool;
        int32_t     as_int32;
        double      as_double;
        void       *as_pointer;
        caw_string *as_string; /* CAW_STRING and CAW_BYTES */
        caw_js     *as_js;
    };
} caw_value;

#ifndef __cplusplus
#define caw_none() ((caw_value){.tag = CAW_NONE})
#define caw_bool(b) ((caw_value){.tag = CAW_BOOL, .as_int64 = (bool){(b)}})
#define caw_int(i) ((caw_value){.tag = CAW_INT32, .as_int64 = (int32_t){(i)}})
#define caw_int64(i) ((caw_value){.tag = CAW_INT64, .as_int64 = (i)})
#define caw_double(d) ((caw_value){.tag = CAW_DOUBLE, .as_double = (d)})
#define caw_pointer(p, destructor) ((caw_value){.tag = CAW_POINTER, .destroy = (destructor), .as_pointer = (p)})
/* These take over the reference given. */
#define caw_text(string) ((caw_value){.tag = CAW_STRING, .as_string = (string)})
#define caw_blob(string) ((caw_value){.tag = CAW_BYTES, .as_string = (string)})
#define caw_js_value(js) ((caw_value){.tag = CAW_JS, .as_js = (js)})
#else
static inline caw_value caw__value_of(uint32_t tag, int64_t small)
{
    caw_value value = {};
    value.tag = tag;
    value.as_int64 = small;
    return value;
}
static inline caw_value caw__value_to(uint32_t tag, void *pointer, void (*destroy)(void *))
{
    caw_value value = {};
    value.tag = tag;
    value.destroy = destroy;
    value.as_pointer = pointer;
    return value;
}
static inline caw_value caw_none(void) { return caw__value_of(CAW_NONE, 0); }
static inline caw_value caw_bool(bool b) { return caw__value_of(CAW_BOOL, b); }
static inline caw_value caw_int(int32_t i) { return caw__value_of(CAW_INT32, i); }
static inline caw_value caw_int64(int64_t i) { return caw__value_of(CAW_INT64, i); }
static inline caw_value caw_double(double d)
{
    caw_value value = caw__value_of(CAW_DOUBLE, 0);
    value.as_double = d;
    return value;
}
static inline caw_value caw_pointer(const void *p, void (*destructor)(void *))
{
    return caw__value_to(CAW_POINTER, const_cast<void *>(p), destructor);
}
static inline caw_value caw_text(caw_string *string) { return caw__value_to(CAW_STRING, string, nullptr); }
static inline caw_value caw_blob(caw_string *string) { return caw__value_to(CAW_BYTES, string, nullptr); }
static inline caw_value caw_js_value(caw_js *js) { return caw__value_to(CAW_JS, js, nullptr); }
#endif

/* Gives up one ownership. With the last one of a pointer its destructor is called, which may do whatever a callback may. */
void caw_value_drop(caw_value value);
/*
 * One more owner, with the same tag; borrows. Owners of one pointer are counted where it is a pointer with a destructor (other than
 * caw_unref), and that may need memory: caw_none() without.
 */
caw_value caw_value_copy(caw_value value);

#ifdef __cplusplus
}
#endif
#endif
