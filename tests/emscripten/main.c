/*
 * CAW_MAIN inside Emscripten's own JavaScript: the runtime lives until it has ended, and its int is the exit code. With ORDINARY a main()
 * that begins a task and returns: the runtime lives as long as that has something to do. With NONE there is neither: the program is what
 * it exports.
 */
#include <cawait.h>
#include <cawait/js.h>
#include <stdio.h>
#include <stdlib.h>

static void over(void) { puts("atexit"); }

#ifdef ORDINARY

CAW_ASYNC(void, task, void)
{
    CAW_BEGIN(void) {
        puts("begins");
        CAW_AWAIT(caw_sleep(0.002));
        CAW_AWAIT(caw_sleep(0));
        puts("ends");
    } CAW_END;
}

int main(void)
{
    atexit(over);
    caw_unref(caw_spawn(task(), .loop = caw_js_loop()));
    puts("main is over");
    return 3;
}

#elif defined(NONE)

#include <cawait/export.h>

CAW_ASYNC(int, answer, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0.001));
        CAW_RETURN(42);
    } CAW_END;
}
CAW_EXPORT(int, answer);

#else

CAW_ASYNC(void, left, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1000));
        } CAW_FINALLY {
            puts("cancelled");
        }
        CAW_END_TRY;
    } CAW_END;
}

CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        atexit(over);
        puts("begins");
        caw_unref(caw_spawn(left()));
        CAW_AWAIT(caw_sleep(0.002));
        printf("ends"); /* and is written though there is no end of line */
#ifdef FAILS
        CAW_RAISE(CAW_VALUE_ERROR, "no such luck");
#endif
        CAW_RETURN(7);
    } CAW_END;
}

CAW_MAIN(main_)

#endif
