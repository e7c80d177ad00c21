/* The Nth allocation fails: the shutdown with tasks left over, interrupts, contexts of runs. */
#include "fault.h"

static caw_context_var number = CAW_CONTEXT_VAR("number", caw_int(0));

static CAW_ASYNC(void, leftover, int passes)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1000));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            while (passes--) CAW_AWAIT(caw_sleep(0));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

SCENARIO(tasks_are_left)
{
    CAW_BEGIN(void) {
        CAW_CHECK(caw_context_set(&number, caw_int(1)));
        for (int i = 0; i < 3; i++) {
            caw_of(void) task = caw_spawn(leftover(i));
            CAW_DEFER(caw_unref, task);
            if (caw_done(task)) CAW_AWAIT(caw_ref(task)); /* there was no memory for it */
        }
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static void interrupt(void *unused)
{
    (void)unused;
    caw_interrupt(NULL);
}

/* Refuses the interrupt. */
SCENARIO(interrupted)
{
    CAW_BEGIN(void) {
        caw_unref(NEED(caw_call_later(NULL, 1, interrupt, NULL)));
        CAW_TRY {
            CAW_AWAIT(leftover(1));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, add_one, void)
{
    CAW_BEGIN(void) {
        caw_value value = caw_context_get(&number);
        CAW_AWAIT(caw_sleep(0));
        CAW_CHECK(caw_context_set(&number, caw_int(value.as_int32 + 1)));
    } CAW_END;
}

TEST(a_runner_can_be_used_after_it)
{
    bool through = false;
    for (size_t nth = 1; !through; nth++) {
        caw_runner runner = {.debug = false};
        allocation = 0;
        failing = nth;
        caw_error *error = caw_runner_run(&runner, add_one(), NULL);
        through = allocation < nth;
        failing = 0;
        bool in_time = CAW__POOLED && !error; /* where a large chunk is not to be had, a small one is asked for */
        CHECK_INT(caw_error_type_of(error), through || in_time ? CAW_OK : CAW_MEMORY_ERROR);
        caw_unref(error);
        CHECK_ERROR(caw_runner_run(&runner, add_one(), NULL), CAW_OK, "");
        CHECK_INT(caw_runner_close(&runner), 0);
    }
}

static int cancelled;

static CAW_ASYNC(void, until_cancelled, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1000));
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) { /* without memory it is MemoryError */
            cancelled++;
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

/* As it ends nothing is left, or only so many blocks more. */
static CAW_ASYNC(void, leave_three, size_t more)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 3; i++) caw_unref(caw_spawn(until_cancelled()));
        CAW_AWAIT(caw_sleep(0));
        failing_on = true;
        failing = allocation + 1 + more;
    } CAW_END;
}

TEST(all_that_are_left_are_cancelled_or_none)
{
    int times[2] = {0, 0};
    for (size_t more = 0; more < 40; more++) {
        failing = allocation = 0;
        cancelled = 0;
        caw_unref(caw_run(leave_three(more), NULL));
        failing = 0;
        failing_on = false;
        CHECK(cancelled == 0 || cancelled == 3);
        times[cancelled == 3]++;
        test.log[0] = 0;
    }
    CHECK(times[1] > 0);
}
