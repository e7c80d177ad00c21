/*
 * Owns: async functions in plain C: CAW_ASYNC, CAW_BEGIN/END, CAW_AWAIT, CAW_RETURN, CAW_DEFER and the frame they share.
 * Must not know: what a task does between two steps (task.c), or any host.
 *
 *     CAW_ASYNC(int, add_slowly, int a, int b)      // result type, name, parameters; `static CAW_ASYNC(...)` works too
 *     {
 *         CAW_BEGIN(int) {
 *             CAW_AWAIT(caw_sleep(1));              // ordinary locals live across awaits
 *             CAW_RETURN(a + b);
 *         } CAW_END;
 *     }
 *
 * Declared elsewhere as: CAW_DECLARE(int, add_slowly, int a, int b); or plainly caw_of(int) add_slowly(int a, int b); which does
 * without the warning where a call's handle is ignored.
 * Calling it runs nothing and costs one allocation; it runs when awaited (inline, in the caller's task) or spawned, once: who awaits
 * or spawns it again gets a RuntimeError, in release builds as long as its memory has no other use.
 * Parameters are kept by themselves; what a pointer points to is the caller's to keep alive.
 * A result is owned where it can be: a pointer to a counted type of ours, const or not (a caw_string *, a caw_queue *), a caw_any *, a
 * handle of a usual type (caw_of(int)), a caw_stream, a caw_value. Who awaits becomes an owner, twice who awaits a task twice, and
 * what nobody takes is let go of. Anything else is plain bytes, 4 MB at most; so is the handle of a struct of yours: give a caw_any *.
 *
 * What the compiler refuses: an await outside an async function, a wrong result or argument type, `return`, a goto (or case) into or
 * out of a CAW_TRY, CAW_WITH... block, labels as values (`&&label`), a variable with __attribute__((cleanup)) alive across an await, a
 * variable-length array or alloca anywhere in the body. A plain function that is called and inlined may use them. What it warns of: a
 * handle or a counted result that is ignored.
 * What the checked build (CAW_CHECKED) reports besides: a coroutine that was never awaited, a generator that yields inside a task
 * group or a timeout scope; and where something is used or given back that was given up before, with both places.
 *
 * How: LLVM's coroutines, reached from C. The function's IR name comes from a fixed set, caw__coro_0..., and the response file
 * gives those names the attribute presplitcoroutine that C has no spelling for.
 */
#ifndef CAWAIT_CORO_H
#define CAWAIT_CORO_H

#include <cawait/refuse.h>
#include <cawait/shape.h>

#ifndef __cplusplus

#if defined(__clang__) && __clang_major__ < 17
#error "cawait: async functions need clang 17 or newer (emcc 4, wasi-sdk 21): this clang has no coroutines for C"
#elif !defined(__clang__) && !defined(CAW_NO_ASYNC)
#error "cawait: async functions need clang; define CAW_NO_ASYNC to use only the library's functions with another compiler"
#elif !defined(CAW_CORO) && !defined(CAW_NO_ASYNC)
#error                                                                                                                         \
    "cawait: add the response file to the compiler's arguments: clang @path/to/cawait.rsp (CMake, pkg-config and the port do it)"
#elif !defined(__OPTIMIZE__) && !defined(CAW_NO_ASYNC)
#error "cawait: async functions need -O1 or higher; -O1 -g is the debug build"
#endif

#ifndef CAW_NO_ASYNC

/* How many names the response file has given the attribute to: the number of async functions a source file may hold. */
#ifndef CAW_CORO_NAMES
#define CAW_CORO_NAMES 256
#endif

/* A frame's size where it is had from the pool, which aligns to 16 what 16 divides. */
#define CAW__FRAME_SIZE() (__builtin_coro_align() > 8 ? (__builtin_coro_size() + 15) & ~(size_t)15 : __builtin_coro_size())

#include <cawait/resume.h>

/* The result of a void function: CAW_RETURN(1) does not compile there. */
typedef struct caw__nothing {
    char unused;
} caw__nothing;

