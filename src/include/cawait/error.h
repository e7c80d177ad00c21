/*
 * Owns: errors as values: their types (one list), message, cause, context, notes, await chain.
 * Must not know: tasks, loops, or how an error travels (try.h).
 */
#ifndef CAWAIT_ERROR_H
#define CAWAIT_ERROR_H

#include <cawait/base.h>
#include <stdarg.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The one list of error types, asyncio's hierarchy: X(NAME, Python's name, PARENT, what it says by default). The enum, the
 * names, the JS side and the documentation come from it. A parent stands before its children.
 */
#define CAW_ERROR_TYPES(X)                                                                                                     \
    X(BASE_EXCEPTION, "BaseException", BASE_EXCEPTION, "an error")                                                             \
    X(CANCELLED_ERROR, "CancelledError", BASE_EXCEPTION, "")                                                                   \
    X(GENERATOR_EXIT, "GeneratorExit", BASE_EXCEPTION, "the coroutine is being closed")                                        \
    X(KEYBOARD_INTERRUPT, "KeyboardInterrupt", BASE_EXCEPTION, "interrupted")                                                  \
    X(SYSTEM_EXIT, "SystemExit", BASE_EXCEPTION, "exit")                                                                       \
    X(BASE_EXCEPTION_GROUP, "BaseExceptionGroup", BASE_EXCEPTION, "several errors")                                            \
    X(EXCEPTION, "Exception", BASE_EXCEPTION, "an error")                                                                      \
    X(EXCEPTION_GROUP, "ExceptionGroup", EXCEPTION, "several errors")                                                          \
    X(RUNTIME_ERROR, "RuntimeError", EXCEPTION, "it makes no sense now")                                                       \
    X(VALUE_ERROR, "ValueError", EXCEPTION, "bad value")                                                                       \
    X(TYPE_ERROR, "TypeError", EXCEPTION, "bad type")                                                                          \
    X(MEMORY_ERROR, "MemoryError", EXCEPTION, "out of memory")                                                                 \
    X(LOOKUP_ERROR, "LookupError", EXCEPTION, "not found")                                                                     \
    X(EOF_ERROR, "EOFError", EXCEPTION, "end of data")                                                                         \
    X(OS_ERROR, "OSError", EXCEPTION, "the system refused")                                                                    \
    X(TIMEOUT_ERROR, "TimeoutError", OS_ERROR, "timed out")                                                                    \
    X(INVALID_STATE_ERROR, "InvalidStateError", EXCEPTION, "invalid state")                                                    \
    X(QUEUE_EMPTY, "QueueEmpty", EXCEPTION, "the queue is empty")                                                              \
    X(QUEUE_FULL, "QueueFull", EXCEPTION, "the queue is full")                                                                 \
    X(QUEUE_SHUT_DOWN, "QueueShutDown", EXCEPTION, "the queue is shut down")                                                   \
    X(INCOMPLETE_READ_ERROR, "IncompleteReadError", EOF_ERROR, "data ended too early")                                         \
    X(LIMIT_OVERRUN_ERROR, "LimitOverrunError", EXCEPTION, "no separator within limit")                                        \
    X(BROKEN_BARRIER_ERROR, "BrokenBarrierError", RUNTIME_ERROR, "the barrier is broken")                                      \
    X(STOP_ASYNC_ITERATION, "StopAsyncIteration", EXCEPTION, "no more items")                                                  \
    X(JS_ERROR, "JsError", EXCEPTION, "JavaScript error")

/* CAW_VALUE_ERROR and so on; from 1. A function that fails returns the negative of one. */
typedef enum caw_error_type {
    CAW_OK = 0,
#define CAW__X(name, python, parent, text) CAW_##name,
    CAW_ERROR_TYPES(CAW__X)
#undef CAW__X
        CAW_ERROR_TYPE_COUNT
} caw_error_type;

/* Python's name of a type ("ValueError"); static. Takes a type or its negative. */
const char *caw_error_name(int type);

/* Whether `type` is `ancestor` or descends from it, as `except ancestor` decides. Takes types or their negatives. */
bool caw_error_type_is(int type, int ancestor);

/* An error value. Reference counted; shared, so treat one that you did not make as read only but for notes. */
typedef struct caw_error caw_error;

/*
 * A new error of `type`. The message is formatted as by printf, all of whose syntax is known, and copied; NULL: the type's own text.
 * Never NULL: when there is no memory, the one MemoryError is returned in its place. Reals are exact as the C library's; of wide
 * characters the message has UTF-8. Different: %n writes nothing (the text has "%n"), %m says "errno 2", there are no marks for
 * thousands, and of positions (%2$s) there are 32. A directive that is none ends the formatting: the rest of `format` stays as it is.
 */
CAW__REFERENCE caw_error *caw_error_new(caw_error_type type, const char *format, ...) CAW__PRINTF(2, 3);
CAW__REFERENCE caw_error *caw_error_newv(caw_error_type type, const char *format, va_list args) CAW__PRINTF(2, 0);

/* An OSError (or TimeoutError for ETIMEDOUT) that carries the C library's errno value. */
CAW__REFERENCE caw_error *caw_error_os(int errno_value, const char *format, ...) CAW__PRINTF(2, 3);

