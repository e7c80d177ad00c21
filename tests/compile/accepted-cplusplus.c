// accepted
// flags: -x c++ -std=c++17 -UCAW_CORO -Wpedantic
#include <cawait.h>
#include <cawait/sim.h>

/* From C++ the library is declarations and plain functions; async functions, and what is typed by macros, are for C. */
extern "C" caw_of(int) from_c(void);

static void say(void *) {}

int main()
{
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_call_soon(loop, say, nullptr));
    caw_error *error = caw_error_new(CAW_VALUE_ERROR, "%d", 1);
    bool       value = caw_error_is(error, CAW_EXCEPTION);
    caw_unref(error);
    return caw_loop_close(loop) + !value;
}