/* Where an error was raised or awaited, for its chain of awaits: known only on the way out, it costs nothing before. */
#define CAW__LINE __LINE__
#define CAW__STANDS()                                                                                                          \
    __extension__({                                                                                                            \
        if ((unsigned)__LINE__ - caw__first_line < CAW__BELOW) {                                                               \
            caw__inside_CAW_BEGIN.line = (uint8_t)((unsigned)__LINE__ - caw__first_line);                                      \
        } else {                                                                                                               \
            static caw__below caw__here_below = {.line = __LINE__,                                                             \
                                                 .function.desc = {CAW__OWN_NAME, __FILE__, caw__first_line, caw__described}}; \
            caw__stands_below(&caw__inside_CAW_BEGIN, &caw__here_below);                                                       \
        }                                                                                                                      \
    })
#define CAW__LINE_LEFT(line, desc) (line)
enum { caw__except_group = 0 }; /* 1 inside a CAW_EXCEPT_GROUP */

/* The checked build knows by which line a timeout scope or a task group was entered that it is inside of; 0: none. */
enum { caw__scope_line = 0 };
#ifdef CAW_CHECKED
#define CAW__TASK_SCOPE                                                                                                        \
    CAW__QUIET                                                                                                                 \
    enum { caw__scope_line = __LINE__ };                                                                                       \
    CAW__LOUD
#else
#define CAW__TASK_SCOPE
#endif

/*
 * caw__block: how many blocks of CAW_TRY, CAW_WITH... it is to here, by the text; caw__in_block: by the way control came. They differ
 * where a goto has left a block: C gives no way to run what stands at the block's end. When no goto does that, the optimizer knows the
 * variable everywhere and nothing of it is left; where one does, the call is left, and to compile it is an error. (The way to
 * caw__suspend leaves blocks, too. A plain goto would share the ends of scopes with other ways, and -O1 does not part them again: so
 * it is one by address, which the compiler takes straight there.)
 */
enum { caw__block = 0 };
void caw__left_by_goto(void)
    __attribute__((error("a goto has left a CAW_TRY, CAW_WITH or CAW_FOR_AWAIT block and comes here; what stands at the end of "
                         "that block would not run: leave it by CAW_RETURN or CAW_RAISE, or put the label inside")));
#define CAW__CHECK_BLOCK() (CAW__UNLIKELY(caw__in_block != caw__block) ? caw__left_by_goto() : (void)0)
/* The variable's type has a size that the compiler does not know: it refuses a goto or case into its scope. */
#define CAW__ENTER_BLOCK(one)                                                                                                  \
    CAW__QUIET _Pragma("clang diagnostic ignored \"-Wvla\"") typedef char caw__no_way_into_this_block[one]                     \
        __attribute__((unused));                                                                                               \
    enum { caw__block = caw__block + 1 };                                                                                      \
    CAW__LOUD caw__in_block = caw__block;

/*
 * The stack is another one after an await, so what alloca gives would be gone: refused in all of an async function, also before
 * CAW_BEGIN, with its line. A body is known by its name. (The same thrice: a macro in between would be three lines more of each message.)
 */
#define CAW__NO_ALLOCA                                                                                                         \
    "alloca: not in an async function, whose stack is another one after an await; use an array of fixed size, or malloc and "  \
    "CAW_DEFER(free, it)"
#define __builtin_alloca(size)                                                                                                 \
    __extension__({                                                                                                            \
        CAW__QUIET _Pragma("clang diagnostic ignored \"-Wgnu-folding-constant\"") _Static_assert(                              \
            (_Bool)__builtin_strncmp(__func__, "caw__body_", 10), CAW__NO_ALLOCA);                                             \
        CAW__LOUD __builtin_alloca(size);                                                                                      \
    })
#define __builtin_alloca_with_align(size, align)                                                                               \
    __extension__({                                                                                                            \
        CAW__QUIET _Pragma("clang diagnostic ignored \"-Wgnu-folding-constant\"") _Static_assert(                              \
            (_Bool)__builtin_strncmp(__func__, "caw__body_", 10), CAW__NO_ALLOCA);                                             \
        CAW__LOUD __builtin_alloca_with_align(size, align);                                                                    \
    })
