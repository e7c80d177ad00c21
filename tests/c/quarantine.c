/* The checked build's quarantine, from its first use on: what it knows, what it says, how it stops a program. */
#include "test.h"
#include "base/base.h"
#if defined(CAW_CHECKED) && !defined(__wasm__)
#include <setjmp.h>
#include <signal.h>
#endif

static CAW_ASYNC(int, give, int n)
{
    CAW_BEGIN(int) {
        CAW_RETURN(n);
    } CAW_END;
}

static void no_task(void *unused) { (void)unused; }

/* The first calls of all: by no line of the program's that the library knows of. */
TEST(before_any_line_is_known)
{
    caw_string *text = caw_string_of("text");
    caw_loop   *loop = caw_loop_new();
    caw_auto    unseen = give(1);
    caw_any     gone = {CAW__GONE, 0, 0};
    caw_unref(text);
#ifdef CAW_CHECKED
    char said[200];
    CHECK(caw__check_describe(text, said, sizeof said) > 0);
    CHECK_TEXT(said, "this string was given up before, at ?:0, and is used again at ?:0");
    CHECK_INT(caw__check_describe(text, said, 12), 11);
    CHECK_TEXT(said, "this string");
    CHECK(caw__ref(&gone) == &gone); /* of which nothing is known */
    static const char *const why[] = {"this string was given up before, at ?:0, and is used again at ?:0",
                                      "what was given up before at ?:0", "a NULL handle at ?:0", "no awaitable at ?:0"};
    caw_event               *event = caw_event_new();
    caw_any                 *given[] = {(caw_any *)(void *)text, &gone, NULL, (caw_any *)(void *)event};
    for (int i = 0; i < 4; i++) given[i] = caw__spawn(given[i], 0, &(caw_spawn_options){.loop = loop});
    for (int i = 0; i < 4; i++) {
        CHECK_ERROR(caw__future_error(given[i]), i < 2 ? CAW_RUNTIME_ERROR : CAW_TYPE_ERROR, why[i]);
        caw_unref(given[i]);
    }
    caw_unref(event);
#else
    (void)gone;
#endif
    caw_unref(caw_call_soon(loop, no_task, NULL));
    CHECK_INT(caw_loop_close(loop), 0);
#ifdef CAW_CHECKED
    CHECK(strstr(test.log, "coroutine 'give' was never awaited") && strstr(test.log, "quarantine.c:"));
    test.log[0] = 0;
#endif
    caw_drop(unseen);
}

#if defined(CAW_CHECKED) && !defined(__wasm__)

static sigjmp_buf stopped;
static void       on_trap(int number) { siglongjmp(stopped, number); }

/* Where there is no error to give. Once it is stopping, what its log's reader does wrong is nobody's business any more. */
TEST(it_stops_the_program)
{
    caw_string      *text = caw_string_of("text");
    struct sigaction before[2], stop = {.sa_handler = on_trap};
    caw_unref(text);
    sigaction(SIGILL, &stop, &before[0]);
    sigaction(SIGTRAP, &stop, &before[1]);
    if (!sigsetjmp(stopped, 1)) {
        caw__ref(text);
        trace("wrong");
    }
    sigaction(SIGILL, &before[0], NULL);
    sigaction(SIGTRAP, &before[1], NULL);
    CHECK(strstr(test.log, "this string was given up before") != NULL);
    test.log[0] = 0;
    CHECK(caw__ref(text) == text);
}

#endif
