/*
 * Owns: the object model every other header stands on: typed handles, reference counts, shapes, the allocator.
 * Must not know: what a loop, a task or a host is.
 */
#ifndef CAWAIT_BASE_H
#define CAWAIT_BASE_H

#if defined(__STRICT_ANSI__) && !defined(__cplusplus) && (!defined(__STDC_VERSION__) || __STDC_VERSION__ < 199901L)
#error "cawait: C99 or newer: without -ansi or -std=c89; -std=gnu11 is fine"
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAW_VERSION_MAJOR 0
#define CAW_VERSION_MINOR 1
#define CAW_VERSION_PATCH 0

/* The contract between a compiled module and the JavaScript bridge; the loader refuses another number. */
#define CAW_ABI 1

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Handles -------------------------------------------------------------------------------------------------- */

/*
 * Anything that can be awaited: a coroutine, a future, a task, a gather, an awaitable of the user's own. Functions that do
 * not care about the result's type speak of caw_any.
 */
typedef struct caw_any caw_any;

/*
 * caw_of(T): the typed handle of an awaitable whose await gives a T; caw_of(void) works. It is spelled as a pointer to a
 * function returning T only because that is the one C type that can carry any T, void included; never call it.
 *
 *     caw_of(double) a = page_size(url);      // a coroutine
 *     caw_of(double) b = caw_spawn(a);        // a task
 *
 * Passing a handle of another T does not compile.
 */
#define caw_of(T) __typeof__(T(*)(caw_any *))

/* Declares a handle by inference: caw_auto a = caw_spawn(page_size(url)); */
#ifdef __cplusplus
#define caw_auto auto
#else
#define caw_auto __auto_type
#endif

/* The untyped pointer behind a handle; a borrowed pointer, no reference is taken. Anything but a handle does not compile. */
#ifdef __cplusplus
#include <cawait/cplusplus.h>
#else
#define caw_base(handle) ((caw_any *)(1 ? (handle) : (__typeof__((handle)((caw_any *)0))(*)(caw_any *))0))
#endif

/* ---- References ----------------------------------------------------------------------------------------------- */

/*
 * Futures, tasks, errors, strings, JS values and synchronization objects are reference counted; a function that returns one
 * returns a new reference, and awaiting or combining consumes the reference given to it.
 *
 * caw_ref(x): takes one more reference and gives x back, with its type. NULL gives NULL.
 * caw_unref(x): gives one reference back; the last one frees the object. NULL is ignored. Never runs user code at once,
 *     except destructors of pointer values (caw_pointer); may be called from any callback.
 * A coroutine that has not been awaited has no count, it has one owner: await it, spawn it, or give it to caw_drop.
 * The checked build keeps what was given back for a while: who gives it back again is stopped there, and told both places; who awaits
 * or spawns it gets a RuntimeError that names them. So it is with an error that CAW_EXCEPT lends and its block gives back.
 */
#ifndef __cplusplus
#define caw_ref(x) ((__typeof__(x))caw__ref((const void *)(x)))
#else
#define caw_ref(x) caw__ref_of(x)
#endif
void caw_unref(void *object);

/*
 * Gives up an awaitable that will not be awaited: frees a coroutine that never started (nothing of it runs), gives back the
 * reference of anything else. NULL is ignored.
 */
#define caw_drop(handle) caw__drop(CAW__TAKE(handle))

/* ---- Allocation ----------------------------------------------------------------------------------------------- */

/*
 * The one allocator everything comes from, in realloc's shape: size 0 frees `block` and returns NULL; block NULL allocates.
 * Returning NULL means failure and must leave `block` as it was. `data` is the pointer given to caw_set_allocator.
 */
typedef void *caw_allocator(void *data, void *block, size_t old_size, size_t size);

/*
 * Replaces the allocator (default: the host's). Returns 0, or -CAW_RUNTIME_ERROR once anything has
 * been allocated: a block must be freed by whoever made it. NULL restores the default. Of the calling thread, see below.
 */
int caw_set_allocator(caw_allocator *allocator, void *data);

