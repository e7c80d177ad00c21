/*
 * Who asks a failed task for its error calls out: the task's context goes, and with it values of the program's. Here their destructor
 * finishes who asks, or begins something else over the same futures.
 */
#include "tasks.h"

static caw_context_var variable = CAW_CONTEXT_VAR("variable", caw_none());
static void (*on_destroy)(void);

static void destroy(void *memory)
{
    void (*act)(void) = on_destroy;
    free(memory);
    on_destroy = NULL;
    if (act) act();
}

static CAW_ASYNC(int, fails, int passes)
{
    CAW_BEGIN(int) {
        CHECK_INT(caw_context_set(&variable, caw_pointer(malloc(1), destroy)), 0);
        while (passes-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "its own");
    } CAW_END;
}

static CAW_ASYNC(int, each_fails, const int *passes)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(fails(*passes)));
    } CAW_END;
}

/* ---- Who asks is done when it has the answer ------------------------------------------------------------------------------------- */

static caw_any *asks;

static void finish(void)
{
    trace("destroyed");
    CHECK_INT(caw_set_error((caw_of(int))asks, caw_error_new(CAW_VALUE_ERROR, "meanwhile")), 0);
}

static CAW_ASYNC(void, is_finished, caw_any *any)
{
    CAW_BEGIN(void) {
        asks = any;
        on_destroy = finish;
        for (int i = 0; i < 5; i++) CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("destroyed");
        CHECK_ERROR(caw_exception((caw_of(int))any), CAW_VALUE_ERROR, "meanwhile");
        caw_unref(any);
    } CAW_END;
}

ASYNC_TEST(a_race)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(is_finished(caw_base(caw_race(fails(1), caw_future(int)))));
    } CAW_END;
}

ASYNC_TEST(any_of_one)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(is_finished(caw_base(caw_any_of(fails(1), fails(0)))));
    } CAW_END;
}

ASYNC_TEST(a_map)
{
    CAW_BEGIN(void) {
        static const int passes[] = {1};
        CAW_AWAIT(is_finished(caw_base(caw_map(each_fails, passes, 1, 1))));
    } CAW_END;
}

ASYNC_TEST(a_gather)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(is_finished(caw_base(caw_gather(fails(1), fails(0)))));
    } CAW_END;
}

ASYNC_TEST(a_shield)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(is_finished(caw_base(caw_shield(fails(1)))));
    } CAW_END;
}

/* The function that begins the next one may finish it, too. */
static caw_any *mapped;
static caw_of(int) waits;

static caw_of(int) begins(const int *n)
{
    caw_of(int) future = caw_future(int);
    if (*n) CHECK_INT(caw_set_error((caw_of(int))mapped, caw_error_new(CAW_VALUE_ERROR, "meanwhile")), 0);
    if (*n) CHECK_INT(caw_set_result(future, *n), 0);
    else waits = caw_ref(future);
    return future;
}

ASYNC_TEST(a_map_by_its_function)
{
    CAW_BEGIN(void) {
        static const int inputs[] = {0, 1};
        caw_of(caw_results *) map = caw_map(begins, inputs, 2, 1);
        mapped = caw_base(map);
        CHECK_INT(caw_set_result(waits, 0), 0);
        caw_unref(waits);
        for (int i = 0; i < 5; i++) CAW_AWAIT(caw_sleep(0));
        CHECK_ERROR(caw_exception(map), CAW_VALUE_ERROR, "meanwhile");
        caw_unref(map);
    } CAW_END;
}

/* ---- Another over the same, in the middle --------------------------------------------------------------------------------------------- */

static caw_of(int) first, second, again;

static int errors_of(caw_of(int) failed)
{
    caw_error *error = caw_exception(failed);
    int        count = (int)caw_error_child_count(error);
    caw_unref(error);
    return count;
}

static void race_of_first(void) { again = caw_race(caw_ref(first)); }

ASYNC_TEST(race_of_the_same_while_errors_are_collected)
{
    CAW_BEGIN(void) {
        first = caw_future(int);
        CHECK_INT(caw_set_error(first, caw_error_new(CAW_VALUE_ERROR, "its own")), 0);
        second = caw_spawn(fails(0));
        caw_of(int) both = caw_any_of(caw_ref(first), caw_ref(second));
        on_destroy = race_of_first;
        for (int i = 0; i < 5; i++) CAW_AWAIT(caw_sleep(0));
        CHECK_INT(errors_of(both), 2);
        CHECK_ERROR(caw_exception(again), CAW_VALUE_ERROR, "its own");
        caw_unref(both);
        caw_unref(again);
        caw_unref(first);
        caw_unref(second);
    } CAW_END;
}
