/*
 * What is over futures is cancelled: each member is asked as asyncio would, and no more often than it takes.
 */
#include "tasks.h"

static CAW_ASYNC(void, await_it, caw_of(void) it)
{
    CAW_BEGIN_OWNING(void, caw_unref(it)) {
        CAW_AWAIT(it);
    } CAW_END;
}

static CAW_ASYNC(void, await_word, caw_of(void) it, const char *word)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(it);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("%s:%s", word, caw_error_message(error));
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

/* As many ways to a task as asyncio's recursion finds, so many cancellations it counts. */
ASYNC_TEST(counts_are_asyncios)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        caw_of(void) t1 = caw_spawn(await_word(caw_ref(f), "1"));
        caw_of(void) t2 = caw_spawn(await_word(caw_ref(t1), "2"));
        caw_of(void) t3 = caw_spawn(await_word(caw_ref(t2), "3"));
        caw_of(caw_results *) low = caw_gather(caw_ref(t1), caw_ref(t2), caw_ref(t3));
        caw_of(caw_results *) high = caw_gather(caw_ref(low), caw_ref(t3), caw_gather(caw_ref(low), caw_ref(f)));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(high, "why"));
        CHECK_INT(caw_cancelling(t1), 3 + 1 + 3);
        CHECK_INT(caw_cancelling(t2), 2 + 1 + 2);
        CHECK_INT(caw_cancelling(t3), 1 + 1 + 1);
        CHECK(caw_cancelled(f));
        CHECK_RAISES(high, CAW_CANCELLED_ERROR, "why");
        CHECK_RAISES(caw_ref(t3), CAW_CANCELLED_ERROR, "");
        CHECK_TRACE("1:why 2: 3:");
        caw_unref(low);
        caw_unref(t1);
        caw_unref(t2);
        caw_unref(t3);
        caw_unref(f);
    } CAW_END;
}

/* Whose children say no the second time was not asked to end (gather's return value, and what it gives in the end). */
ASYNC_TEST(the_second_answer_is_asyncios)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        caw_of(caw_results *) first = caw_gather_settled(caw_ref(f)), second = caw_gather_settled(f);
        caw_of(caw_results *) both = caw_gather_settled(caw_ref(first), caw_ref(second));
        CHECK(caw_cancel(both, NULL));
        CHECK_RAISES(both, CAW_CANCELLED_ERROR, "");
        CHECK_RAISES(first, CAW_CANCELLED_ERROR, "");
        caw_results *results = CAW_AWAIT(second);
        CHECK(caw_error_is(caw_error_at(results, 0), CAW_CANCELLED_ERROR));
        caw_unref(results);
    } CAW_END;
}

/* Of k gathers each over the two before there are 2^k ways to the first. */
ASYNC_TEST(gathers_over_gathers)
{
    CAW_BEGIN(void) {
        caw_of(void) task = caw_spawn(nap(1000));
        caw_of(caw_results *) one = caw_gather(caw_ref(task)), two = caw_gather(caw_ref(one));
        CAW_AWAIT(caw_sleep(0));
        for (int k = 0; k < 100; k++) {
            caw_of(caw_results *) three = caw_gather(one, caw_ref(two));
            one = two;
            two = three;
        }
        CHECK(caw_cancel(two, NULL));
        CHECK_INT(caw_cancelling(task), INT32_MAX);
        caw_unref(one);
        CHECK_RAISES(two, CAW_CANCELLED_ERROR, "");
        CHECK(caw_cancelled(task));
        caw_unref(task);
    } CAW_END;
}

ASYNC_TEST(races_over_races)
{
    CAW_BEGIN(void) {
        caw_of(void) task = caw_spawn(nap(1000));
        caw_of(void) one = caw_race(caw_ref(task)), two = caw_race(caw_ref(one));
        CAW_AWAIT(caw_sleep(0));
        for (int k = 0; k < 100; k++) {
            caw_of(void) three = caw_race(one, caw_ref(two));
            one = two;
            two = three;
        }
        CHECK(caw_cancel(two, NULL));
        caw_unref(one);
        CHECK_RAISES(two, CAW_CANCELLED_ERROR, "");
        CHECK(caw_cancelled(task));
        caw_unref(task);
    } CAW_END;
}

