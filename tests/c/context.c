/* Context variables: who sees what was set where. */
#include "test.h"

static caw_context_var number = CAW_CONTEXT_VAR("number", caw_int(7));
static caw_context_var text = CAW_CONTEXT_VAR("text", caw_none());

static int get(void)
{
    caw_value value = caw_context_get(&number);
    CHECK_INT(value.tag, CAW_INT32);
    return value.as_int32;
}

static void set(int n) { CHECK_INT(caw_context_set(&number, caw_int(n)), 0); }

static void show(void *word) { trace("%s%d", (const char *)word, get()); }

static CAW_ASYNC(void, child, const char *word, int n)
{
    CAW_BEGIN(void) {
        show((void *)(uintptr_t)word);
        set(n);
        CAW_AWAIT(caw_sleep(0));
        show((void *)(uintptr_t)word);
    } CAW_END;
}

ASYNC_TEST(an_awaited_coroutine_shares_the_context)
{
    CAW_BEGIN(void) {
        CHECK_INT(get(), 7);
        CAW_AWAIT(child("a", 8));
        CHECK_TRACE("a7 a8");
        CHECK_INT(get(), 8);
    } CAW_END;
}

ASYNC_TEST(a_task_has_a_copy)
{
    CAW_BEGIN(void) {
        CHECK_INT(get(), 7);
        set(1);
        caw_auto a = caw_spawn(child("a", 2));
        set(3); /* after the copy */
        caw_auto b = caw_spawn(child("b", 4));
        CAW_AWAIT(a);
        CAW_AWAIT(b);
        CHECK_TRACE("a1 b3 a2 b4");
        CHECK_INT(get(), 3);
    } CAW_END;
}

ASYNC_TEST(an_eager_task_does_not_change_its_maker)
{
    CAW_BEGIN(void) {
        set(1);
        caw_auto a = caw_spawn(child("a", 2), .eager = true);
        CHECK_TRACE("a1");
        CHECK_INT(get(), 1);
        CAW_AWAIT(a);
        CHECK_TRACE("a2");
    } CAW_END;
}

static void say_done(void *word, caw_any *future)
{
    (void)future;
    show(word);
}

ASYNC_TEST(callbacks_capture_the_context_when_scheduled)
{
    CAW_BEGIN(void) {
        caw_of(void) future = caw_future(void);
        set(1);
        caw_unref(caw_call_soon(NULL, show, "soon"));
        caw_unref(caw_call_later(NULL, 0, show, "later"));
        CHECK_INT(caw_add_done_callback(future, say_done, "done"), 0);
        set(2);
        CHECK_INT(caw_set_done(future), 0);
        caw_unref(future);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("soon1 done1 later1");
    } CAW_END;
}

static void set_nine(void *unused)
{
    (void)unused;
    set(9);
}

ASYNC_TEST(running_in_a_context)
{
    CAW_BEGIN(void) {
        set(1);
        caw_context *copy = caw_context_copy();
        set(2);
        caw_context_run(copy, show, "copy");
        caw_context_run(copy, set_nine, NULL);
        CHECK_INT(get(), 2);
        caw_context_run(copy, show, "copy");
        caw_auto task = caw_spawn(child("task", 5), .context = copy); /* in it, not in a copy of it */
        CAW_AWAIT(task);
        caw_context_run(copy, show, "copy");
        CHECK_TRACE("copy1 copy9 task9 task5 copy5");
        caw_unref(copy);
    } CAW_END;
}

TEST(outside_a_loop)
{
    CHECK_INT(get(), 7);
    caw_context *empty = caw_context_copy();
    caw_context_run(empty, set_nine, NULL);
    CHECK_INT(get(), 7);
    caw_context_run(empty, show, "in");
    CHECK_TRACE("in9");
    caw_unref(empty);
}

ASYNC_TEST(values_are_owned)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_context_get(&text).tag, CAW_NONE);
        for (int i = 0; i < 3; i++) CHECK_INT(caw_context_set(&text, caw_text(caw_string_of("value"))), 0);
        set(1);
        set(2); /* not the newest binding: the chain in front of it is rebuilt */
        caw_value value = caw_context_get(&text);
        CHECK_TEXT(caw_string_data(value.as_string), "value");
        caw_value_drop(value);
        CHECK_INT(caw_context_set(&text, caw_none()), 0);
        CHECK_INT(get(), 2);
    } CAW_END;
}
