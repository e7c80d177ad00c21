// Owns: the rows by embind: co_await of a val, coroutines of C++20 that are exported.
// Must not know: cawait.
#include <emscripten.h>
#include <emscripten/bind.h>
#include <string>
using emscripten::val;

#ifndef HELLO

static val *settled; /* awaited again and again */

static void begin() { settled = new val(val::global("Promise").call<val>("resolve", 1)); }

static val await_promise(val promise, int times)
{
    double sum = 0;
    for (int i = 0; i < times; i++) sum += (co_await promise).as<double>();
    co_return val(sum);
}

static val at_once(int n) { co_return val(n + 1); }

static val after_a_wait(int n)
{
    co_await *settled;
    co_return val(n + 1);
}

static val await_spawned(int times)
{
    double sum = 0;
    for (int i = 0; i < times; i++) {
        val child = after_a_wait(i); // it has begun
        sum += (co_await child).as<double>() - i;
    }
    co_return val(sum);
}

EMSCRIPTEN_BINDINGS(bench)
{
    emscripten::function("begin", &begin);
    emscripten::function("await_promise", &await_promise);
    emscripten::function("at_once", &at_once);
    emscripten::function("after_a_wait", &after_a_wait);
    emscripten::function("await_spawned", &await_spawned);
}

#else

EM_JS(emscripten::EM_VAL, slept, (int ms), { return Emval.toHandle(new Promise(function(done) { setTimeout(done, ms); })); });
EM_JS_DEPS(slept, "$Emval");

static val hello(std::string name)
{
    co_await val::take_ownership(slept(10));
    co_return val(name);
}
EMSCRIPTEN_BINDINGS(bench) { emscripten::function("hello", &hello); }

#endif
