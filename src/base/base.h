/*
 * Owns: what the rooms above take from base: counted objects and their types, memory, results, errors, contexts, text.
 * Must not know: loops, futures, coroutines. Programs and hosts never include this; tests may.
 */
#ifndef CAW_BASE_ROOM_H
#define CAW_BASE_ROOM_H

#include <cawait/context.h>
#include <cawait/coro.h> /* caw__rt: the pool */
#include <cawait/error.h>
#include <cawait/value.h>
#include <math.h>
#include <string.h>

/* What a file that is never in a hurry begins with: small code, a third less of it. */
#define CAW__COLD _Pragma("clang attribute push(__attribute__((minsize)), apply_to = function)")
#define CAW__COLD_END _Pragma("clang attribute pop")

/* ---- Objects (object.c) --------------------------------------------------------------------------------------------- */

typedef struct caw_future caw_future;

#define CAW__CONTAINER(pointer, type, member) ((type *)(void *)((char *)(pointer) - offsetof(type, member)))

extern CAW__TLS uint32_t caw__open_loops; /* not closed */
/* The checked build's quarantine of objects (quarantine.c). The library's own calls say nothing of their places. */
#undef caw_unref
#undef CAW__HERE
#define CAW__HERE() (void)0
extern CAW__TLS caw__spot caw__here;  /* by which line of the program the library was last called */
extern CAW__TLS void     *caw__dying; /* the object that is being released: the checked library keeps its block */
extern CAW__TLS void (*caw__check_stopped)(const char *text); /* for tests: is told in place of stopping the program */
void     caw__check_keep(void *object, size_t size);
void     caw__check_flush(void);              /* gives all of them back */
void     caw__check_stop(const void *object); /* it is gone, and used in a way that has no error to give */
size_t   caw__check_describe(const void *object, char *text, size_t size); /* what became of it; 0: not known */
void     caw__check_tell(const char *text, size_t length);                 /* and stops the program */
unsigned caw__check_thread(void);                                          /* this thread's number, 1 to 4095 */
void     caw__check_thread_is(unsigned thread, const char *what);          /* `what` is used, of that thread */
void     caw__check_ours(const void *any); /* the same for an object or a coroutine (task/ours.c) */
/* Frames that are kept, which caw__check_flush gives back, too, by this (check.c); NULL: none are. */
extern CAW__TLS void (*caw__check_frames)(void);
/* Under AddressSanitizer whoever reads what is kept is found out. */
#if !CAW__POOLED && defined(__has_feature)
#if __has_feature(address_sanitizer)
void __asan_poison_memory_region(void const volatile *address, size_t size);
void __asan_unpoison_memory_region(void const volatile *address, size_t size);
#define CAW__HIDE(from, size) __asan_poison_memory_region((from), (size))
#define CAW__SHOW(from, size) __asan_unpoison_memory_region((from), (size))
#endif
#endif
#ifndef CAW__HIDE
#define CAW__HIDE(from, size) ((void)0)
#define CAW__SHOW(from, size) ((void)0)
#endif
/* What a comment says of the library itself; the checked build stops where it is not so. Not evaluated in others. */
#ifdef CAW_CHECKED
#define CAW__ALWAYS(condition) caw__check_always((condition), #condition, __FILE__, __LINE__)
#else
#define CAW__ALWAYS(condition) ((void)sizeof(condition))
#endif
void caw__check_always(bool holds, const char *what, const char *file, unsigned line);
#ifdef CAW_CHECKED
#define CAW__CHECK_GONE(any)                                                                                                   \
    if (CAW__UNLIKELY(((const caw_any *)(any))->kind == CAW__GONE)) caw__check_stop(any)
#else
#define CAW__CHECK_GONE(any) (void)0
#endif

void                     caw__stats(caw_stats *stats); /* caw_get_stats, to where they are wanted */
extern CAW__TLS uint32_t caw__set_aside;               /* blocks that the checked build keeps: not alive for caw_get_stats */

/*
 * Where the headers promise better than asyncio, it is as asyncio all the same: for the programs that are compared with CPython line by
 * line, and for nobody else. Of the whole program: set before there is a second thread.
 */
extern bool caw__as_asyncio;

/* head + count * each; where that is no size SIZE_MAX, which no allocation gets. */
static inline size_t caw__size_of(size_t head, size_t count, size_t each)
{
    size_t size;
    return __builtin_mul_overflow(count, each, &size) || __builtin_add_overflow(size, head, &size) ? SIZE_MAX : size;
}
bool caw__pools_end(void); /* gives all of the thread's memory back; false: some block is alive */
/* Counted blocks (alloc.c); pooled. NULL without memory. The inline ones are for hot paths: each use is 50 bytes of code. */
void               *caw__alloc(size_t size);
static inline void *caw__alloc_inline(size_t size)
{
    void *block = NULL;
#if CAW__POOLED
    size_t class = (size - 1) / CAW__POOL_STEP;
    if (CAW__LIKELY(class < CAW__POOL_CLASSES) && CAW__LIKELY((block = caw__rt.pool[class]) != NULL)) {
        caw__rt.pool[class] = *(void **)block;
        caw__rt.blocks++;
        return block;
    }
#endif
    block = caw__block_new(size);
    if (block) caw__rt.blocks++;
    return block;
}
static inline void caw__free_inline(void *block, size_t size)
{
    CAW__ALWAYS(caw__rt.blocks > 0);
    caw__rt.blocks--;
#ifdef CAW_CHECKED
    if (block == caw__dying) {
        caw__check_keep(block, size);
        return;
    }
#endif
#if CAW__POOLED
    size_t class = (size - 1) / CAW__POOL_STEP;
    if (CAW__LIKELY(class < CAW__POOL_CLASSES)) {
        *(void **)block = caw__rt.pool[class];
        caw__rt.pool[class] = block;
        return;
    }
#endif
    caw__block_free(block, size);
}

