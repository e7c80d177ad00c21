/*
 * Everything of the library's that can suspend is cut off there: a coroutine that ignores GeneratorExit awaits it as its loop closes.
 * What it held goes with it; what another task would have been given stays.
 */
#include "test.h"

static CAW_ASYNC(void, nap, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1000));
    } CAW_END;
}

/* Nothing sleeps on a loop that closes: so this waits for what nobody will set. */
static CAW_ASYNC(void, stand, void)
{
    CAW_BEGIN(void) {
        caw_event *event = caw_event_new();
        CAW_DEFER(caw_unref, event);
        CAW_AWAIT(caw_event_wait(event));
    } CAW_END;
}

static CAW_ASYNC(bool, slow_exit, void *self, caw_error *error)
{
    CAW_BEGIN(bool) {
        (void)self, (void)error;
        CAW_AWAIT(stand());
        CAW_RETURN(false);
    } CAW_END;
}

static CAW_ASYNC(void, slow_enter, void *self)
{
    CAW_BEGIN(void) {
        (void)self;
        CAW_AWAIT(stand());
    } CAW_END;
}

static CAW_ASYNC(void, slow_callback, void *argument)
{
    CAW_BEGIN(void) {
        (void)argument;
        CAW_AWAIT(stand());
    } CAW_END;
}

static const caw_with_type slow_to_leave = {.exit = slow_exit}, slow_to_come = {.enter = slow_enter, .exit = slow_exit};

static CAW_ASYNC_GEN(int, slow_first, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_AWAIT(stand());
        CAW_YIELD(1);
    }
    CAW_END_GEN;
}

