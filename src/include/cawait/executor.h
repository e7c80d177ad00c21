/*
 * Owns: executors: functions that compute for long, or block, run beside the loop and are awaited (loop.run_in_executor,
 * asyncio.to_thread, concurrent.futures); async ones in a loop of their own there.
 * Must not know: what a worker is on which host.
 *
 *     static double mean(caw_doubles *of) { ... }                      // an ordinary function; it may take its time
 *     CAW_JOB(double, mean, caw_doubles *, of);
 *
 *     double m = CAW_AWAIT(caw_run_in_executor(NULL, mean, numbers));  // NULL: the loop's own executor
 */
#ifndef CAWAIT_EXECUTOR_H
#define CAWAIT_EXECUTOR_H

#include <cawait/array.h>
#include <cawait/coro.h>
#include <cawait/gather.h>
#include <cawait/pairs.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * CAW_JOB(R, function, T, name, ...): a function that can be a job, ordinary or async: its result type, its name, type and name of each
 * parameter, up to 8, as CAW_EXPORT has them; the compiler checks them against the function. At file scope, once for each file that uses it.
 *
 * Arguments and result are messages: they are copied, for a worker need not share memory with the loop. They can be numbers, bool, enums
 * and structs, as they stand in memory, so without pointers that matter; const char * and caw_bytes, copied as a whole (not as results:
 * what they point to is the function's own); caw_string *, caw_doubles * and the like; caw_value (no caw_js: give its text or bytes); and where memory is shared (threads,
 * inline) any pointer, as it is. What is counted is borrowed by the function, and its result a new reference, as in any call; all of it
 * stays until an async function has ended. An async one may have ends of channels, too (channel.h).
 *
 * An async function runs in its worker's loop, and may do there all that it may here: await, spawn, fetch, use sockets. What it leaves
 * behind ends with it as with caw_run: tasks are cancelled and waited for. Inline, its loop is the executor's, and so are they.
 */