/* What lives now in this thread; all zero after everything was released. Read it at any time. */
typedef struct caw_stats {
    uint32_t frames; /* coroutine frames */
    uint32_t blocks; /* every other block: futures, tasks, handles, errors, strings... */
    uint32_t loops;  /* loops not closed */
    size_t   bytes;  /* memory taken from the allocator, pooled storage included */
} caw_stats;
caw_stats caw_get_stats(void);

/* ---- Threads -------------------------------------------------------------------------------------------------- */

/*
 * Objects never leave their thread; messages do.
 *
 * What a thread makes is its own: loops, coroutines, futures, tasks, handles, queues, locks, strings, errors, contexts, everything
 * that is counted; and so are its allocator, its counts and, on sim, its clock and hooks. Nobody else calls anything of ours with
 * them, not even caw_ref or caw_unref: nothing here is locked, or costs what a lock would. What a program shares is what nobody writes: its
 * async functions, context variables (each thread has values of its own in them), manager types, awaitables.
 *
 * A message is what is no object: bytes, numbers, a pointer of the program's own (a caw_value that owns one counts its owners in its
 * thread, so only one that has a single owner may go). The program hands it over by means of its own, and who gets it makes objects
 * of it in its thread: a string of the bytes, a result for its own future. So an executor or a channel needs to move messages only.
 *
 * The checked build stops who uses a loop, a coroutine or an object of another thread, and says whose it is, before anything is
 * changed. In other builds it is a data race.
 *
 * caw_thread_end: gives back the memory that the library keeps for the calling thread (pools; the context that was current outside
 *     of every loop; in the checked build what it has put aside). For a thread that ends; a program that ends need not. A thread may
 *     go on using the library after it. Returns 0; -CAW_RUNTIME_ERROR while it has a loop open or an object alive: what is pooled stays.
 */
int caw_thread_end(void);

/* ---- Private to the library's macros: nothing below is to be named by a program --------------------------------- */

#if defined(__clang__) || defined(__GNUC__)
#define CAW__LIKELY(x) __builtin_expect(!!(x), 1)
#define CAW__UNLIKELY(x) __builtin_expect(!!(x), 0)
#else
#define CAW__LIKELY(x) (x)
#define CAW__UNLIKELY(x) (x)
#endif
#ifndef __cplusplus
/* In C++ they are cplusplus.h's. */
#define CAW__UNSET
#define CAW__TAKE(handle) ((caw_any *)(1 ? (handle) : (__typeof__((handle)((caw_any *)0))(*)(caw_any *))0))
#define CAW__ZERO {0}
#define CAW__GIVEN(type, ...) (&(type){__VA_ARGS__})
#define CAW__LIST(type, ...) (type[]){__VA_ARGS__}, sizeof((type[]){__VA_ARGS__}) / sizeof(type)
#endif
#define CAW__PRINTF(f, a) __attribute__((format(printf, f, a)))
#define CAW__NODISCARD __attribute__((warn_unused_result))
/* Of what a call gives and the caller must see to: to ignore it is a warning that says how. Before a declaration, or after its name. */
#if defined(__clang__) && __clang_major__ >= 17 && !defined(__cplusplus)
#define CAW__NOT_IGNORED(what)                                                                                                 \
    _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wc23-extensions\"")                                  \
        [[nodiscard(what)]] _Pragma("clang diagnostic pop")
#else
#define CAW__NOT_IGNORED(what) __attribute__((warn_unused_result))
#endif
#define CAW__HANDLE CAW__NOT_IGNORED("await it, spawn it or give it to caw_drop") __attribute__((returns_nonnull))
#define CAW__REFERENCE CAW__NOT_IGNORED("a new reference: give it back by caw_unref")

/*
 * The same for an expression with a cast, where the attribute is not seen: (CAW__USED (T)call()). clang says nothing of results that
 * a macro makes and nobody uses, if the operator that makes them is spelled in the macro; this comma is an argument's.
 */
#define CAW__USED CAW__HERE() CAW__AS_IT_IS(, )
#define CAW__AS_IT_IS(...) __VA_ARGS__

/* One thread runs one loop at a time; on wasm without threads this is an ordinary global. */
#ifdef __cplusplus
#define CAW__TLS thread_local
#else
#define CAW__TLS _Thread_local
#endif

