#include <cawait.hpp>
#include <cawait/export.h>
#include <cawait/fetch.h>
#include <cawait/stdin.h>
#include <string>

CAW_STRUCT(point, double, x, double, y);
static caw::task<int> add(int a, int b)
{
    co_await caw_sleep(.01);
    co_return a + b;
}
CAW_EXPORT(int, add, int, a, int, b);
static caw::task<> nothing() { co_await caw_sleep(0); }
CAW_EXPORT(void, nothing);
static caw::task<caw::ref<caw_string>> greet(caw_string *name)
{
    std::string text = "hello, ";
    text += caw_string_data(name);
    co_await caw_sleep(0);
    co_return caw::ref(caw_string_new(text.data(), text.size()));
}
CAW_EXPORT(caw_string *, greet, caw_string *, name);
static caw::task<point> mirror(point p)
{
    co_await caw_sleep(0);
    co_return {p.y, p.x};
}
CAW_EXPORT(point, mirror, point, p);
static double area(double w, double h) { return w * h; }
CAW_EXPORT_SYNC(double, area, double, w, double, h);
static caw::task<double> sum(caw_doubles *of)
{
    double all = 0;
    for (size_t i = 0; i < caw_doubles_count(of); i++) all += caw_doubles_data(of)[i];
    co_return all;
}
CAW_EXPORT(double, sum, caw_doubles *, of);
static caw::task<> fails() { co_await caw::raise(CAW_VALUE_ERROR, "no %d", 1); }
CAW_EXPORT(void, fails);
static caw::task<int> later(const char *code)
{
    caw::ref global{caw_js_global("globalThis")};
    caw::ref promise{caw_js_method(global.get(), code, caw_int(20), caw_int(22))};
    int      n = co_await caw_from_promise(int, promise.release());
    co_return n;
}
CAW_EXPORT(int, later, const char *, code);
static caw::task<int> main_()
{
    caw::ref all = co_await caw_gather(add(1, 2), add(3, 4));
    co_return caw_result_at(all.get(), 0, int) + caw_result_at(all.get(), 1, int);
}
CAW_MAIN(main_)