/* An error from a function's negative return, with the type's own text. `code` 0 gives NULL. */
CAW__REFERENCE caw_error *caw_error_from_code(int code);

/* The type; of NULL: CAW_OK. */
caw_error_type caw_error_type_of(const caw_error *error);
/* Whether `error` would be caught by `except type`. */
bool caw_error_is(const caw_error *error, caw_error_type type);
/* The message, NUL terminated, borrowed: valid as long as the error. "" when there is none (a plain cancellation). */
const char *caw_error_message(const caw_error *error);
/* errno of an OSError, else 0. */
int caw_error_errno(const caw_error *error);

/* __cause__ (raise ... from) and __context__ (raised while handling); borrowed, NULL when absent. */
caw_error *caw_error_cause(const caw_error *error);
caw_error *caw_error_context(const caw_error *error);
/*
 * Sets the cause; consumes `cause`. NULL: none, and caw_error_format leaves the context out (raise ... from None). Ignored for the
 * immortal MemoryError and for a cycle. Returns `error`.
 */
caw_error *caw_error_set_cause(caw_error *error, caw_error *cause);

/* PEP 678 notes. The text is copied. Returns 0 or -CAW_MEMORY_ERROR. */
int         caw_error_add_note(caw_error *error, const char *note);
const char *caw_error_note(const caw_error *error, size_t index); /* NULL past the last */

/*
 * An exception group over `count` errors, which are consumed. Its type is EXCEPTION_GROUP when every child is an Exception,
 * else BASE_EXCEPTION_GROUP, as in Python. count 0 gives a ValueError.
 */
CAW__REFERENCE caw_error *caw_error_group(const char *message, caw_error **errors, size_t count);
size_t                    caw_error_child_count(const caw_error *error);
caw_error                *caw_error_child(const caw_error *error, size_t index); /* borrowed */

/*
 * Takes a group apart: *matching gets the errors that `except type` would catch, *rest the others, each as a group of the same
 * structure, message, notes, cause and context, with new references; NULL where there are none. A group that is of that type itself
 * goes whole to *matching; so does an error that is no group, or to *rest. Either pointer may be NULL. The error is borrowed.
 * Returns 0, or -CAW_MEMORY_ERROR with both NULL. Source: BaseExceptionGroup.split; PEP 654.
 */
int caw_error_split(caw_error *error, caw_error_type type, caw_error **matching, caw_error **rest);
/* The same by a function of yours, which is asked about groups, too, and then about what is in those it refused. */
int caw_error_split_by(caw_error *error, bool (*matches)(const caw_error *error, void *argument), void *argument,
                       caw_error **matching, caw_error **rest);
/* Only what matches; NULL: nothing; without memory the one MemoryError. Source: BaseExceptionGroup.subgroup. */
CAW__REFERENCE caw_error *caw_error_subgroup(caw_error *error, caw_error_type type);

/*
 * The await chain: the async functions the error passed through, innermost first, as far as it was kept (8 places), each with the line
 * where it was raised or awaited; of the library's own functions, where they begin.
 * Returns false past the last.
 */
typedef struct caw_place {
    const char *function;
    const char *file;
    unsigned    line;
} caw_place;
bool caw_error_place(const caw_error *error, size_t index, caw_place *place);

/*
 * Writes "TypeError: message" with notes, await chain, cause and context into buffer (NUL terminated, cut to size).
 * Returns the length that the whole text has.
 */
size_t caw_error_format(const caw_error *error, char *buffer, size_t size);

/* ---- Private ----------------------------------------------------------------------------------------------------- */

typedef struct caw__desc {
    const char *name;
    const char *file;
    uint32_t    line;
    uint32_t    shape;
} caw__desc;

/*
 * Of an async generator: and how far behind the promise its counted object is, and why no step of it can be awaited now. Only when the
 * first one is made does the program know how far; threads that make theirs at once write the same there.
 */
typedef struct caw__generator_desc {
    caw__desc desc;
    ptrdiff_t offset;
    caw_error *(*refuse)(const struct caw_any *step);
} caw__generator_desc;
#define CAW__OFFSET(of) __atomic_load_n(&(of)->offset, __ATOMIC_RELAXED)
#define CAW__OFFSET_SET(of, to) __atomic_store_n(&(of)->offset, (to), __ATOMIC_RELAXED)

/*
 * caw_error_new without an argument to format: little of printf is needed, and only this little is linked then. The library's own
 * messages are made so, too: %s %u %zu %m.
 */
CAW__REFERENCE caw_error *caw__error_new(caw_error_type type, const char *format, ...) CAW__PRINTF(2, 3);
#ifndef __cplusplus
#define caw_error_new(...) CAW__ERROR_MAKER(__VA_ARGS__, )(__VA_ARGS__)
#define CAW__ERROR_MAKER(type, format, ...) CAW__ERROR_FIRST(__VA_OPT__((caw_error_new), ) caw__error_new, )
#define CAW__ERROR_FIRST(maker, ...) maker
#endif

caw_error *caw__error_trace(caw_error *error, const caw__desc *desc, unsigned line);
caw_error *caw__error_within(caw_error *error, caw_error *handled);

#ifdef __cplusplus
}
#endif
#endif
