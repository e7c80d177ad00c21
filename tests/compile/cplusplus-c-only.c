// refused: CAW_ASYNC is C's: in C++ an async function is a coroutine
// refused: CAW_AWAIT is C's: in C++ co_await
// refused: CAW_RETURN is C's: in C++ co_return
// refused: CAW_RAISE is C's: in C++ co_await caw::raise(type, format, ...)
// refused: CAW_CHECK is C's: in C++ co_await caw::check(call)
// refused: CAW_TRY is C's: in C++ caw::result<T> r = co_await caw::caught(f()); and caw::finally
// refused: CAW_DEFER is C's: in C++ a destructor; caw::finally for what waits
// refused: CAW_WITH is C's: in C++ co_await caw::with(manager, block)
// refused: CAW_WITH_TIMEOUT is C's: in C++ co_await caw::with_timeout(seconds, block)
// refused: CAW_WITH_TASK_GROUP is C's: in C++ co_await caw::task_group(block)
// refused: CAW_FOR_AWAIT is C's: in C++ while (auto item = co_await g.next())
// refused: CAW_ASYNC_GEN is C's: in C++ caw::generator<T> f() { co_yield 1; }
// flags: -x c++ -std=gnu++17 -UCAW_CORO
#include <cawait.h>

CAW_ASYNC(int, f, caw_lock *lock)
{
    CAW_BEGIN(int) {
        CAW_DEFER(caw_unref, lock);
        CAW_AWAIT(caw_sleep(1));
        CAW_CHECK(0);
        CAW_TRY {
            CAW_RAISE(CAW_VALUE_ERROR, NULL);
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
        }
        CAW_END_TRY;
        CAW_WITH(caw_lock_with(lock)) {
        }
        CAW_END_WITH;
        CAW_WITH_TIMEOUT(scope, 1) {
        }
        CAW_END_TIMEOUT;
        CAW_WITH_TASK_GROUP(group) {
        }
        CAW_END_TASK_GROUP;
        CAW_FOR_AWAIT(int i, g()) {
        }
        CAW_END_FOR;
        CAW_RETURN(1);
    } CAW_END;
}

CAW_ASYNC_GEN(int, g)
{
    CAW_BEGIN_GEN(int) { CAW_YIELD(1); }
    CAW_END_GEN;
}