/* A task behind each: a chain of n in one gather takes n steps, not n squared. */
static CAW_ASYNC(void, chain_in_gather, int n)
{
    CAW_BEGIN(void) {
        static caw_any *tasks[100000];
        caw_of(void) last = caw_future(void);
        for (int i = 0; i < n; i++) {
            tasks[i] = caw_base(caw_spawn(await_it(last)));
            last = (caw_of(void))(uintptr_t)caw_ref(tasks[i]);
        }
        caw_unref(last);
        caw_of(caw_results *) all = caw_gather_array(tasks, (size_t)n);
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(all, NULL));
        CHECK_INT(caw_cancelling((caw_of(void))tasks[0]), n);
        CHECK_INT(caw_cancelling((caw_of(void))tasks[n - 1]), 1);
        CHECK_RAISES(all, CAW_CANCELLED_ERROR, "");
    } CAW_END;
}

ASYNC_TEST(a_gather_of_a_chain)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(chain_in_gather(3));
        CAW_AWAIT(chain_in_gather(100000));
    } CAW_END;
}

/* The third answer is as the second: what is asked once more has ended meanwhile. */
ASYNC_TEST(the_third_answer_is_as_the_second)
{
    CAW_BEGIN(void) {
        caw_of(void) f = caw_future(void);
        caw_of(caw_results *) inner = caw_gather_settled(f);
        caw_of(caw_results *) each[3];
        for (int i = 0; i < 3; i++) each[i] = caw_gather_settled(caw_ref(inner));
        caw_of(caw_results *) all = caw_gather_settled(caw_ref(each[0]), caw_ref(each[1]), caw_ref(each[2]));
        CHECK(caw_cancel(all, NULL));
        CHECK_RAISES(all, CAW_CANCELLED_ERROR, "");
        CHECK_RAISES(each[0], CAW_CANCELLED_ERROR, "");
        for (int i = 1; i < 3; i++) {
            caw_results *results = CAW_AWAIT(each[i]);
            CHECK(caw_error_is(caw_error_at(results, 0), CAW_CANCELLED_ERROR));
            caw_unref(results);
        }
        caw_unref(inner);
    } CAW_END;
}

/* And as the second when that is yes: a task that has not ended can be asked again. */
ASYNC_TEST(the_third_answer_is_yes)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(nap(1000));
        caw_of(caw_results *) inner = caw_gather_settled(caw_ref(task));
        caw_of(caw_results *) each[3];
        for (int i = 0; i < 3; i++) each[i] = caw_gather_settled(caw_ref(inner));
        caw_of(caw_results *) all = caw_gather_settled(caw_ref(each[0]), caw_ref(each[1]), caw_ref(each[2]));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(all, NULL));
        CHECK_INT(caw_cancelling(task), 3);
        CHECK_RAISES(all, CAW_CANCELLED_ERROR, "");
        for (int i = 0; i < 3; i++) CHECK_RAISES(each[i], CAW_CANCELLED_ERROR, "");
        CHECK_RAISES(inner, CAW_CANCELLED_ERROR, "");
        caw_unref(task);
    } CAW_END;
}

static CAW_ASYNC(void, gather_oneself, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_gather((caw_of(void))caw_ref(caw_current_task()))));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("inner!");
            CAW_AWAIT(caw_sleep(1));
            trace("inner.");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, gather_given, caw_of(void) one)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_gather_settled(one, nap(100))));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("outer!");
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Only who is in the circle is told at once; who waits for it outside waits until it has ended. */
ASYNC_TEST(a_circle_below)
{
    CAW_BEGIN(void) {
        caw_auto inner = caw_spawn(gather_oneself());
        caw_auto outer = caw_spawn(gather_given(inner));
        CAW_AWAIT(caw_sleep(0));
        CHECK(caw_cancel(outer, NULL));
        CAW_AWAIT(outer);
        CHECK_TRACE("inner! inner. outer!");
    } CAW_END;
}

static caw_of(caw_results *) given;

static CAW_ASYNC(void, await_given, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        caw_unref(CAW_AWAIT(caw_ref(given)));
    } CAW_END;
}

/* From outside of the circle: nobody can agree, each is asked once. */
ASYNC_TEST(a_gather_that_its_member_awaits)
{
    CAW_BEGIN(void) {
        caw_of(void) task = caw_spawn(await_given());
        given = caw_gather(caw_ref(task));
        CAW_AWAIT(caw_sleep(1));
        CHECK(caw_cancel(given, NULL));
        CHECK_INT(caw_cancelling(task), 1);
        CHECK_RAISES(given, CAW_CANCELLED_ERROR, NULL);
        CHECK(caw_cancelled(task));
        caw_unref(task);
    } CAW_END;
}
