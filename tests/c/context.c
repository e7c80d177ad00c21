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
        set(2);
        caw_value value = caw_context_get(&text);
        CHECK_TEXT(caw_string_data(value.as_string), "value");
        caw_value_drop(value);
        CHECK_INT(caw_context_set(&text, caw_none()), 0);
        CHECK_INT(get(), 2);
    } CAW_END;
}

static caw_context_var owned = CAW_CONTEXT_VAR("owned", caw_none());

static void set_owned(char *word, void (*destroy)(void *))
{
    CHECK_INT(caw_context_set(&owned, caw_pointer(word, destroy)), 0);
}

ASYNC_TEST(a_pointer_outlives_what_is_set_over_it)
{
    CAW_BEGIN(void) {
        char word[] = "destroyed";
        set(1);
        set_owned(word, say);
        set(2);
        caw_value value = caw_context_get(&owned);
        CHECK(value.as_pointer == (void *)word);
        CHECK_TRACE("");
        caw_context *copy = caw_context_copy();
        CHECK_INT(caw_context_set(&owned, caw_none()), 0);
        set(3);
        CHECK_TRACE("");
        caw_value_drop(value);
        CHECK_TRACE("");
        caw_unref(copy);
        CHECK_TRACE("destroyed");
    } CAW_END;
}

TEST(the_initial_value_stays)
{
    static char            word[] = "never";
    static caw_context_var constant = CAW_CONTEXT_VAR("constant", caw_pointer(word, say));
    for (int i = 0; i < 2; i++) caw_value_drop(caw_context_get(&constant));
}

/* Destructors that do what they like: the context that they are in is whole. */

static void read_and_schedule(void *word)
{
    show(word);
    caw_unref(caw_call_soon(caw_running_loop(), show, word));
    caw_value value = caw_context_get(&owned);
    trace("%d", (int)value.tag);
    caw_value_drop(value);
}

static CAW_ASYNC(void, holder, char *word)
{
    CAW_BEGIN(void) {
        set(5);
        set_owned(word, read_and_schedule);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static void hold(void *word) { set_owned(word, read_and_schedule); }
static void hold_when_done(void *word, caw_any *future)
{
    (void)future;
    hold(word);
}

ASYNC_TEST(a_destructor_may_use_the_context)
{
    CAW_BEGIN(void) {
        char word[] = "a", other[] = "b";
        set(4);
        set_owned(word, read_and_schedule);
        set_owned(other, NULL); /* by what is set over it */
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("a4 5 a4");
        caw_unref(caw_call_soon(NULL, hold, word)); /* with the context of a callback */
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("a7 0 a7");
        caw_of(void) future = caw_future(void); /* of a done callback */
        CHECK_INT(caw_add_done_callback(future, hold_when_done, word), 0);
        CHECK_INT(caw_set_done(future), 0);
        caw_unref(future);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("a7 0 a7");
        caw_context *copy = caw_context_copy(); /* of caw_context_run */
        caw_context_run(copy, hold, word);
        CHECK_TRACE("");
        caw_unref(copy);
        CHECK_TRACE("a4 5");
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("a4");
        caw_auto task = caw_spawn(holder(word)); /* of a task: when that ends */
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("a7 0 a7");
        CAW_AWAIT(task);
        caw_context *empty = caw_context_copy();
        caw_context_run(empty, hold, word);
        caw_unref(empty);
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("a4 5 a4");
    } CAW_END;
}

static void whose(void *unused)
{
    (void)unused;
    trace(caw_current_task() ? "a task's" : "nobody's");
}

static CAW_ASYNC(void, has_owned, void)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_context_set(&owned, caw_pointer(NULL, whose)), 0);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

ASYNC_TEST(a_task_that_has_ended_is_not_the_current_one)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(has_owned()));
        CAW_AWAIT(caw_sleep(1));
        CHECK_TRACE("nobody's");
        CHECK_INT(caw_context_set(&owned, caw_pointer(NULL, whose)), 0);
        CHECK_INT(caw_context_set(&owned, caw_none()), 0);
        CHECK_TRACE("a task's");
    } CAW_END;
}

static void set_again(void *unused)
{
    (void)unused;
    set(get() + 1);
}

ASYNC_TEST(a_destructor_may_set_variables)
{
    CAW_BEGIN(void) {
        set(1);
        CHECK_INT(caw_context_set(&owned, caw_pointer(NULL, set_again)), 0);
        CHECK_INT(caw_context_set(&owned, caw_pointer(NULL, set_again)), 0);
        CHECK_INT(get(), 2);
        CHECK_INT(caw_context_set(&owned, caw_none()), 0);
        CHECK_INT(get(), 3);
    } CAW_END;
}

static CAW_ASYNC(void, keeps_itself, void)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_context_set(&owned, caw_pointer((void *)caw_ref(caw_current_task()), caw_unref)), 0);
        CAW_AWAIT(caw_sleep(1));
        trace("ends");
    } CAW_END;
}

ASYNC_TEST(a_task_in_its_own_context_ends)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(keeps_itself()));
        CAW_AWAIT(caw_sleep(2));
        CHECK_TRACE("ends");
    } CAW_END;
}

/* ---- Many variables ------------------------------------------------------------------------------------------------------ */

enum { MANY = 2000 };
static caw_context_var variables[MANY];

static int nth(int i)
{
    caw_value value = caw_context_get(&variables[i]);
    return value.tag == CAW_INT32 ? value.as_int32 : -1;
}

static CAW_ASYNC(int, sum_up_to, int count)
{
    CAW_BEGIN(int) {
        int sum = 0;
        for (int i = 0; i < count; i++) sum += nth(i);
        CHECK_INT(nth(count), -1);
        CAW_RETURN(sum);
    } CAW_END;
}

ASYNC_TEST(every_copy_has_what_was_set_before_it)
{
    CAW_BEGIN(void) {
        enum { FEW = 60 };
        caw_of(int) tasks[FEW];
        for (int i = 0; i < FEW; i++) {
            tasks[i] = caw_spawn(sum_up_to(i));
            CHECK_INT(caw_context_set(&variables[i], caw_int(i)), 0);
        }
        for (int i = 0; i < FEW; i++) CHECK_INT(CAW_AWAIT(tasks[i]), i * (i - 1) / 2);
        for (int i = 0; i < FEW; i++) CHECK_INT(nth(i), i);
    } CAW_END;
}

/* As many blocks as bindings and forks at most, whatever was set in which order, and a logarithm of them for a copy that changes. */
ASYNC_TEST(variables_cost_the_logarithm_of_their_number)
{
    CAW_BEGIN(void) {
        uint32_t before = caw_get_stats().blocks;
        for (int i = 0; i < MANY; i++) {
            int          at = (i * 7919) % MANY;
            caw_context *copy = caw_context_copy();
            uint32_t     shared = caw_get_stats().blocks;
            CHECK_INT(caw_context_set(&variables[at], caw_int(at)), 0);
            if (caw_get_stats().blocks - shared > 2 + 18) CHECK_INT(caw_get_stats().blocks - shared, 20);
            caw_unref(copy);
        }
        CHECK(caw_get_stats().blocks - before <= 2 * MANY + 1);
        for (int i = 0; i < MANY; i++) CHECK_INT(nth(i), i);
        uint32_t full = caw_get_stats().blocks;
        for (int i = 0; i < MANY; i++) CHECK_INT(caw_context_set(&variables[i], caw_int(-i)), 0); /* in place */
        CHECK_INT(caw_get_stats().blocks, full);
        for (int i = 0; i < MANY; i++) CHECK_INT(nth(i), -i);
    } CAW_END;
}
