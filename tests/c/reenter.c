/* The program is called by what is given up: values that nobody gets, errors that nobody retrieves, a loop that is closed. */
#include "reenter.h"

static CAW_ASYNC(void, give_owned, caw_of(caw_value) future)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_result(future, owned()), 0);
        caw_unref(future);
    } CAW_END;
}

static CAW_ASYNC(void, fails_after, int passes)
{
    CAW_BEGIN(void) {
        while (passes-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "on purpose");
    } CAW_END;
}

static CAW_ASYNC(void, in_future, void)
{
    CAW_BEGIN(void) {
        caw_of(caw_value) future = caw_future(caw_value);
        held = caw_ref(caw_base(future));
        caw_unref(caw_spawn(give_owned(caw_ref(future))));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(future);
        other = NULL;
        drop(&held);
    } CAW_END;
}

static CAW_ASYNC(void, of_awaited_task, void)
{
    CAW_BEGIN(void) {
        caw_value value = CAW_AWAIT(caw_spawn(owned_after(2)));
        caw_value_drop(value);
    } CAW_END;
}

/* Rule 10b: the awaiter is cancelled as the task ends, and the result is lost in the wake. */
static CAW_ASYNC(void, drop_awaited, caw_of(caw_value) task)
{
    CAW_BEGIN(void) {
        caw_value_drop(CAW_AWAIT(task));
    } CAW_END;
}
static CAW_ASYNC(void, lost_in_the_wake, void)
{
    CAW_BEGIN(void) {
        caw_of(caw_value) future = caw_future(caw_value);
        caw_auto waiting = caw_spawn(drop_awaited(caw_ref(future)));
        held = caw_ref(caw_base(waiting));
        CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_set_result(future, owned()), 0);
        caw_unref(future);
        caw_cancel(waiting, NULL);
        caw_unref(waiting);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* Rule 12: cancelled while it ends. */
static CAW_ASYNC(caw_value, cancels_itself, void)
{
    CAW_BEGIN(caw_value) {
        caw_cancel(me(), NULL);
        CAW_RETURN(owned());
    } CAW_END;
}
static CAW_ASYNC(void, lost_at_the_end, void)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(cancels_itself());
        held = caw_ref(caw_base(task));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(task);
    } CAW_END;
}

static CAW_ASYNC(void, in_a_queue, void)
{
    CAW_BEGIN(void) {
        caw_queue *queue = caw_queue_new(3);
        held = caw_ref((caw_any *)(void *)queue);
        CAW_DEFER(caw_unref, queue);
        for (int i = 0; i < 3; i++) CHECK_INT(caw_queue_put_nowait(queue, owned()), 0);
        CHECK_INT(caw_queue_put_nowait(queue, owned()), -CAW_QUEUE_FULL);
        caw_queue_shutdown(queue, true);
        CHECK_INT(caw_queue_put_nowait(queue, owned()), -CAW_QUEUE_SHUT_DOWN);
    } CAW_END;
}

static CAW_ASYNC(void, in_a_queue_that_goes, void)
{
    CAW_BEGIN(void) {
        caw_queue *queue = caw_queue_new(0);
        held = (caw_any *)(void *)queue;
        for (int i = 0; i < 3; i++) CHECK_INT(caw_queue_put_nowait(queue, owned()), 0);
        drop(&held);
    } CAW_END;
}

static CAW_ASYNC(void, sets_owned, int passes)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_context_set(&scratch, owned()), 0);
        while (passes-- > 0) CAW_AWAIT(caw_sleep(0));
        CHECK_INT(caw_context_set(&scratch, owned()), 0);
        if (passes == -1) CAW_RAISE(CAW_VALUE_ERROR, "with a context");
    } CAW_END;
}
static CAW_ASYNC(void, in_contexts, void)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_context_set(&scratch, owned()), 0);
        caw_auto fails = caw_spawn(sets_owned(0)), ends = caw_spawn(sets_owned(2)), unborn = caw_spawn(yields(1));
        held = caw_ref(caw_base(fails));
        other = caw_ref(caw_base(ends));
        caw_handle *handle = caw_call_soon(NULL, nothing, NULL), *late = caw_call_later(NULL, 1, nothing, NULL);
        caw_of(void) future = caw_future(void);
        CHECK_INT(caw_add_done_callback(future, acts_when_done, NULL), 0);
        CHECK_INT(caw_context_set(&scratch, caw_int(1)), 0); /* what they have is theirs alone now */
        caw_cancel(unborn, NULL);
        caw_handle_cancel(handle);
        caw_handle_cancel(late);
        caw_unref(handle);
        caw_unref(late);
        caw_unref(unborn);
        CHECK_INT(caw_remove_done_callback(future, acts_when_done, NULL), 1);
        caw_unref(future);
        for (int i = 0; i < 4; i++) CAW_AWAIT(caw_sleep(0));
        caw_unref(caw_exception(fails));
        caw_unref(fails);
        caw_unref(ends);
    } CAW_END;
}

