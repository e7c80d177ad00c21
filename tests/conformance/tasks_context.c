/* CPython's BaseTaskTests (test_tasks): tasks and context variables. */
#include "conform.h"

static caw_context_var number = CAW_CONTEXT_VAR("number", caw_int(-1));
static int             get(void) { return caw_context_get(&number).as_int32; }
#define SET(i) CAW_CHECK(caw_context_set(&number, caw_int(i)))

static CAW_ASYNC(void, sub_1, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0.01));
        CHECK_INT(get(), -1);
        SET(2);
    } CAW_END;
}

static CAW_ASYNC(void, main_1, void)
{
    CAW_BEGIN(void) {
        CHECK_INT(get(), -1);
        caw_auto t = caw_spawn(sub_1());
        SET(1);
        CHECK_INT(get(), 1);
        CAW_AWAIT(t);
        CHECK_INT(get(), 1);
    } CAW_END;
}

TEST(context_1) { CHECK_ERROR(caw_run(main_1(), NULL), CAW_OK, NULL); }

/* A callback's change stays with the callback. */
static void change(void *unused, caw_any *future)
{
    (void)unused, (void)future;
    CHECK_INT(caw_context_set(&number, caw_int(1000)), 0);
}
static void set_done(void *future) { caw_set_done(*(caw_of(void) *)future); }

static CAW_ASYNC(void, main_2, void)
{
    CAW_BEGIN(void) {
        CHECK_INT(get(), -1);
        for (int j = 0; j < 2; j++) {
            caw_of(void) f = caw_future(void);
            CHECK_INT(caw_add_done_callback(f, change, NULL), 0);
            SET(j);
            caw_unref(caw_call_soon(NULL, set_done, &f));
            CAW_AWAIT(caw_ref(f));
            CHECK_INT(get(), j);
            caw_unref(f);
            for (int i = 0; i < 3; i++) {
                SET(10 * j + i);
                CAW_AWAIT(caw_sleep(0.001));
                CHECK_INT(get(), 10 * j + i);
            }
        }
    } CAW_END;
}

TEST(context_2)
{
    CHECK_ERROR(caw_run(main_2(), NULL), CAW_OK, NULL);
    CHECK_INT(get(), -1);
}

static CAW_ASYNC(void, sub_3, int n)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 10; i++) {
            SET(n + i);
            CAW_AWAIT(caw_sleep(0.001 * (1 + (n * 7 + i * 13) % 50)));
            CHECK_INT(get(), n + i);
        }
    } CAW_END;
}

static CAW_ASYNC(void, main_3, void)
{
    CAW_BEGIN(void) {
        caw_any *tasks[100];
        for (int i = 0; i < 100; i++) tasks[i] = caw_base(caw_spawn(sub_3(i * 31 % 11)));
        caw_unref(CAW_AWAIT(caw_gather_array(tasks, 100)));
    } CAW_END;
}

TEST(context_3)
{
    CHECK_ERROR(caw_run(main_3(), NULL), CAW_OK, NULL);
    CHECK_INT(get(), -1);
}

static CAW_ASYNC(void, sub_4, int value)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        SET(value);
    } CAW_END;
}

static void trace_number(void *unused)
{
    (void)unused;
    trace("%d", get());
}

/* Tasks in one context that they are given: what they set is there afterwards. */
ASYNC_TEST(context_4)
{
    CAW_BEGIN(void) {
        caw_context *context = caw_context_copy();
        CAW_DEFER(caw_unref, context);
        caw_context_run(context, trace_number, NULL);
        CAW_AWAIT(caw_spawn(sub_4(1), .context = context));
        caw_context_run(context, trace_number, NULL);
        CAW_AWAIT(caw_spawn(sub_4(2), .context = context));
        caw_context_run(context, trace_number, NULL);
        CHECK_TRACE("-1 1 2");
        CHECK_INT(get(), -1);
    } CAW_END;
}