enum {
    CAW__GONE,      /* nothing: a NULL handle's stand-in; in the checked build what was given up */
    CAW__FRESH,     /* a coroutine that nobody has awaited or spawned: the only kind awaited inline */
    CAW__STARTED,   /* one that somebody has: awaiting it again is an error */
    CAW__EXHAUSTED, /* an async generator that has ended */
    CAW__YIELD,     /* the awaitable behind sleep(0) */
    CAW__CUSTOM,    /* caw_awaitable, see task.h */
    CAW__FUTURE,    /* every kind of future, tasks included; see src/task/task.h */
    CAW__OBJECT     /* refcounted, not awaitable */
};

/* First word of everything: what it is. Futures and other counted objects go on as caw__object. */
struct caw_any {
    uint8_t  kind;
    uint8_t  state;
    uint16_t flags;
};

/* What kind of counted object: how it is freed, and for futures how it is cancelled (NULL: as a plain future). */
struct caw_future;
typedef struct caw__type {
    const char *name;
    void (*release)(void *object);
    bool (*cancel)(struct caw_future *future, const char *message);
} caw__type;

typedef struct caw__object {
    uint8_t                 kind;
    uint8_t                 state;
    uint16_t                flags; /* of all but futures the upper 12 bits are the checked build's, see CAW__BY_THREAD */
    uint32_t                refs;  /* CAW__IMMORTAL: static, never counted */
    const struct caw__type *type;
} caw__object;
#define CAW__IMMORTAL UINT32_MAX

/*
 * A shape says all that untyped code must know of a result. The low 22 bits: its size. The next 8: which type, so that a result is
 * not read as another (CAW__SHAPE in shape.h has the codes). The top two: how it is owned, not at all; as one pointer after the other
 * to counted objects; as a caw_value. A forwarding coroutine (wait_for) has its target's shape, which only its caller knows.
 */
#define CAW__PLAIN 0u
#define CAW__COUNTED (1u << 30)
#define CAW__VALUE (2u << 30)
#define CAW__FORWARD (3u << 30)
#define CAW__SIZE ((1u << 22) - 1)
#define CAW__OWNER(shape) ((shape) & CAW__FORWARD)
#define CAW__OWNED(shape) ((shape) >= CAW__COUNTED)

/* The checked build knows by which line the library was last called, and by which one an object was given back. */
typedef struct caw__spot {
    const char *file; /* NULL: not known */
    unsigned    line;
} caw__spot;
#ifdef CAW_CHECKED
void caw__check_at(const char *file, unsigned line);
void caw__check_unref(void *object, const char *file, unsigned line);
#define caw_unref(object) caw__check_unref((object), __FILE__, __LINE__)
#define CAW__HERE() caw__check_at(__FILE__, __LINE__)
unsigned caw__check_thread(void);          /* this thread's number, 1 to 4095 */
void     caw__check_ours(const void *any); /* stops who uses what is another thread's */
#define CAW__OURS(any) caw__check_ours(any)
#define CAW__BY_THREAD .flags = (uint16_t)(caw__check_thread() << 4),
#else
#define CAW__HERE() (void)0
#define CAW__OURS(any) (void)0
#define CAW__BY_THREAD
#endif

/* A zeroed counted object with one reference, NULL without memory; and what its release ends with. */
void       *caw__object_new(const caw__type *type, uint8_t kind, size_t size);
void        caw__free(void *block, size_t size);
const void *caw__ref(const void *object);
void        caw__drop(caw_any *any);

#define CAW__POOL_STEP 8
#define CAW__POOL_CLASSES 128

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || defined(CAW_NO_POOL)
#define CAW__POOLED 0 /* every block its own malloc, so that the sanitizer sees a use after free */
#endif
#endif
#ifndef CAW__POOLED
#define CAW__POOLED 1
#endif

/* Pooled storage: free lists by size class, in steps of 8 bytes up to 1 KiB. Blocks are aligned to 8, to 16 where 16 divides the size. */
void *caw__block_new(size_t size);
void  caw__block_free(void *block, size_t size);

#ifdef __cplusplus
}
#endif
#endif