/* clang-format off */
#define CAW_JOB(R, function, ...)                                                                                              \
    enum { caw__async_##function = CAW__JOB_IS_ASYNC(R, function, __VA_ARGS__) };                                              \
    static void caw__work_##function(caw__message *caw__in, caw__message *caw__out)                                            \
    {                                                                                                                          \
        enum { caw__async = caw__async_##function, caw__its = caw__async || CAW__JOB_GIVES(R, function, __VA_ARGS__) };        \
        enum { caw__pairs = CAW__KIND(__VA_ARGS__) != CAW__NO_PAIRS, caw__few = CAW__KIND(__VA_ARGS__) != CAW__MANY };         \
        enum { caw__result = CAW__JOB_RESULT(R) != 0, caw__parameters = 1 CAW__PAIRS(CAW__JOB_CAN, CAW__JOB_CAN, __VA_ARGS__) }; \
        _Static_assert(caw__pairs, "CAW_JOB: the type, a comma, the name of each parameter: (int, add, int, a, int, b)");      \
        _Static_assert(caw__few, "CAW_JOB: up to 8 parameters; of more make one struct");                                      \
        _Static_assert(caw__result, "CAW_JOB: this result type cannot leave a worker; give a caw_string * or a struct");       \
        _Static_assert(caw__its, "CAW_JOB: the result type is another than the function's, or its handle's");                  \
        enum { caw__ends = caw__async || (1 CAW__PAIRS(CAW__JOB_NO_END, CAW__JOB_NO_END, __VA_ARGS__)) };                      \
        _Static_assert(caw__ends, "CAW_JOB: an end of a channel is for an async function, which can wait");                    \
        _Static_assert(caw__parameters, "CAW_JOB: a parameter of this type cannot go to a worker");                            \
        CAW__PAIRS(CAW__JOB_TAKE, CAW__JOB_TAKE, __VA_ARGS__)                                                                  \
        CAW__EXACT                                                                                                             \
        if (caw__async && caw__message_whole(caw__in)) {                                                                       \
            caw_of(R) caw__h = CAW__JOB_BEGUN(R, caw__async, CAW__JOB_CALL(R, function, __VA_ARGS__));                         \
            caw__job_goes_on(caw__in, caw__out, caw_base(caw__h), CAW__JOB_RESULT(R), CAW__SHAPE(R));                          \
        } else if (caw__message_whole(caw__in)) {                                                                              \
            CAW__STORED(R) caw__v = CAW__JOB_CALLED(R, caw__async || !caw__its, CAW__JOB_CALL(R, function, __VA_ARGS__));       \
            caw__message_answer(caw__out, CAW__JOB_RESULT(R), &caw__v, CAW__IS_VOID(R) ? 0 : sizeof caw__v);                   \
        }                                                                                                                      \
        CAW__LOUD                                                                                                              \
        CAW__PAIRS(CAW__JOB_LEAVE, CAW__JOB_LEAVE, __VA_ARGS__)                                                                \
    }                                                                                                                          \
    static const caw__work caw__work_of_##function = {#function, caw__work_##function, CAW__JOB_RESULT(R), caw__async_##function ? &caw__async_jobs : NULL};                    \
    CAW__HANDLE __attribute__((unused)) static inline caw_of(R)                                                                \
        this_works_only_with_CAW_JOB_of_##function(caw_executor *caw__executor, bool caw__context_goes CAW__PAIRS(CAW__JOB_DECLARE, CAW__JOB_DECLARE, __VA_ARGS__)) \
    {                                                                                                                          \
        caw__message *caw__m = caw__job_new(caw__executor, &caw__work_of_##function, caw__context_goes,                        \
                                            caw__shared_shape(CAW__SHAPE(R)));                                                 \
        CAW__PAIRS(CAW__JOB_GIVE, CAW__JOB_GIVE, __VA_ARGS__)                                                                  \
        return (caw_of(R))caw__job_begin(caw__m);                                                                              \
    }                                                                                                                          \
    _Static_assert(1, "")
/* clang-format on */

/* ---- Executors ---------------------------------------------------------------------------------------------------------- */

/* Counted object, of the loop that was running when it was made. Jobs that are given to it hold it. */
typedef struct caw_executor caw_executor;

typedef enum caw_executor_kind {
    CAW_EXECUTOR_BEST, /* what the host has, the next one in this list */
    /*
     * The module once more in workers of its own (Web Workers, worker_threads), as asyncio's pool of processes: no memory is shared, so
     * static variables are each worker's own.
     */
    CAW_EXECUTOR_INSTANCES,
    CAW_EXECUTOR_THREADS, /* threads of the process, which share its memory: native hosts, and Emscripten with -pthread */
    /* No workers: one job at a time, between two passes of the loop, whose turn ends with it if it took long; async ones are tasks of it. */
    CAW_EXECUTOR_INLINE
} caw_executor_kind;

/*
 * A new executor; NULL without memory, or with no running loop. Workers start with the first job that finds none idle.
 *     caw_executor_new()      caw_executor_new(.workers = 2)      caw_executor_new(.kind = CAW_EXECUTOR_THREADS)
 * When nobody has it any more, what was given to it is done first; then its workers end. One of a kind that the host has not refuses each
 * job with an OSError (ENOTSUP) that says so. Source: ThreadPoolExecutor, ProcessPoolExecutor.
 */
typedef struct caw_executor_options {
    char caw__none         CAW__UNSET; /* so that giving none is an initializer, too */
    caw_executor_kind kind CAW__UNSET;
    size_t workers         CAW__UNSET; /* at most; 0: as many as the machine has processors */
    /*
     * Instances: one whose job was cancelled and has not ended after so many seconds is ended, and another takes its place; 0: never.
     * A thread cannot be ended, it is to ask caw_job_cancelled. Negative or NaN: each job is refused with a ValueError. WebKit may let a
     * worker that calls no JavaScript (a loop of C alone) compute on, unseen, until its page is gone.
     */
    double kill_after CAW__UNSET;
} caw_executor_options;
#define caw_executor_new(...) caw__executor_new(CAW__GIVEN(caw_executor_options, .caw__none = 0, __VA_ARGS__))

/* Which kind it is, never CAW_EXECUTOR_BEST; of NULL: which the loop's own would be. */
caw_executor_kind caw_executor_kind_of(const caw_executor *executor);

/*
 * Refuses new jobs (RuntimeError) from this call on. What it gives is done when all of its jobs are, and no worker runs any more; dropped
 * (caw_drop), nobody waits for that. With .cancel_futures those that have not begun are cancelled. Again: the same.
 * Source: Executor.shutdown(wait, cancel_futures).
 */
typedef struct caw_executor_shutdown_options {
    char caw__none      CAW__UNSET;
    bool cancel_futures CAW__UNSET;
} caw_executor_shutdown_options;
#define caw_executor_shutdown(executor, ...)                                                                                   \
    caw__executor_shutdown((executor), CAW__GIVEN(caw_executor_shutdown_options, .caw__none = 0, __VA_ARGS__))

/*
 * The loop's own: made of the best kind by the first job for executor NULL, or given here; the loop takes a reference. caw_run and
 * CAW_MAIN shut it down as they end, and wait 300 seconds for it at most; async jobs are cancelled then, with the tasks. 0;
 * -CAW_RUNTIME_ERROR without a loop (NULL: the running one) or of another loop's. Source: loop.set_default_executor.
 */
int caw_loop_set_default_executor(caw_loop *loop, caw_executor *executor);
/*
 * Shuts it down, and waits; after `timeout` seconds (INFINITY: never) it no longer does, with a report. Source:
 * loop.shutdown_default_executor.
 */
CAW__HANDLE caw_of(void) caw_loop_shutdown_default_executor(caw_loop *loop, double timeout);

/* ---- Jobs --------------------------------------------------------------------------------------------------------------- */

/*
 * Gives function(arguments...), a CAW_JOB, to an executor (NULL: the loop's own); arguments are copied by this call. A handle of the
 * function's result type: a future, which has begun. Jobs begin in the order they were given.
 * Cancelling it cancels it at once. A job that has not begun never does; one that has runs on, see caw_job_cancelled, and its result is
 * lost. An async one that has begun is cancelled as a task is, by a message: CancelledError is raised there, and what comes of that is
 * told here, when it has ended. A worker has one job at a time, also while that awaits. Errors: what it raised (caw_job_raise), with
 * message, cause and places; RuntimeError after a shutdown, outside of a loop, and when its worker was lost, a trap in it for one: the
 * message says how; TypeError for an argument that cannot go there; MemoryError.
 * Source: loop.run_in_executor.
 */
#define caw_run_in_executor(executor, function, ...)                                                                           \
    this_works_only_with_CAW_JOB_of_##function((executor), false __VA_OPT__(, ) __VA_ARGS__)
/*
 * The same in the loop's own executor, and with the context: what caw_context_get gives in the job is what it gives here, but for values
 * that cannot go there. Source: asyncio.to_thread.
 */
#define caw_to_thread(function, ...) this_works_only_with_CAW_JOB_of_##function(NULL, true __VA_OPT__(, ) __VA_ARGS__)

/*
 * function(items[i]) for each of `number` items, in an executor: the results in their order, as a gather gives them (caw_result_at). Of a
 * CAW_JOB of one parameter. The items are copied. Source: Executor.map.
 */
#define caw_executor_map(executor, function, items, number)                                                                    \
    __extension__({                                                                                                            \
        size_t        caw__count = (number);                                                                                   \
        caw_executor *caw__of = (executor);                                                                                    \
        caw_auto      caw__items = (items);                                                                                    \
        caw__handles  caw__each = caw__handles_new(caw__count);                                                                \
        for (size_t caw__i = 0; caw__i < caw__each.count; caw__i++)                                                            \
            caw__each.handles[caw__i] =                                                                                        \
                caw_base(this_works_only_with_CAW_JOB_of_##function(caw__of, false, caw__items[caw__i]));                      \
        caw__handles_gather(caw__each);                                                                                        \
    })

/* ---- In an ordinary job ------------------------------------------------------------------------------------------------- */

/*
 * Whether the job that this thread or instance runs has been cancelled, so that it may as well stop; cheap. Between instances it needs
 * memory that is shared for this (Node, pages that are cross-origin isolated), else it never is: see kill_after. False outside of a job.
 */
bool caw_job_cancelled(void);
/* Fails the job with this error, consumed, whatever it returns then. Of two the last counts. Outside of a job it is dropped. */
void caw_job_raise(caw_error *error);
/*
 * Blocks for so many seconds; false: not so long, as the job was cancelled. In a job on sim it takes virtual time. Outside of a job, and in
 * one of an inline executor, it blocks the loop (on a page, which cannot block, by computing).
 */
bool caw_job_sleep(double seconds);

/* ---- Private ----------------------------------------------------------------------------------------------------- */

typedef struct caw__message    caw__message;
extern const struct caw__async caw__async_jobs;
typedef struct caw__work {
    const char *name;
    void (*run)(caw__message *in, caw__message *out);
    char                     result;
    const struct caw__async *async; /* NULL: it is not */
} caw__work;
typedef struct caw__handles {
    caw_any **handles;
    size_t    count;
    bool      refused;
} caw__handles;

CAW__REFERENCE caw_executor *caw__executor_new(const caw_executor_options *options);
CAW__HANDLE caw_of(void) caw__executor_shutdown(caw_executor *executor, const caw_executor_shutdown_options *options);

/* A job in the making, to which its arguments are given in order; never NULL. */
caw__message *caw__job_new(caw_executor *executor, const caw__work *work, bool context, uint32_t shape);
void          caw__message_give(caw__message *message, char code, const void *value, size_t size);
caw_any      *caw__job_begin(caw__message *message);
/* In the worker: an argument; leave gives it back. What could not be taken, without memory, makes the message not whole. */
void caw__message_take(caw__message *message, char code, void *value, size_t size);
void caw__message_leave(char code, void *value);
bool caw__message_whole(const caw__message *message);
void caw__message_answer(caw__message *message, char code, void *value, size_t size); /* takes the value over */
/* An async one: its coroutine, taken over, becomes a task; and what of its arguments is counted stays until that has ended. */
void caw__job_goes_on(caw__message *in, caw__message *out, caw_any *any, char code, uint32_t shape);
void caw__job_keep(caw__message *in, char code, void *value);
/* Ends of channels (channel.h), as the three above; given is the channel, by its address. */
void caw__channel_give(caw__message *message, const void *channel, char code);
void caw__channel_take(caw__message *message, void *end);
void caw__channel_keep(caw__message *message, void *end);

caw__handles caw__handles_new(size_t count);
caw_of(caw_results *) caw__handles_gather(caw__handles handles);

/* The handle that the call gives, and what it gives; of void a char. Each where it is so. */
#ifdef __cplusplus
#define CAW__JOB_BEGUN(R, is, call) caw__job_begun<R, is>([&]() -> decltype(auto) { return call; })
#define CAW__JOB_CALLED(R, is_not, call) caw__job_called<R, is_not>([&]() -> decltype(auto) { return call; })
extern "C++" {
template <class R, bool is, class F> inline caw__of<R> caw__job_begun(F call)
{
    if constexpr (is) return call();
    else return nullptr;
}
template <class R, bool is_not, class F> inline caw__stored<R> caw__job_called(F call)
{
    if constexpr (is_not) return {};
    else if constexpr (CAW__IS_VOID(R)) return call(), '\0';
    else return call();
}
}
#else
#define CAW__JOB_BEGUN(R, is, call) __builtin_choose_expr(is, call, (caw_of(R))0)
#define CAW__JOB_CALLED(R, is_not, call)                                                                                       \
    __builtin_choose_expr(is_not, (CAW__STORED(R)){0}, __builtin_choose_expr(CAW__IS_VOID(R), ((void)call, (char)0), call))
#endif

/* How a T goes: t text, y bytes, s string or array, a value, p pointer, r as it stands; 0: it cannot. */
#define CAW__JOB_CODE(T)                                                                                                       \
    __extension__ _Generic((__typeof__(T) *)0,                                                                                 \
        const char **: 't',                                                                                                    \
        char **: 't',                                                                                                          \
        struct caw_bytes *: 'y',                                                                                               \
        struct caw_string **: 's',                                                                                             \
        const struct caw_string **: 's',                                                                                       \
        struct caw_value *: 'a',                                                                                               \
        struct caw_sender **: 'o',                                                                                             \
        struct caw_receiver **: 'i',                                                                                           \
        default: CAW__IS_ARRAY_TYPE(T)            ? 's'                                                                        \
        : CAW__OWNERSHIP(T)                       ? 0                                                                          \
        : CAW__TRAITS(T) >> 22 == CAW__IS_POINTER ? 'p'                                                                        \
                                                  : 'r')
#define CAW__IS_ARRAY_TYPE(T) ((uint32_t)CAW__TRAITS(T) == CAW__ARRAY)
#define CAW__JOB_RESULT(R)                                                                                                     \
    (CAW__IS_VOID(R) ? 'v'                                                                                                     \
     : CAW__JOB_CODE(CAW__STORED(R)) == 't' || CAW__JOB_CODE(CAW__STORED(R)) == 'y' || CAW__JOB_IS_END(CAW__STORED(R))         \
         ? 0                                                                                                                   \
         : CAW__JOB_CODE(CAW__STORED(R)))
#define CAW__JOB_NO_END(T, name) &&!CAW__JOB_IS_END(T)
#define CAW__JOB_CAN(T, name) &&CAW__JOB_CODE(T) != 0
/* A channel's (channel.h). */
#define CAW__JOB_IS_END(T) (CAW__JOB_CODE(T) == 'o' || CAW__JOB_CODE(T) == 'i')
#define CAW__JOB_TAKE(T, name)                                                                                                 \
    __typeof__(T) name;                                                                                                        \
    if (CAW__JOB_IS_END(T)) caw__channel_take(caw__in, (void *)&name);                                                         \
    else caw__message_take(caw__in, CAW__JOB_CODE(T), (void *)&name, sizeof name);
#define CAW__JOB_LEAVE(T, name)                                                                                                \
    if (CAW__JOB_IS_END(T)) caw__channel_keep(caw__in, (void *)&name);                                                         \
    else if (caw__async) caw__job_keep(caw__in, CAW__JOB_CODE(T), (void *)&name);                                              \
    else caw__message_leave(CAW__JOB_CODE(T), (void *)&name);
/* Whether a call of the function gives a handle of an R. */
#define CAW__JOB_IS_ASYNC(R, function, ...) CAW__JOB_IS_HANDLE(__typeof__(CAW__JOB_PROBE(function, __VA_ARGS__)), caw_of(R))
#ifdef __cplusplus
#define CAW__JOB_IS_HANDLE(T, handle) __is_convertible_to(T, handle)
#else
#define CAW__JOB_IS_HANDLE(T, handle) __builtin_types_compatible_p(T, handle)
#endif
/* Of an ordinary one: it is no pointer, or this is one. */
#define CAW__JOB_GIVES(R, function, ...)                                                                                       \
    (__builtin_classify_type(CAW__JOB_PROBE(function, __VA_ARGS__)) != 5 || __builtin_classify_type(*(CAW__STORED(R) *)0) == 5)
#define CAW__JOB_PROBE(function, ...) CAW__CAT(CAW__JOB_PROBE_, CAW__KIND(__VA_ARGS__))(function, __VA_ARGS__)
#define CAW__JOB_PROBE_CAW__PAIRED(function, ...) function(CAW__PAIRS(CAW__JOB_SOME, CAW__JOB_SOME_MORE, __VA_ARGS__))
#define CAW__JOB_PROBE_CAW__NO_PAIRS(function, ...) 0
#define CAW__JOB_PROBE_CAW__MANY(function, ...) 0
#define CAW__JOB_SOME(T, name) *(__typeof__(T) *)0
#define CAW__JOB_SOME_MORE(T, name) , *(__typeof__(T) *)0
#define CAW__JOB_GIVE(T, name)                                                                                                 \
    if (CAW__JOB_IS_END(T)) caw__channel_give(caw__m, (const void *)&name, CAW__JOB_CODE(T));                                  \
    else caw__message_give(caw__m, CAW__JOB_CODE(T), (const void *)&name, sizeof name);
/* A channel is given for either end. */
#define CAW__JOB_DECLARE(T, name) , CAW__JOB_GIVEN(T) name
#define CAW__JOB_GIVEN(T)                                                                                                      \
    __typeof__(_Generic((__typeof__(T) *)0,                                                                                    \
                   struct caw_sender * *: (struct caw_channel *)0,                                                             \
                   struct caw_receiver * *: (struct caw_channel *)0,                                                           \
                   default: *(__typeof__(T) *)0))
#define CAW__JOB_FIRST(T, name) name
#define CAW__JOB_NEXT(T, name) , name
/* A T when there are no pairs to make the arguments of. */
#define CAW__JOB_CALL(T, function, ...) CAW__CAT(CAW__JOB_CALL_, CAW__KIND(__VA_ARGS__))(T, function, __VA_ARGS__)
#define CAW__JOB_CALL_CAW__PAIRED(T, function, ...) function(CAW__PAIRS(CAW__JOB_FIRST, CAW__JOB_NEXT, __VA_ARGS__))
#define CAW__JOB_CALL_CAW__NO_PAIRS(T, function, ...) *(CAW__STORED(T) volatile *)0
#define CAW__JOB_CALL_CAW__MANY(T, function, ...) *(CAW__STORED(T) volatile *)0

#ifdef __cplusplus
}
#endif
#endif