/* Calls `release` with what nobody has any more; later, where that would be too deep. */
void caw__release_by(caw_any *any, void (*release)(void *));
/* Makes one more owner of an owned result; false: there is no memory to count it in. */
bool caw__result_share(uint32_t shape, const void *value);
/* Nearly all results have 0, 4 or 8 bytes: a copy of a size that varies costs 10 ns on wasm. */
static inline void caw__result_move(uint32_t shape, void *to, const void *from)
{
    switch (shape & CAW__SIZE) {
    case 0: return;
    case 4: memcpy(to, from, 4); return;
    case 8: memcpy(to, from, 8); return;
    default: memcpy(to, from, shape & CAW__SIZE);
    }
}
/* False: no memory, and *to is as it was. */
static inline bool caw__result_copy(uint32_t shape, void *to, const void *from)
{
    if (CAW__UNLIKELY(CAW__OWNED(shape)) && !caw__result_share(shape, from)) return false;
    caw__result_move(shape, to, from);
    return true;
}

/* ---- Values (value.c, owners.c) ------------------------------------------------------------------------------------- */

/* One more owner; false without memory. Weak, as is the other: not linked where no program can make such a pointer. */
bool caw__value_share(const caw_value *value) __attribute__((weak));
/* An owner beyond the first is gone; false: it was the only one. */
bool caw__value_unshare(const caw_value *value) __attribute__((weak));
void caw__value_drop(caw_value value); /* what caw_value_drop does, for who must not link the rest */

/* ---- Strings (value.c) ------------------------------------------------------------------------------------------------- */

struct caw_string {
    caw__object object;
    size_t      size;
    char        data[]; /* and a NUL */
};

/* ---- Errors (error.c) ------------------------------------------------------------------------------------------------ */

/* The library's own messages need little of printf: behind this line caw_error_new and what is made of it mean these. */
#undef caw_error_new
#define caw_error_new caw__error_new
#define caw_error_os caw__error_os
caw_error *caw__error_os(int errno_value, const char *format, ...) CAW__PRINTF(2, 3);

caw_error *caw__error_generator_exit(void); /* immortal */
caw_error *caw__error_stop_iteration(void); /* immortal */
caw_error *caw__error_cancelled(void);      /* immortal, without a message */
caw_error *caw__cancelled_error(const char *message);
caw_error *caw__cancelled_again(const caw_error *last); /* a new one with the message of another, which may be NULL */
caw_error *caw__error_no_memory(void);                  /* immortal */
bool       caw__error_is_static(const caw_error *error);
void       caw__error_set_context(caw_error *error, caw_error *context); /* consumes the context */
bool       caw__error_has_message(const caw_error *error);
/*
 * On its way into a task a CancelledError is told whether that was asked to end. `shared`: it comes out of a future that gives the
 * same one to all who ask; it is copied then.
 */
caw_error *caw__error_arrives(caw_error *error, bool asked, bool shared);
/* The JavaScript value an error came from, so that it goes back as the same object. set consumes, the other borrows. */
void    caw__error_set_js(caw_error *error, caw_js *js);
caw_js *caw__error_js(const caw_error *error);
/* Whether an error may have such an object: wasm/js/failure.c is linked. Where it is not, this is nothing. */
extern const char caw__js_errors_here __attribute__((weak));
#define CAW__JS_ERRORS (&caw__js_errors_here != NULL)

/* ---- Contexts ------------------------------------------------------------------------------------------------------------- */

struct caw_context {
    caw__object  object;
    caw__object *root; /* of the trie of bindings, a reference; NULL: nothing is bound */
};

extern CAW__TLS caw_context *caw__context; /* current; NULL: empty so far */
caw_context                 *caw__context_new(void);
/* A copy to run in later, NULL when there is nothing in it; 0 or -CAW_MEMORY_ERROR. */
int caw__context_snapshot(const caw_context *context, caw_context **copy);
/* Of each variable that is bound in it. */
void caw__context_each(const caw_context *context,
                       void (*found)(void *data, const caw_context_var *var, const caw_value *value), void *data);
/* The current one is given up for another: first the other is current, as destructors of values may be called. */
static inline void caw__context_leave(caw_context *outer)
{
    caw_context *own = caw__context;
    caw__context = outer;
    caw_unref(own);
}

size_t caw__length(const char *text); /* of a C string */
/* How many bytes are one character of UTF-8; 0: none, and *wrong bytes are the longest that might have begun one. */
size_t caw__utf8(const uint8_t *at, size_t left, size_t *wrong);
size_t caw__utf8_prefix(const void *bytes, size_t size); /* how many of them are UTF-8 until something else comes */

/* ---- Text (format.c) -------------------------------------------------------------------------------------------------------- */

/* The library's own: %s %u %zu %m, no more. */
size_t caw__format(char *buffer, size_t size, const char *format, ...) CAW__PRINTF(3, 4);
size_t caw__formatv(char *buffer, size_t size, const char *format, va_list args);
/* All of printf (printf.c). */
size_t caw__printfv(char *buffer, size_t size, const char *format, va_list args);

/* Text that grows in a buffer, which it may exceed: the length counts what did not fit, too, as far as it goes. */
typedef struct caw__text {
    char  *buffer;
    size_t size, length;
} caw__text;
#define CAW__TEXT_MOST (SIZE_MAX / 2)
void caw__say(caw__text *out, const char *format, ...) CAW__PRINTF(2, 3);
/* Without the NUL behind it. */
void caw__put(caw__text *out, const char *text, size_t length);
void caw__fill(caw__text *out, char c, size_t times);

#endif
