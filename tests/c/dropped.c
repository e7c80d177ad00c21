/* What is dropped before it has run gives up what it owns: every async function of the library's that a program may call. */
#include "tasks.h"

static uint32_t refs(const void *object) { return ((const caw__object *)object)->refs; }

/* `it` is held by the coroutine until that is dropped. */
#define DROPPED(name, type, made, coroutine)                                                                                   \
    ASYNC_TEST(name)                                                                                                           \
    {                                                                                                                          \
        CAW_BEGIN(void)                                                                                                        \
        {                                                                                                                      \
            type *it = (made);                                                                                                 \
            CHECK_INT(refs(it), 1);                                                                                            \
            caw_auto handle = (coroutine);                                                                                     \
            CHECK_INT(refs(it), 2);                                                                                            \
            caw_drop(handle);                                                                                                  \
            CHECK_INT(refs(it), 1);                                                                                            \
            caw_unref(it);                                                                                                     \
        }                                                                                                                      \
        CAW_END;                                                                                                               \
    }

static bool never(void *argument)
{
    (void)argument;
    return false;
}

DROPPED(a_lock, caw_lock, caw_lock_new(), caw_lock_acquire(it))
DROPPED(an_event, caw_event, caw_event_new(), caw_event_wait(it))
DROPPED(a_semaphore, caw_semaphore, caw_semaphore_new(0), caw_acquire(it))
DROPPED(a_condition, caw_condition, caw_condition_new(NULL), caw_condition_wait(it))
DROPPED(a_condition_for, caw_condition, caw_condition_new(NULL), caw_condition_wait_for(it, never, NULL))
DROPPED(a_barrier, caw_barrier, caw_barrier_new(1), caw_barrier_wait(it))
DROPPED(a_reset, caw_barrier, caw_barrier_new(1), caw_barrier_reset(it))
DROPPED(an_abort, caw_barrier, caw_barrier_new(1), caw_barrier_abort(it))
DROPPED(a_get, caw_queue, caw_queue_new(1), caw_queue_get(it))
DROPPED(a_join, caw_queue, caw_queue_new(1), caw_queue_join(it))
DROPPED(a_read, caw_stream_reader, caw_stream_reader_new(9), caw_stream_read(it, 5))
DROPPED(a_read_to_the_end, caw_stream_reader, caw_stream_reader_new(9), caw_stream_read(it, -1))
DROPPED(an_exact_read, caw_stream_reader, caw_stream_reader_new(9), caw_stream_readexactly(it, 5))
DROPPED(a_line, caw_stream_reader, caw_stream_reader_new(9), caw_stream_readline(it))
DROPPED(a_read_up_to, caw_stream_reader, caw_stream_reader_new(9), caw_stream_readuntil(it, "separator", 9))
DROPPED(a_close_of_a_stack, caw_exit_stack, caw_exit_stack_new(), caw_exit_stack_aclose(it))

ASYNC_TEST(a_put_gives_up_its_value)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(1);
        caw_drop(caw_queue_put(q, caw_pointer("value", say)));
        CHECK_TRACE("value");
        CHECK_INT(refs(q), 1);
        CHECK(caw_queue_empty(q));
        caw_unref(q);
    } CAW_END;
}

ASYNC_TEST(the_items_of_a_queue)
{
    CAW_BEGIN(void) {
        caw_queue *q = caw_queue_new(1);
        caw_auto   items = caw_queue_items(q);
        CHECK_INT(refs(q), 2);
        caw_unref(items);
        CHECK_INT(refs(q), 1);
        caw_unref(q);
    } CAW_END;
}

ASYNC_TEST(a_writer)
{
    CAW_BEGIN(void) {
        caw_stream_reader *r;
        caw_stream_writer *w;
        CAW_CHECK(caw_memory_pipe(9, &r, &w));
        uint32_t before = refs(w);
        caw_auto drain = caw_stream_drain(w);
        caw_auto closed = caw_stream_wait_closed(w);
        CHECK_INT(refs(w), before + 2);
        caw_drop(drain);
        caw_drop(closed);
        CHECK_INT(refs(w), before);
        CHECK(!caw_stream_is_closing(w));
        caw_unref(r);
        caw_unref(w);
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static bool due_soon(caw_completions *it) { return refs(it) == 2; }

ASYNC_TEST(the_next_completed)
{
    CAW_BEGIN(void) {
        caw_completions *it = caw_as_completed(give(1, 0), give(2, 1));
        caw_auto         next = caw_next_completed(it);
        CHECK(due_soon(it));
        caw_drop(next); /* none was asked for yet */
        CHECK_INT(refs(it), 1);
        for (int i = 1; i < 3; i++) CHECK_INT(CAW_AWAIT(caw_next_result(it, int)), i);
        CHECK_RAISES(caw_next_completed(it), CAW_STOP_ASYNC_ITERATION, NULL);
        caw_unref(it);
        CHECK_TRACE("1 2");
    } CAW_END;
}

/* ---- Managers: what is neither entered nor left is only given up ------------------------------------------------------------- */

static caw_of(void) come(void *word)
{
    say(word);
    return NULL;
}

static const caw_with_type saying = {.enter = come, .release = say};

ASYNC_TEST(entering_a_stack_gives_up_the_manager)
{
    CAW_BEGIN(void) {
        caw_exit_stack *s = caw_exit_stack_new();
        caw_drop(caw_exit_stack_enter(s, (caw_with){"released", &saying}));
        CHECK_TRACE("released");
        CHECK_INT(refs(s), 1);
        caw_unref(s);
    } CAW_END;
}

static CAW_ASYNC_GEN(int, count, void)
{
    CAW_BEGIN_GEN(int)
    {
        trace("begins");
        CAW_YIELD(1);
        trace("ends");
    }
    CAW_END_GEN;
}

/* A manager of the program's own may ask another one and think better of it. */
ASYNC_TEST(a_generator_that_is_asked_for_nothing)
{
    CAW_BEGIN(void) {
        caw_auto g = count();
        int      item = 0;
        caw_with with = caw__generator_with((caw_generator *)caw_ref(g), &item);
        caw_drop(with.type->enter(with.self));
        caw_error *error = caw_error_new(CAW_VALUE_ERROR, "thrown");
        caw_drop(with.type->exit(with.self, error));
        CHECK_INT(refs(error), 1);
        caw_unref(error);
        caw_drop(with.type->exit(with.self, NULL));
        CHECK_TRACE("");
        with.type->release(with.self);
        with = caw_aclosing(caw_ref(g));
        caw_drop(with.type->exit(with.self, NULL));
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        CHECK_TRACE("begins");
        CAW_AWAIT(caw_aclose(g));
        with.type->release(with.self);
        caw_unref(g);
    } CAW_END;
}
