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

#ifdef CAW_CHECKED
static char heard[500];
static void hear(const char *text) { snprintf(heard, sizeof heard, "%s", text); }

#endif

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
    caw__check_stopped = hear;
    caw__check_thread_is(caw__check_thread() + 1, "string");
    caw__format(said, sizeof said,
                "this string belongs to thread %u and is used by thread %u: objects never leave their thread, messages do",
                (unsigned)caw__check_thread() + 1, (unsigned)caw__check_thread());
    CHECK_TEXT(heard, said);
    caw__check_stopped = NULL;
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
    caw__check_ours(&gone); /* for programs that are checked: this library knows of nothing whose it is */
    caw_any *again = caw__spawn(&gone, 0, &(caw_spawn_options){.loop = loop});
    CHECK_ERROR(caw__future_error(again), CAW_RUNTIME_ERROR, "cannot reuse already awaited coroutine '?'");
    caw_unref(again);
#endif
    caw_unref(caw_call_soon(loop, no_task, NULL));
    CHECK_INT(caw_loop_close(loop), 0);
#ifdef CAW_CHECKED
    CHECK(strstr(test.log, "coroutine 'give' was never awaited") && strstr(test.log, "quarantine.c:"));
    test.log[0] = 0;
#endif
    caw_drop(unseen);
}

#ifdef CAW_CHECKED
/* What nobody has yet belongs to no thread. */
TEST(of_another_thread)
{
    char name[500];
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = 0;
    heard[0] = 0;
    caw__check_stopped = hear;
    caw__check_thread_is(0, "string");
    caw__check_thread_is(caw__check_thread(), "string");
    CHECK_TEXT(heard, "");
    CAW__HERE();
    caw_unref(caw_string_of(""));
    caw__check_at("file.c", 7);
    caw__check_thread_is(caw__check_thread() + 1, "string");
    char expected[200];
    caw__format(expected, sizeof expected,
                "this string belongs to thread %u and is used by thread %u, at or after file.c:7: objects never leave their "
                "thread, messages do",
                (unsigned)caw__check_thread() + 1, (unsigned)caw__check_thread());
    CHECK_TEXT(heard, expected);
    caw__check_thread_is(caw__check_thread() + 1, name);
    CHECK_INT(strlen(heard), 399);
    heard[0] = 0;
    caw__check_always(true, name, "file.c", 7);
    CHECK_TEXT(heard, "");
    caw__check_always(false, name, "file.c", 7);
    CHECK(strstr(heard, "not true at file.c:7: nnnn") != NULL);
    caw__check_stopped = NULL;
}
#endif

#if defined(CAW_CHECKED) && !defined(__wasm__) && !defined(__SANITIZE_THREAD__) && !__has_feature(thread_sanitizer)

/* A signal is the whole process's: not where two threads run this at once. */
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
