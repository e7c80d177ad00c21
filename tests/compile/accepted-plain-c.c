// accepted
// flags: -UCAW_CORO -O0 -DCAW_NO_ASYNC -std=c11 -Wpedantic
#include <cawait.h>

/* A file without async functions needs neither the response file nor optimization. */
static void say(void *argument) { (void)argument; }

int main(void)
{
    caw_loop   *loop = caw_loop_new();
    caw_handle *handle = caw_call_soon(loop, say, NULL);
    caw_unref(handle);
    return caw_loop_close(loop);
}