#define __builtin_alloca_uninitialized(size)                                                                                   \
    __extension__({                                                                                                            \
        CAW__QUIET _Pragma("clang diagnostic ignored \"-Wgnu-folding-constant\"") _Static_assert(                              \
            (_Bool)__builtin_strncmp(__func__, "caw__body_", 10), CAW__NO_ALLOCA);                                             \
        CAW__LOUD __builtin_alloca_uninitialized(size);                                                                        \
    })

/*
 * What the body of an async function returns: a type of its own, so that the compiler refuses `return caw_sleep(1);`, whose type would
 * be right. The name in its message is the remedy.
 */
struct caw__not_return_but_CAW_RETURN;
#define CAW__BODY_OF(T) __typeof__(T(*)(struct caw__not_return_but_CAW_RETURN *))

/* Declares an async function of another file. */
#define CAW_DECLARE(T, name, ...) CAW__HANDLE caw_of(T) name(__VA_ARGS__)

/* Asserted in the macros that a program uses: else the message is three lines more. */
#define CAW__ONE_MORE                                                                                                          \
    "one async function more in this file than the response file names; split the file, or make a larger one: node "           \
    "node_modules/cawait/dist/wasm/toolchain/rsp.mjs 1024 > big.rsp"
#define CAW_ASYNC(T, name, ...)                                                                                                \
    CAW__ASYNC(__COUNTER__, caw_of(T), CAW__BODY_OF(T), name, __VA_ARGS__)                                                     \
    _Static_assert(!(caw__number_of_##name == CAW_CORO_NAMES), CAW__ONE_MORE);                                                 \
    CAW__ASYNC_BODY(CAW__BODY_OF(T), name, __VA_ARGS__)
#define CAW__ASYNC(n, handle, body, name, ...)                                                                                 \
    handle name CAW__NOT_IGNORED("await it, spawn it or give it to caw_drop")(__VA_ARGS__)                                     \
        __attribute__((alias("caw__coro_" CAW__STRING_(n)), unused, returns_nonnull));                                         \
    enum { caw__number_of_##name = n };                                                                                        \
    static body caw__body_##name(__VA_ARGS__) __asm__("caw__coro_" CAW__STRING_(n))                                            \
        __attribute__((unused, returns_nonnull, noinline, no_sanitize("function")));
#define CAW__ASYNC_BODY(body, name, ...) static body caw__body_##name(__VA_ARGS__) CAW__NO_ARRAYS
/* A frame has no room for what has no size. To the function's CAW_END, which has the pop. */
#define CAW__NO_ARRAYS _Pragma("clang diagnostic push") _Pragma("clang diagnostic error \"-Wvla\"")

/*
 * CAW_BEGIN(T) { ... } CAW_END;  the body, with the result type once more.
 * CAW_BEGIN_OWNING(T, expression): the same for a function that owns parameters; the expression gives them up if it is dropped
 * before it ever ran (no memory for its frame, cancelled first): CAW_BEGIN_OWNING(int, caw_unref(name)). Once the body runs,
 * CAW_DEFER takes over.
 */
#define CAW_BEGIN(T)                                                                                                           \
    CAW__MUST_END CAW_BEGIN_without_CAW_END;                                                                                   \
    CAW__LOUD     CAW__BEGIN(T, (void)0)
#define CAW_BEGIN_OWNING(T, give_up)                                                                                           \
    CAW__MUST_END CAW_BEGIN_without_CAW_END;                                                                                   \
    CAW__LOUD     CAW__BEGIN(T, give_up)
#define CAW__BEGIN(T, give_up)                                                                                                 \
    CAW__INSIDE(CAW_END_works_only_after_CAW_BEGIN)                                                                            \
    typedef __typeof__(__builtin_choose_expr(CAW__IS_VOID(T), (caw__nothing){0}, *(__typeof__(T) *)0)) caw__result_type;       \
    enum { caw__shape = CAW__SHAPE(T), caw__void = CAW__IS_VOID(T) };                                                          \
    CAW__ENTER(T, caw__shape, give_up)                                                                                         \
    caw__result_type caw__result = {0};                                                                                        \
    _Bool            caw__returned = 0; /* it has been set */                                                                  \
    (void)caw__result, (void)caw__returned;

/* The label keeps clang from marking the promise's lifetime: clang 20 and 21 place such marks where they break the function. */
#define CAW__ENTER(T, shape_, give_up)                                                                                         \
    typedef CAW__BODY_OF(T) caw__handle_type;                                                                                  \
    CAW__DESCRIBE(shape_);                                                                                                     \
    caw__unmarked:                                                                                                             \
    __attribute__((unused));                                                                                                   \
    CAW__FRAME(caw__no_memory, (void)0, give_up)
#define CAW__DESCRIBE(shape_)                                                                                                  \
    enum { caw__first_line = __LINE__, caw__described = shape_ };                                                              \
    static const caw__desc caw__desc_here = CAW__DESC(shape_)
#define CAW__DESC(shape_) {CAW__OWN_NAME, __FILE__, __LINE__, shape_}
#define CAW__OWN_NAME &__func__[sizeof("caw__body_") - 1]

/* `none` is returned without memory; `prepare` is done before the first suspension. */
#define CAW__FRAME(none, prepare, give_up)                                                                                     \
    CAW__INSIDE(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                            \
    caw__co    caw__inside_CAW_BEGIN;                                                                                          \
    int        caw__leaving = CAW__STAY, caw__in_block = caw__block;                                                           \
    unsigned   caw__line = 0;                                                                                                  \
    caw_error *caw__error = NULL;                                                                                              \
    _Bool      caw__defers = 0; /* there is a place that may add one */                                                        \
    (void)caw__error, (void)caw__line, (void)caw__defers;                                                                      \
    __builtin_coro_id(0, &caw__inside_CAW_BEGIN, 0, 0);                                                                        \
    void *caw__memory = caw__frame_new(CAW__FRAME_SIZE());                                                                     \
    if (CAW__UNLIKELY(!caw__memory)) {                                                                                         \
        (give_up);                                                                                                             \
        return (caw__handle_type)(none);                                                                                       \
    }                                                                                                                          \
    void *caw__frame = __builtin_coro_begin(caw__memory);                                                                      \
    caw__inside_CAW_BEGIN.kind = CAW__FRESH;                                                                                   \
    caw__inside_CAW_BEGIN.state = 0;                                                                                           \
    caw__inside_CAW_BEGIN.depth = 0;                                                                                           \
    caw__inside_CAW_BEGIN.line = 0;                                                                                            \
    caw__inside_CAW_BEGIN.desc = &caw__desc_here;                                                                              \
    caw__inside_CAW_BEGIN.defers = NULL;                                                                                       \
    CAW__BORN(&caw__inside_CAW_BEGIN);                                                                                         \
    (prepare);                                                                                                                 \
    CAW__SUSPEND_TO(caw__empty, give_up);                                                                                      \
    CAW__HERE();                                                                                                               \
    _Pragma("clang diagnostic error \"-Wgnu-label-as-value\"") /* clang 22 dies of it in a coroutine */

/* The asm goto is never run: it makes the compiler refuse a suspension inside the scope of a cleanup variable. */
#define CAW__SUSPEND() CAW__SUSPEND_OR((void)0)
#define CAW__SUSPEND_OR(give_up) CAW__SUSPEND_TO(caw__destroy, give_up)
#define CAW__SUSPEND_TO(destroyed, give_up)                                                                                    \
    do {                                                                                                                       \
        if (0) __asm__ goto("" : : : : caw__suspend);                                                                          \
        switch (__builtin_coro_suspend(0)) {                                                                                   \
        case 0: break;                                                                                                         \
        case 1: (give_up); goto destroyed;                                                                                     \
        default: CAW__QUIET goto *&&caw__suspend; CAW__LOUD                                                                    \
        }                                                                                                                      \
    } while (0)

/* After an error before it the compiler goes on behind the next semicolon. */
#define CAW_END                                                                                                                \
    (void)0;                                                                                                                   \
    CAW__ONLY(CAW_END_works_only_after_CAW_BEGIN)                                                                              \
    (void)sizeof CAW_BEGIN_without_CAW_END;                                                                                    \
    CAW__END
#define CAW__END                                                                                                               \
    CAW__LOUD                                                                                                                  \
    CAW__CHECK_BLOCK();                                                                                                        \
    caw__leave:                                                                                                                \
    __attribute__((unused));                                                                                                   \
    if (!caw__void && CAW__UNLIKELY(caw__leaving == CAW__STAY)) {                                                              \
        caw__leaving = CAW__RAISING;                                                                                           \
        caw__error = caw__raised(&caw__inside_CAW_BEGIN, caw__error_no_result(&caw__desc_here));                               \
        caw__line = CAW__LINE;                                                                                                 \
    }                                                                                                                          \
    CAW__DEFERRED();                                                                                                           \
    if (CAW__UNLIKELY(caw__leaving == CAW__RAISING)) {                                                                         \
        if (caw__shape >> 30 && caw__returned) CAW__LOSE(caw__result);                                                         \
        caw__inside_CAW_BEGIN.slot->error =                                                                                    \
            caw__error_leaves(&caw__inside_CAW_BEGIN, caw__error, CAW__LINE_LEFT(caw__line, caw__desc_here));                  \
    } else if (!caw__void) {                                                                                                   \
        *(caw__result_type *)caw__inside_CAW_BEGIN.out = caw__result;                                                          \
    }                                                                                                                          \
    caw__finish(caw__inside_CAW_BEGIN.slot);                                                                                   \
    CAW__EXIT(__builtin_coro_promise(caw__frame, _Alignof(caw__co), 0),                                                        \
              if (caw__shape >> 30 && caw__returned) CAW__LOSE(caw__result))

/* Where the compiler sees that nothing can have been deferred, it is nothing; where it does not, it keeps no variable for it. */
#define CAW__DEFERRED()                                                                                                        \
    if ((caw__inside_CAW_BEGIN.defers != NULL) & (!__builtin_constant_p(caw__defers) | caw__defers))                           \
    caw__defer_run(&caw__inside_CAW_BEGIN)

/* `handle` is what the call of the function gives; `lose` drops what a frame holds that is destroyed. */
#define CAW__EXIT(handle, lose)                                                                                                \
    if (0) {                                                                                                                   \
    caw__destroy:                                                                                                              \
        __attribute__((unused));                                                                                               \
        if (caw__leaving == CAW__RAISING) caw_unref(caw__error);                                                               \
        lose;                                                                                                                  \
        CAW__DEFERRED();                                                                                                       \
    }                                                                                                                          \
    caw__empty:                                                                                                                \
    CAW__FREE(&caw__inside_CAW_BEGIN, __builtin_coro_free(caw__frame), CAW__FRAME_SIZE());                                     \
    caw__suspend:                                                                                                              \
    __builtin_coro_end(caw__frame, 0);                                                                                         \
    return (caw__handle_type)(uintptr_t)(handle)

/*
 * CAW_AWAIT(handle): runs or waits for an awaitable and gives its result, typed; consumes the handle. An expression, usable
 * anywhere one is: in arguments, conditions, the user's own switch; a statement when the result is void. If the awaitable
 * ends with an error, or the task is cancelled here, the error is raised: the function is left for the nearest CAW_TRY.
 * A coroutine runs inline without a trip through the loop; a finished future does not suspend.
 */
#define CAW_AWAIT(handle)                                                                                                      \
    CAW__QUIET(CAW__USED({                                                                                                     \
        CAW__USE(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                           \
        __auto_type caw__h = (handle);                                                                                         \
        CAW__STORED_RESULT(caw__h) caw__v;                                                                                     \
        caw__slot caw__s;                                                                                                      \
        caw__s.waiter = (uintptr_t)&caw__inside_CAW_BEGIN | CAW__INLINE;                                                       \
        caw__s.error = NULL;                                                                                                   \
        CAW__HERE();                                                                                                           \
        CAW__CHECK_BLOCK();                                                                                                    \
        CAW__STANDS();                                                                                                         \
        CAW__WAY_OUT();                                                                                                        \
        if (caw__await(&caw__inside_CAW_BEGIN, (caw_any *)caw__h, &caw__s, &caw__v)) CAW__SUSPEND();                           \
        if (CAW__UNLIKELY(caw__s.error != NULL)) CAW__PASS_ON(caw__s.error);                                                   \
        __builtin_choose_expr(                                                                                                 \
            CAW__IS_VOID(CAW__RESULT(caw__h)), (void)0,                                                                        \
            __builtin_choose_expr(CAW__OWNERSHIP(CAW__RESULT(caw__h)) != CAW__PLAIN, caw__v, caw__v = caw__v));                \
    }))                                                                                                                        \
    CAW__LOUD

/*
 * Clang 22 makes no code of `int n = CAW_AWAIT(pair).first;` nor of `int n = pair_of(CAW_AWAIT(a)).first;`: a value that is read within
 * the lifetime of such a structure is not kept beyond its end if all jumps out of that go to labels further down. One way out that it
 * knows, a return, has it do so. It is never taken, which the optimizer sees.
 */
#define CAW__WAY_OUT()                                                                                                         \
    int caw__never = 0;                                                                                                        \
    if (caw__never) return (caw__handle_type)(uintptr_t)1

/* Drops an owned result. Its words go by value (a caw_value has three where pointers have 64 bits): nobody takes the address of the
 * result, so it is in no memory. */
#define CAW__LOSE(result)                                                                                                      \
    do {                                                                                                                       \
        uint64_t caw__words[3] = {0};                                                                                          \
        __builtin_memcpy(caw__words, &(result), sizeof(result) < sizeof caw__words ? sizeof(result) : sizeof caw__words);      \
        caw__result_lose(caw__shape, caw__words[0], caw__words[1], caw__words[2]);                                             \
    } while (0)

/* Leaves the function with a result (nothing for void), through the CAW_FINALLY blocks and CAW_DEFERs on the way. */
#define CAW_RETURN(...)                                                                                                        \
    do {                                                                                                                       \
        CAW__ONLY(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                          \
        _Static_assert(caw__void || (0 __VA_OPT__(+1)), "CAW_RETURN: this async function must return a value");                \
        _Static_assert(!caw__except_group, "CAW_RETURN: not inside CAW_EXCEPT_GROUP, as others of them may have to run");      \
        __VA_OPT__(caw__result_type caw__given = (__VA_ARGS__);                                                                \
                   if (caw__shape >> 30 && caw__returned) CAW__LOSE(caw__result); /* overtaken by a finally block */           \
                   caw__result = caw__given; caw__returned = 1;)                                                               \
        CAW__CHECK_BLOCK();                                                                                                    \
        caw__leaving = CAW__RETURNING;                                                                                         \
        goto caw__leave;                                                                                                       \
    } while (0)

/*
 * CAW_DEFER(function, argument): calls function(argument) when the function is left: by return, error, cancellation or closing;
 * last deferred, first called. `function` is void (*)(void *) exactly (caw_unref is one). May be used in loops. Costs one pooled
 * block; when there is no memory for it, the function is called at once and MemoryError raised, so nothing is lost.
 */
#define CAW_DEFER(function, argument)                                                                                          \
    do {                                                                                                                       \
        CAW__ONLY(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                          \
        caw__defers = 1;                                                                                                       \
        if (CAW__UNLIKELY(caw__defer_push(&caw__inside_CAW_BEGIN, (function), (const void *)(argument))))                      \
            CAW_RAISE(CAW_MEMORY_ERROR, NULL);                                                                                 \
    } while (0)

#endif /* CAW_NO_ASYNC */
#elif defined(__cpp_impl_coroutine)
#include <cawait/resume.h>
#endif /* __cplusplus */
#endif
