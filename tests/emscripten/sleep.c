/*
 * C that is suspended as a whole, by emscripten_sleep, beside the loop: in main(), in functions that JavaScript calls, and where it cannot be.
 * Each function has memory on C's stack that is looked at after the sleep.
 */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/js.h>
#include <emscripten.h>
#include <string.h>

EM_JS(void, tell, (void), { globalThis["caw_started"](Module); });

static int ticks;

CAW_ASYNC(void, background, void)
{
    CAW_BEGIN(void) {
        for (;;) {
            CAW_AWAIT(caw_sleep(0.001));
            ticks++;
        }
    } CAW_END;
}

/* A frame of that size, which nobody else may write to while it sleeps: 0, or its first byte that is another. */
static int __attribute__((noinline)) sleeps(unsigned ms, unsigned char mark)
{
    unsigned char own[512];
    memset(own, mark, sizeof own);
    __asm__ volatile("" : : "r"(own) : "memory");
    emscripten_sleep(ms);
    __asm__ volatile("" : : "r"(own) : "memory");
    for (unsigned n = 0; n < sizeof own; n++)
        if (own[n] != mark) return own[n] ? own[n] : -1;
    return 0;
}

EMSCRIPTEN_KEEPALIVE int nap(int ms, int mark) { return sleeps((unsigned)ms, (unsigned char)mark); }

/* While the loop has `turns` turns. */
EMSCRIPTEN_KEEPALIVE int nap_for(int turns, int mark)
{
    int end = ticks + turns, wrong = 0;
    while (ticks < end) wrong |= nap(1, mark);
    return wrong;
}

/* Stack that a call uses while others sleep. */
CAW_ASYNC(int, deep, int mark)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        unsigned char own[2048];
        memset(own, mark, sizeof own);
        __asm__ volatile("" : : "r"(own) : "memory");
        CAW_RETURN(own[2047]);
    } CAW_END;
}
CAW_EXPORT(int, deep, int, mark);

CAW_ASYNC(int, naps, int ms)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(sleeps((unsigned)ms, 1));
    } CAW_END;
}
CAW_EXPORT(int, naps, int, ms);

static int slept = -1;
static int main_slept(void) { return slept; }
CAW_EXPORT_SYNC(int, main_slept);

int main(void)
{
    caw_unref(caw_spawn(background(), .loop = caw_js_loop()));
    slept = nap_for(3, 7);
    tell();
    return 0;
}