static CAW_ASYNC_GEN(int, slow_end, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            CAW_AWAIT(stand());
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

/* It yields once more where it should end, and then is slow to. */
static CAW_ASYNC_GEN(int, slow_refused, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
        }
        CAW_END_TRY;
        CAW_TRY {
            CAW_YIELD(2);
        } CAW_FINALLY {
            CAW_AWAIT(stand());
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static bool never(void *argument)
{
    (void)argument;
    return false;
}

/* A pipe that was made before the loop closes. */
static caw_stream_reader *its_reader;
static caw_stream_writer *its_writer;
static bool               its_pipe_is_full;

static caw_barrier *its_barrier;

#define HELD(type, name, made)                                                                                                 \
    type *name = (made);                                                                                                       \
    CAW_DEFER(caw_unref, name)

/* An async function that stands in the await at its end for ever. */
#define AT(name, ...)                                                                                                          \
    static CAW_ASYNC(void, at_##name, void) { CAW_BEGIN(void){__VA_ARGS__} CAW_END; }

/* clang-format off */
AT(lock, HELD(caw_lock, lock, caw_lock_new()); CAW_AWAIT(caw_lock_acquire(lock)); CAW_AWAIT(caw_lock_acquire(lock));)
AT(event, HELD(caw_event, event, caw_event_new()); CAW_AWAIT(caw_event_wait(event));)
AT(semaphore, HELD(caw_semaphore, s, caw_semaphore_new(0)); CAW_AWAIT(caw_acquire(s));)
AT(condition, HELD(caw_condition, c, caw_condition_new(NULL)); CAW_AWAIT(caw_lock_acquire(caw_condition_lock(c)));
    CAW_AWAIT(caw_condition_wait(c));)
AT(condition_for, HELD(caw_condition, c, caw_condition_new(NULL)); CAW_AWAIT(caw_lock_acquire(caw_condition_lock(c)));
    CAW_AWAIT(caw_condition_wait_for(c, never, NULL));)
AT(barrier, HELD(caw_barrier, b, caw_barrier_new(2)); (void)CAW_AWAIT(caw_barrier_wait(b));)
AT(queue_get, HELD(caw_queue, q, caw_queue_new(1)); caw_value_drop(CAW_AWAIT(caw_queue_get(q)));)
AT(queue_put, HELD(caw_queue, q, caw_queue_new(1)); CHECK_INT(caw_queue_put_nowait(q, caw_int(1)), 0);
    CAW_AWAIT(caw_queue_put(q, caw_pointer(caw_string_of("put"), caw_unref)));)
AT(queue_join, HELD(caw_queue, q, caw_queue_new(1)); CHECK_INT(caw_queue_put_nowait(q, caw_int(1)), 0);
    CAW_AWAIT(caw_queue_join(q));)
AT(queue_items, HELD(caw_queue, q, caw_queue_new(1)); CAW_FOR_AWAIT(caw_value v, caw_queue_items(q)) { (void)v; } CAW_END_FOR;)
AT(wait, caw_auto f = caw_future(int); CAW_DEFER(caw_unref, f); caw_unref(CAW_AWAIT(caw_wait(caw_ref(f))));)
AT(wait_within, caw_auto f = caw_future(int); CAW_DEFER(caw_unref, f);
    caw_unref(CAW_AWAIT(caw_wait_until(CAW_ALL_COMPLETED, 5, caw_ref(f))));)
AT(next_completed, HELD(caw_completions, it, caw_as_completed(caw_future(int))); caw_unref(CAW_AWAIT(caw_next_completed(it)));)
AT(next_result, HELD(caw_completions, it, caw_as_completed(caw_future(int))); (void)CAW_AWAIT(caw_next_result(it, int));)
AT(gather, caw_unref(CAW_AWAIT(caw_gather(nap(), caw_future(int))));)
static caw_of(void) nap_anyway(int *input)
{
    (void)input;
    return nap();
}
AT(map, int inputs[] = {1}; caw_unref(CAW_AWAIT(caw_map(nap_anyway, inputs, 1, 1)));)
AT(race, (void)CAW_AWAIT(caw_race(caw_future(int), caw_future(int)));)
AT(shield, (void)CAW_AWAIT(caw_shield(caw_future(int)));)
AT(wait_for, (void)CAW_AWAIT(caw_wait_for(caw_future(int), 5));)
AT(read, HELD(caw_stream_reader, r, caw_stream_reader_new(100)); caw_unref(CAW_AWAIT(caw_stream_read(r, 10)));)
AT(read_all, HELD(caw_stream_reader, r, caw_stream_reader_new(100)); caw_unref(CAW_AWAIT(caw_stream_read(r, -1)));)
AT(read_exactly, HELD(caw_stream_reader, r, caw_stream_reader_new(100)); caw_unref(CAW_AWAIT(caw_stream_readexactly(r, 10)));)
AT(read_line, HELD(caw_stream_reader, r, caw_stream_reader_new(100)); caw_unref(CAW_AWAIT(caw_stream_readline(r)));)
AT(read_until, HELD(caw_stream_reader, r, caw_stream_reader_new(100)); caw_unref(CAW_AWAIT(caw_stream_readuntil(r, "xy", 2)));)
AT(drain_closed, caw_stream_close(its_writer); CAW_AWAIT(caw_stream_drain(its_writer));)
AT(drain, CAW_AWAIT(caw_stream_drain(its_writer));)
AT(wait_closed, CAW_AWAIT(caw_stream_wait_closed(its_writer));)
AT(anext, caw_auto g = slow_first(); CAW_DEFER(caw_unref, g); (void)CAW_AWAIT(caw_anext(g));)
AT(aclose, caw_auto g = slow_end(); CAW_DEFER(caw_unref, g); (void)CAW_AWAIT(caw_anext(g)); CAW_AWAIT(caw_aclose(g));)
AT(athrow, caw_auto g = slow_end(); CAW_DEFER(caw_unref, g); (void)CAW_AWAIT(caw_anext(g));
    (void)CAW_AWAIT(caw_athrow(g, caw_error_new(CAW_VALUE_ERROR, "thrown")));)
AT(asend, caw_auto g = slow_end(); CAW_DEFER(caw_unref, g); (void)CAW_AWAIT(caw_anext(g));
    (void)CAW_AWAIT(caw_asend(g, caw_pointer(caw_string_of("sent"), caw_unref)));)
AT(with_enter, CAW_WITH_AS(int n, slow_first()) { (void)n; } CAW_END_WITH;)
AT(with_exit, CAW_WITH_AS(int n, slow_end()) { (void)n; } CAW_END_WITH;)
AT(with_throw, CAW_WITH_AS(int n, slow_end()) { (void)n; CAW_RAISE(CAW_VALUE_ERROR, "in the block"); } CAW_END_WITH;)
AT(with_end_refused, CAW_WITH_AS(int n, slow_refused()) { (void)n; } CAW_END_WITH;)
AT(with_throw_refused, CAW_WITH_AS(int n, slow_refused()) { (void)n; CAW_RAISE(CAW_VALUE_ERROR, "in the block"); } CAW_END_WITH;)
AT(aclosing, caw_auto g = slow_end(); CAW_WITH(caw_aclosing(g)) { (void)CAW_AWAIT(caw_anext(g)); } CAW_END_WITH;)
AT(stack_enter, HELD(caw_exit_stack, s, caw_exit_stack_new());
    CAW_AWAIT(caw_exit_stack_enter(s, (caw_with){.type = &slow_to_come}));)
AT(stack_exit, CAW_WITH_EXIT_STACK(s) { CHECK_INT(caw_exit_stack_push(s, (caw_with){.type = &slow_to_leave}), 0); } CAW_END_EXIT_STACK;)
AT(stack_aclose, HELD(caw_exit_stack, s, caw_exit_stack_new());
    CHECK_INT(caw_exit_stack_push(s, (caw_with){.type = &slow_to_leave}), 0); CAW_AWAIT(caw_exit_stack_aclose(s));)
AT(stack_callback, HELD(caw_exit_stack, s, caw_exit_stack_new());
    CHECK_INT(caw_exit_stack_async_callback(s, slow_callback, NULL), 0); CAW_AWAIT(caw_exit_stack_aclose(s));)
AT(reset_barrier, (void)CAW_AWAIT(caw_barrier_wait(its_barrier));)
AT(group, CAW_WITH_TASK_GROUP(g) { CAW_GROUP_START(g, stand()); } CAW_END_TASK_GROUP;)
/* clang-format on */

static CAW_ASYNC(void, stubborn, caw_of(void) (*at)(void))
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_memory_pipe(2, &its_reader, &its_writer), 0);
        CAW_DEFER(caw_unref, its_reader);
        CAW_DEFER(caw_unref, its_writer);
        if (its_pipe_is_full) {
            static const char much[300000];
            CAW_CHECK(caw_stream_write(its_writer, much, sizeof much));
        }
        CAW_TRY {
            CAW_AWAIT(nap());
        } CAW_EXCEPT(CAW_GENERATOR_EXIT, exit) {
            trace("told");
            CAW_AWAIT(at());
            trace("wrong");
        }
        CAW_END_TRY;
    } CAW_END;
}

