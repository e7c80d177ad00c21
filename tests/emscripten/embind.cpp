// C++ inside Emscripten's own JavaScript: coroutines of cawait.hpp, exported by CAW_EXPORT, and begun by a class that embind exports.
#include <cawait.h>
#include <cawait.hpp>
#include <cawait/export.h>
#include <cawait/js.h>
#include <emscripten.h>
#include <emscripten/bind.h>
#include <string>

EM_JS(void, tell, (void), { globalThis["caw_started"](Module); });

caw::task<std::string> said(double number)
{
    co_await caw_sleep(0.001);
    co_return std::to_string(number).substr(0, 3);
}

caw::task<double> add(double a, double b)
{
    std::string text = co_await said(a);
    co_return std::stod(text) + b;
}
CAW_EXPORT(double, add, double, a, double, b);

caw::task<double> plus_one(caw_js *promise)
{
    double value = co_await caw_from_promise(double, promise);
    co_return value + 1;
}
CAW_EXPORT(double, plus_one, caw_js *, promise);

caw::task<int> one_more(int number)
{
    co_await caw_sleep(0);
    co_return number + 1;
}

/* By way of Emscripten's promise.h. */
caw::task<int> promised(int number)
{
    em_promise_t promise = caw_to_em_promise(one_more(number));
    auto         future = caw_from_em_promise(int, promise);
    void        *value = co_await caw_from_em_promise(void *, promise);
    emscripten_promise_destroy(promise);
    co_return (int)(intptr_t) value + co_await future;
}
CAW_EXPORT(int, promised, int, number);

/* A class of embind's whose tasks outlive the call. */
class counter
{
  public:
    void begin() { caw::future task{caw_spawn(count(), .loop = caw_js_loop())}; }
    int  rounds() const { return rounds_; }

  private:
    caw::task<void> count()
    {
        for (int n = 0; n < 3; n++) {
            co_await caw_sleep(0);
            rounds_++;
        }
    }
    int rounds_ = 0;
};

EMSCRIPTEN_BINDINGS(beside)
{
    emscripten::class_<counter>("Counter")
        .constructor<>()
        .function("begin", &counter::begin)
        .function("rounds", &counter::rounds);
}

int main()
{
    tell();
    return 0;
}
