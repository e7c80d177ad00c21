/* The Nth allocation fails: semaphores, queues, timeouts, futures, contexts. */
#include "fault.h"

static void do_nothing(void *unused) { (void)unused; }

/* These own the references they are given: whoever made them may be gone before they run. */
static CAW_ASYNC(void, hold, caw_semaphore *s)
{
    CAW_BEGIN_OWNING(void, caw_unref(s)) {
        CAW_DEFER(caw_unref, s);
        CAW_AWAIT(caw_acquire(s));
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1));
        } CAW_FINALLY {
            caw_release(s);
        }
        CAW_END_TRY;
    } CAW_END;
}

SCENARIO(semaphores)
{
    CAW_BEGIN(void) {
        caw_semaphore *s = NEED(caw_semaphore_new(1));
        CAW_DEFER(caw_unref, s);
        caw_results *r = CAW_AWAIT(
            caw_gather_settled(hold(caw_ref(s)), hold(caw_ref(s)), caw_wait_for(hold(caw_ref(s)), 1.5), hold(caw_ref(s))));
        CAW_DEFER(caw_unref, r);
        CHECK_INT(caw_semaphore_value(s), 1); /* whoever failed gave its permit back */
        for (size_t i = 0; i < 4; i++) {
            if (caw_error_is(caw_error_at(r, i), CAW_MEMORY_ERROR)) CAW_RAISE_ERROR(caw_ref(caw_error_at(r, i)));
        }
    } CAW_END;
}

static CAW_ASYNC(void, produce, caw_queue *q, int count)
{
    CAW_BEGIN_OWNING(void, caw_unref(q)) {
        CAW_DEFER(caw_unref, q);
        CAW_TRY {
            for (int i = 0; i < count; i++) CAW_AWAIT(caw_queue_put(q, caw_text(NEED(caw_string_of("item")))));
        } CAW_FINALLY {
            caw_queue_shutdown(q, false);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(int, consume, caw_queue *q)
{
    CAW_BEGIN_OWNING(int, caw_unref(q)) {
        CAW_DEFER(caw_unref, q);
        int count = 0;
        CAW_TRY {
            for (;;) {
                caw_value_drop(CAW_AWAIT(caw_queue_get(q)));
                count++;
                caw_queue_task_done(q);
            }
        } CAW_EXCEPT(CAW_QUEUE_SHUT_DOWN, error) {
        } CAW_FINALLY {
            caw_queue_shutdown(q, true); /* so that nobody waits for one that failed */
        }
        CAW_END_TRY;
        CAW_RETURN(count);
    } CAW_END;
}

SCENARIO(queues)
{
    CAW_BEGIN(void) {
        caw_queue *q = NEED(caw_queue_new(2));
        CAW_DEFER(caw_unref, q);
        caw_results *r = NULL;
        CAW_TRY {
            r = CAW_AWAIT(
                caw_wait_for(caw_gather_settled(produce(caw_ref(q), 12), consume(caw_ref(q)), consume(caw_ref(q))), 10));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) { /* a producer that never started */
            CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        }
        CAW_END_TRY;
        CAW_DEFER(caw_unref, r);
        for (size_t i = 0; i < 3; i++) {
            if (caw_error_is(caw_error_at(r, i), CAW_MEMORY_ERROR)) CAW_RAISE_ERROR(caw_ref(caw_error_at(r, i)));
        }
        caw_queue *unbounded = NEED(caw_queue_new(0));
        CAW_DEFER(caw_unref, unbounded);
        for (int i = 0; i < 20; i++) CAW_CHECK(caw_queue_put_nowait(unbounded, caw_text(caw_string_of("left"))));
        CAW_TRY {
            CAW_AWAIT(caw_wait_for(caw_queue_join(unbounded), 1));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
        }
        CAW_END_TRY;
    } CAW_END;
}

static caw_context_var first = CAW_CONTEXT_VAR("first", caw_none());
static caw_context_var second = CAW_CONTEXT_VAR("second", caw_none());

static CAW_ASYNC(void, set_in_task, void)
{
    CAW_BEGIN(void) {
        CAW_CHECK(caw_context_set(&first, caw_text(caw_string_of("task"))));
        CAW_AWAIT(caw_sleep(0));
        caw_value_drop(caw_context_get(&first));
    } CAW_END;
}

SCENARIO(contexts)
{
    CAW_BEGIN(void) {
        CAW_CHECK(caw_context_set(&first, caw_text(caw_string_of("one"))));
        CAW_CHECK(caw_context_set(&second, caw_text(caw_string_of("two"))));
        CAW_CHECK(caw_context_set(&first, caw_text(caw_string_of("three")))); /* under another binding */
        caw_context *copy = NEED(caw_context_copy());
        CAW_DEFER(caw_unref, copy);
        CAW_AWAIT(caw_spawn(set_in_task()));
        CAW_AWAIT(caw_spawn(set_in_task(), .context = copy));
        caw_unref(NEED(caw_call_soon(NULL, do_nothing, NULL)));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}