static CAW_ASYNC(void, in_results, void)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_gather(owned_after(1), owned_after(0), owned_after(2))));
        caw_value_drop(CAW_AWAIT(caw_race(owned_after(1), owned_after(1), owned_after(4))));
        caw_value_drop(CAW_AWAIT(caw_any_of(owned_after(2), owned_after(2))));
        caw_unref(CAW_AWAIT(caw_wait(caw_spawn(owned_after(1)), caw_spawn(owned_after(2)))));
        caw_value_drop(CAW_AWAIT(caw_shield(owned_after(1))));
        caw_value_drop(CAW_AWAIT(caw_wait_for(owned_after(1), 5)));
        caw_completions *all = caw_as_completed(owned_after(1), owned_after(0));
        CAW_DEFER(caw_unref, all);
        caw_value_drop(CAW_AWAIT(caw_next_result(all, caw_value)));
    } CAW_END;
}

static CAW_ASYNC_GEN(int, counts, void)
{
    CAW_BEGIN_GEN(int)
    {
        for (int i = 0; i < 3; i++) {
            CAW_YIELD(i);
            caw_value_drop(CAW_SENT());
        }
    }
    CAW_END_GEN;
}
static CAW_ASYNC(void, sent, void)
{
    CAW_BEGIN(void) {
        caw_gen(int) g = counts();
        held = (caw_any *)(void *)caw_ref(g);
        CAW_AWAIT(caw_anext(g));
        CAW_AWAIT(caw_asend(g, owned()));
        caw_drop(caw_asend(g, owned()));
        CAW_AWAIT(caw_aclose(g));
        caw_unref(g);
    } CAW_END;
}

static CAW_ASYNC(void, never_retrieved, void)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(fails_after(1));
        held = caw_ref(caw_base(task));
        caw_of(void) future = caw_future(void);
        other = caw_ref(caw_base(future));
        CHECK_INT(caw_set_error(future, caw_error_new(CAW_OS_ERROR, "lost")), 0);
        caw_unref(future);
        caw_unref(task);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        drop(&held);
        drop(&other);
        caw_unref(caw_gather(caw_spawn(fails_after(0)), caw_spawn(fails_after(0))));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* What is pending when the loop is closed. */
static CAW_ASYNC(void, left_pending, void)
{
    CAW_BEGIN(void) {
        CAW_DEFER(acts, NULL);
        CHECK_INT(caw_context_set(&scratch, owned()), 0);
        caw_gen(int) g = counts();
        CAW_DEFER(caw_unref, g);
        CAW_AWAIT(caw_anext(g));
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1000));
        } CAW_FINALLY {
            act();
        }
        CAW_END_TRY;
    } CAW_END;
}
static CAW_ASYNC(void, pending, void)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(left_pending()));
        caw_unref(caw_spawn(left_pending()));
        caw_unref(caw_call_later(NULL, 1000, acts, NULL));
        caw_of(void) future = caw_future(void);
        held = caw_ref(caw_base(future));
        caw_unref(caw_gather(caw_ref(future), caw_spawn(left_pending())));
        caw_unref(caw_race(caw_ref(future), caw_spawn(left_pending())));
        caw_unref(caw_shield(future));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

TEST(in_future) { each_deed(in_future); }
TEST(of_awaited_task) { each_deed(of_awaited_task); }
TEST(lost_in_the_wake) { each_deed(lost_in_the_wake); }
TEST(lost_at_the_end) { each_deed(lost_at_the_end); }
TEST(in_a_queue) { each_deed(in_a_queue); }
TEST(in_a_queue_that_goes) { each_deed(in_a_queue_that_goes); }
TEST(in_contexts) { each_deed(in_contexts); }
TEST(in_results) { each_deed(in_results); }
TEST(sent) { each_deed(sent); }
TEST(never_retrieved) { each_deed(never_retrieved); }
TEST(pending) { each_deed(pending); }
