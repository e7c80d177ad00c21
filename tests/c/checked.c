/* The checked build: what was never awaited, what is awaited twice. Without CAW_CHECKED only that nothing of it is said. */
#include "test.h"

static CAW_ASYNC(int, give, int n)
{
    CAW_BEGIN(int) {
        if (n) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(n);
    } CAW_END;
}

ASYNC_TEST(what_is_dropped_or_awaited_is_not_reported)
{
    CAW_BEGIN(void) {
        caw_drop(give(1));
        CHECK_INT(CAW_AWAIT(give(0)) + CAW_AWAIT(give(1)), 1);
        CHECK_INT(CAW_AWAIT(caw_spawn(give(1))), 1);
        caw_drop(caw_wait_for(give(1), 5));
    } CAW_END;
}

ASYNC_TEST(many_coroutines_come_and_go)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 2000; i++) CHECK_INT(CAW_AWAIT(give(i % 3)), i % 3);
        CHECK_INT(caw_get_stats().frames, 1);
        for (int i = 0; i < 2000; i++) caw_unref(caw_spawn(give(i % 3)));
        CAW_AWAIT(caw_sleep(1));
        CHECK_INT(caw_get_stats().frames, 1);
    } CAW_END;
}

#ifdef CAW_CHECKED

static caw_of(int) forgotten;

static CAW_ASYNC(void, forget, void)
{
    CAW_BEGIN(void) {
        forgotten = give(1);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

TEST(what_was_never_awaited_is_reported_when_the_loop_closes)
{
    CHECK_ERROR(caw_run(forget(), NULL), CAW_OK, "");
    CHECK_LOGGED("coroutine 'give' was never awaited\n  task: give (");
    CHECK_ERROR(caw_run(give(1), NULL), CAW_OK, ""); /* once */
    caw_drop(forgotten);
}

static CAW_ASYNC(void, await_it, caw_of(int) handle)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(handle);
    } CAW_END;
}

ASYNC_TEST(awaiting_twice_is_an_error)
{
    CAW_BEGIN(void) {
        for (int n = 0; n < 2; n++) {
            caw_of(int) handle = give(n);
            CHECK_INT(CAW_AWAIT(handle), n);
            CHECK_RAISES(handle, CAW_RUNTIME_ERROR, NULL); /* what it says: misuse.c */
            CHECK_RAISES(await_it(handle), CAW_RUNTIME_ERROR, NULL);
            CHECK_RAISES(caw_spawn(handle), CAW_RUNTIME_ERROR, NULL);
        }
        caw_of(int) dropped = give(1);
        caw_drop(dropped);
        CHECK_RAISES(dropped, CAW_RUNTIME_ERROR, NULL);
        caw_of(int) spawned = give(1);
        CHECK_INT(CAW_AWAIT(caw_spawn(spawned)), 1);
        CHECK_RAISES(spawned, CAW_RUNTIME_ERROR, NULL);
        caw_drop(spawned);
    } CAW_END;
}

/* ---- What holds in the library itself ------------------------------------------------------------------------------------- */

extern _Thread_local void (*caw__check_stopped)(const char *text); /* in place of the end of the program */
void        caw__check_always(bool holds, const char *what, const char *file, unsigned line);
static char told[300];
static void note(const char *text) { snprintf(told, sizeof told, "%s", text); }

TEST(what_does_not_hold_is_told_with_its_place)
{
    caw__check_stopped = note;
    caw__check_always(true, "fine", "some.c", 1);
    CHECK_TEXT(told, "");
    caw__check_always(false, "a < b", "some.c", 7);
    CHECK(strstr(told, ": not true at some.c:7: a < b"));
    caw__check_stopped = NULL;
}

#endif