static void close_under(caw_of(void) task, bool stays)
{
    caw_loop *loop = caw_loop_of(task);
    caw_unref(task);
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("told");
    CHECK((strstr(test.log, "coroutine ignored GeneratorExit") != NULL) == stays);
    test.log[0] = 0;
}

#define CUT_OFF(name)                                                                                                          \
    TEST(at_a_##name) { close_under(caw_spawn(stubborn(at_##name), .loop = caw_loop_new()), true); }

CUT_OFF(lock)
CUT_OFF(event)
CUT_OFF(semaphore)
CUT_OFF(condition)
CUT_OFF(condition_for)
CUT_OFF(barrier)
CUT_OFF(queue_get)
CUT_OFF(queue_put)
CUT_OFF(queue_join)
CUT_OFF(queue_items)
CUT_OFF(read)
CUT_OFF(read_all)
CUT_OFF(read_exactly)
CUT_OFF(read_line)
CUT_OFF(read_until)
CUT_OFF(drain_closed)
CUT_OFF(wait_closed)
CUT_OFF(anext)
CUT_OFF(aclose)
CUT_OFF(athrow)
CUT_OFF(asend)
CUT_OFF(with_enter)
CUT_OFF(with_exit)
CUT_OFF(with_throw)
CUT_OFF(with_end_refused)
CUT_OFF(with_throw_refused)
CUT_OFF(aclosing)
CUT_OFF(stack_enter)
CUT_OFF(stack_exit)
CUT_OFF(stack_aclose)
CUT_OFF(stack_callback)

TEST(at_a_drain)
{
    its_pipe_is_full = true;
    close_under(caw_spawn(stubborn(at_drain), .loop = caw_loop_new()), true);
    its_pipe_is_full = false;
}

static CAW_ASYNC(void, pass, void)
{
    CAW_BEGIN(void) {
        (void)CAW_AWAIT(caw_barrier_wait(its_barrier));
    } CAW_END;
}

/* Those of the last round have not gone on yet: the next one is not let in. */
TEST(at_a_barrier_that_was_reset)
{
    caw_loop *loop = caw_loop_new();
    its_barrier = caw_barrier_new(3);
    caw_auto task = caw_spawn(stubborn(at_reset_barrier), .loop = loop);
    for (int i = 0; i < 2; i++) caw_unref(caw_spawn(pass(), .loop = loop));
    caw_loop_turn(loop, NULL);
    CHECK_INT(caw_barrier_waiting(its_barrier), 2);
    caw_unref(caw_spawn(caw_barrier_reset(its_barrier), .loop = loop));
    caw_loop_turn(loop, &(caw_budget){.jobs = 1});
    CHECK_INT(caw_barrier_waiting(its_barrier), 0);
    caw_unref(task);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_TRACE("told");
    CHECK(strstr(test.log, "coroutine ignored GeneratorExit") != NULL);
    test.log[0] = 0;
    caw_unref(its_barrier);
}

static CAW_ASYNC(void, ignore_exit, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(nap());
        } CAW_EXCEPT(CAW_GENERATOR_EXIT, exit) {
            trace("told");
            CAW_AWAIT(stand());
            trace("wrong");
        }
        CAW_END_TRY;
    } CAW_END;
}

