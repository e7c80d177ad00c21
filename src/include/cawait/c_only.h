/*
 * Owns: what C++ is told where it uses a macro that only C's async functions have: what to write in its place. Included by cawait.h.
 * Must not know: how that works.
 */
#ifndef CAWAIT_C_ONLY_H
#define CAWAIT_C_ONLY_H

#undef CAW_ASYNC
#undef CAW_BEGIN
#undef CAW_BEGIN_OWNING
#undef CAW_END
#undef CAW_ASYNC_GEN
#undef CAW_BEGIN_GEN
#undef CAW_BEGIN_GEN_OWNING
#undef CAW_END_GEN
#undef CAW_YIELD
#undef CAW_SENT
#undef CAW_AWAIT
#undef CAW_RETURN
#undef CAW_DEFER
#undef CAW_RAISE
#undef CAW_RAISE_ERROR
#undef CAW_RERAISE
#undef CAW_CHECK
#undef CAW_TRY
#undef CAW_EXCEPT
#undef CAW_EXCEPT_GROUP
#undef CAW_FINALLY
#undef CAW_END_TRY
#undef CAW_WITH
#undef CAW_WITH_AS
#undef CAW_WITH_EXIT_STACK
#undef CAW_WITH_TASK_GROUP
#undef CAW_WITH_TIMEOUT
#undef CAW_WITH_TIMEOUT_AT
#undef CAW_MOVE_ON_AFTER
#undef CAW_GROUP_START
#undef CAW_FOR_AWAIT
#undef CAW_FOR_NEXT
#undef CAW_END_WITH
#undef CAW_END_EXIT_STACK
#undef CAW_END_TASK_GROUP
#undef CAW_END_TIMEOUT
#undef CAW_END_MOVE_ON
#undef CAW_END_FOR
#undef CAW_CAPTURE_CALL_GRAPH
#undef CAW_PRINT_CALL_GRAPH

#define CAW_DECLARE(T, name, ...) CAW__HANDLE caw_of(T) name(__VA_ARGS__)

#define CAW__COROUTINE                                                                                                         \
    " is C's: in C++ an async function is a coroutine, caw::task<T> f() { co_return co_await g(); }, by #include <cawait.hpp>"
#define CAW_ASYNC(T, name, ...) CAW__C_ONLY("CAW_ASYNC" CAW__COROUTINE) CAW__HANDLE caw_of(T) name(__VA_ARGS__)
#define CAW_BEGIN(T) CAW__C_ONLY("CAW_BEGIN" CAW__COROUTINE)
#define CAW_BEGIN_OWNING(T, give_up) CAW__C_ONLY("CAW_BEGIN_OWNING" CAW__COROUTINE)
#define CAW_END
#define CAW_ASYNC_GEN(T, name, ...)                                                                                            \
    CAW__C_ONLY("CAW_ASYNC_GEN is C's: in C++ caw::generator<T> f() { co_yield 1; }") caw_gen(T) name(__VA_ARGS__)
#define CAW_BEGIN_GEN(T) CAW__C_ONLY("CAW_BEGIN_GEN is C's: in C++ caw::generator<T> f() { co_yield 1; }")
#define CAW_BEGIN_GEN_OWNING(T, give_up) CAW_BEGIN_GEN(T)
#define CAW_END_GEN
#define CAW_YIELD(value) CAW__C_ONLY("CAW_YIELD is C's: in C++ co_yield")(void)(value)
#define CAW_SENT() CAW__C_ONLY("CAW_SENT is C's: a generator of C++ is sent nothing") caw_none()

#define CAW_AWAIT(handle) CAW__C_ONLY("CAW_AWAIT is C's: in C++ co_await")(handle)
#define CAW_RETURN(...) CAW__C_ONLY("CAW_RETURN is C's: in C++ co_return")
#define CAW_DEFER(function, argument) CAW__C_ONLY("CAW_DEFER is C's: in C++ a destructor; caw::finally for what waits")
#define CAW_RAISE(...) CAW__C_ONLY("CAW_RAISE is C's: in C++ co_await caw::raise(type, format, ...)")
#define CAW_RAISE_ERROR(error) CAW__C_ONLY("CAW_RAISE_ERROR is C's: in C++ co_await caw::raise(error)")
#define CAW_RERAISE() CAW__C_ONLY("CAW_RERAISE is C's: in C++ co_await std::move(result)")
#define CAW_CHECK(call) CAW__C_ONLY("CAW_CHECK is C's: in C++ co_await caw::check(call)")(call)

#define CAW_TRY CAW__C_ONLY("CAW_TRY is C's: in C++ caw::result<T> r = co_await caw::caught(f()); and caw::finally")
#define CAW_EXCEPT(type, name) for (caw_error *name = nullptr; name;)
#define CAW_EXCEPT_GROUP(type, name) CAW_EXCEPT(type, name)
#define CAW_FINALLY
#define CAW_END_TRY

#define CAW__BLOCK(name, function)                                                                                             \
    CAW__C_ONLY(name " is C's: in C++ co_await caw::" function ", with the block as a lambda that is a coroutine")
#define CAW_WITH(manager) CAW__BLOCK("CAW_WITH", "with(manager, block)")
#define CAW_WITH_AS(declaration, generator) CAW__BLOCK("CAW_WITH_AS", "with(caw_generator_with(generator, &place), block)")
#define CAW_WITH_EXIT_STACK(stack) CAW__BLOCK("CAW_WITH_EXIT_STACK", "with(caw_exit_stack_with(stack), block)")
#define CAW_WITH_TASK_GROUP(group) CAW__BLOCK("CAW_WITH_TASK_GROUP", "task_group(block)")
#define CAW_WITH_TIMEOUT(scope, seconds) CAW__BLOCK("CAW_WITH_TIMEOUT", "with_timeout(seconds, block)")
#define CAW_WITH_TIMEOUT_AT(scope, when) CAW__BLOCK("CAW_WITH_TIMEOUT_AT", "with_timeout(when - now, block)")
#define CAW_MOVE_ON_AFTER(scope, seconds) CAW__BLOCK("CAW_MOVE_ON_AFTER", "move_on_after(seconds, block)")
#define CAW_GROUP_START(group, coroutine, ...)                                                                                 \
    CAW__C_ONLY("CAW_GROUP_START is C's: in C++ co_await caw::start(group, f(), {.name = \"x\"})")
#define CAW_FOR_AWAIT(declaration, generator)                                                                                  \
    CAW__C_ONLY("CAW_FOR_AWAIT is C's: in C++ while (auto item = co_await g.next()), or co_await caw::each(g, block)")
#define CAW_FOR_NEXT(declaration, expression)                                                                                  \
    CAW__C_ONLY("CAW_FOR_NEXT is C's: in C++ co_await caw::caught(expression) in a loop")
#define CAW_END_WITH
#define CAW_END_EXIT_STACK
#define CAW_END_TASK_GROUP
#define CAW_END_TIMEOUT
#define CAW_END_MOVE_ON
#define CAW_END_FOR
#define CAW_CAPTURE_CALL_GRAPH()                                                                                               \
    CAW__C_ONLY(                                                                                                               \
        "CAW_CAPTURE_CALL_GRAPH is C's: in C++ caw_capture_tasks(nullptr), or of another caw_capture_call_graph(task)")        \
    nullptr
#define CAW_PRINT_CALL_GRAPH() CAW__C_ONLY("CAW_PRINT_CALL_GRAPH is C's: in C++ caw_print_tasks(nullptr)")

#endif