static caw_any *await_it(caw_awaitable *self)
{
    (void)self;
    return caw_base(ignore_exit());
}

TEST(at_an_awaitable_of_the_programs_own)
{
    caw_awaitable own = CAW_AWAITABLE(await_it);
    close_under(caw_spawn(caw_awaitable_of(void, &own), .loop = caw_loop_new()), true);
}

static CAW_ASYNC_GEN(int, slow_to_go, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            CAW_AWAIT(ignore_exit());
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, lose_generator, void)
{
    CAW_BEGIN(void) {
        caw_auto g = slow_to_go();
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        caw_unref(g);
    } CAW_END;
}

/* It is a task of its own that closes what nobody has any more. */
TEST(at_a_generator_that_was_let_go_of) { close_under(caw_spawn(lose_generator(), .loop = caw_loop_new()), true); }

/* Nothing can be waited for on a loop that closes: these raise, and nobody stays. */
#define REFUSED(name)                                                                                                          \
    TEST(no_##name) { close_under(caw_spawn(stubborn(at_##name), .loop = caw_loop_new()), false); }

REFUSED(wait)
REFUSED(wait_within)
REFUSED(next_completed)
REFUSED(next_result)
REFUSED(gather)
REFUSED(map)
REFUSED(race)
REFUSED(shield)
REFUSED(wait_for)
REFUSED(group)
