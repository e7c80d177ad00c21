/* Task factories: who is asked, with what, and what becomes of bad answers. */
#include "test.h"

static CAW_ASYNC(int, give, int value)
{
    CAW_BEGIN(int) {
        trace("%s:%d", caw_task_name((caw_of(int))caw_current_task()), value);
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(value);
    } CAW_END;
}

static CAW_ASYNC(caw_string *, give_text, void)
{
    CAW_BEGIN(caw_string *) {
        CAW_RETURN(caw_string_of("text"));
    } CAW_END;
}

/* Counts, and names what has no name. */
static caw_any *counting(void *data, caw_any *coroutine, const caw_spawn_options *options)
{
    int              *count = data;
    char              name[32];
    caw_spawn_options mine = *options;
    CHECK(options->loop != NULL);
    snprintf(name, sizeof name, "made-%d", ++*count);
    if (!mine.name) mine.name = name;
    trace("%s%s", mine.name, options->eager ? "!" : "");
    return caw_task_new(coroutine, &mine);
}

ASYNC_TEST(makes_every_task)
{
    CAW_BEGIN(void) {
        int       count = 0;
        caw_loop *loop = caw_running_loop();
        void     *data = &count;
        CHECK(caw_loop_get_task_factory(loop, &data) == NULL && data == NULL);
        caw_loop_set_task_factory(loop, counting, &count);
        CHECK(caw_loop_get_task_factory(loop, &data) == counting && data == &count);
        CHECK_INT(CAW_AWAIT(caw_spawn(give(1))), 1);
        CHECK_TRACE("made-1 made-1:1");
        CHECK_INT(CAW_AWAIT(caw_spawn(give(2), .name = "own", .eager = true)), 2);
        CHECK_TRACE("own! own:2");
        caw_unref(CAW_AWAIT(caw_gather(give(3), caw_spawn(give(4)), caw_sleep(0))));
        CHECK_TRACE("made-3 made-4 made-5 made-3:4 made-4:3");
        CHECK_INT(CAW_AWAIT(caw_shield(give(5))), 5);
        CHECK_TRACE("made-6 made-6:5");
        caw_string *text = CAW_AWAIT(caw_spawn(give_text()));
        CHECK_TEXT(caw_string_data(text), "text");
        caw_unref(text);
        CHECK_TRACE("made-7");
        CHECK_INT(CAW_AWAIT(give(6)), 6); /* is awaited inside this task, which was made before */
        CHECK_INT(CAW_AWAIT(caw_wait_for(give(7), 1)), 7);
        CHECK_TRACE("Task-1:6 Task-1:7");
        caw_loop_set_task_factory(loop, NULL, NULL);
        CHECK_INT(CAW_AWAIT(caw_spawn(give(8))), 8);
        CHECK_INT(count, 7);
        test.trace[0] = 0;
    } CAW_END;
}

static caw_any *eagerly(void *data, caw_any *coroutine, const caw_spawn_options *options)
{
    caw_spawn_options mine = *options;
    mine.eager = true;
    ++*(int *)data;
    return caw_task_new(coroutine, &mine);
}

static CAW_ASYNC(void, spawn_inside, int depth)
{
    CAW_BEGIN(void) {
        trace("%d", depth);
        if (depth) CAW_AWAIT(caw_spawn(spawn_inside(depth - 1)));
    } CAW_END;
}

ASYNC_TEST(eager_tasks_ask_it_too)
{
    CAW_BEGIN(void) {
        int       count = 0;
        caw_loop *loop = caw_running_loop();
        caw_loop_set_task_factory(loop, eagerly, &count);
        caw_of(void) task = caw_spawn(spawn_inside(2));
        CHECK(caw_done(task));
        caw_unref(task);
        CHECK_TRACE("2 1 0");
        CHECK_INT(count, 3);
        caw_loop_set_eager(loop, true); /* is a factory, too */
        CHECK(caw_loop_get_task_factory(loop, NULL) == NULL);
        task = caw_spawn(spawn_inside(2));
        CHECK(caw_done(task));
        caw_unref(task);
        CHECK_TRACE("2 1 0");
        CHECK_INT(count, 3);
        caw_loop_set_task_factory(loop, NULL, NULL);
        task = caw_spawn(spawn_inside(0));
        CHECK(!caw_done(task));
        CAW_AWAIT(task);
        CHECK_TRACE("0");
    } CAW_END;
}

enum { NOTHING, OTHER_TYPE, A_FUTURE, FAILED, NO_COROUTINE };

static caw_any *odd(void *data, caw_any *coroutine, const caw_spawn_options *options)
{
    caw_drop((caw_of(int))coroutine);
    caw_of(int) future = NULL;
    switch (*(int *)data) {
    case NOTHING: return NULL;
    case OTHER_TYPE: return caw_base(caw_future_on(options->loop, double));
    case A_FUTURE:
        future = caw_future_on(options->loop, int);
        caw_set_result(future, 9);
        return caw_base(future);
    case FAILED:
        future = caw_future_on(options->loop, int);
        caw_set_error(future, caw_error_new(CAW_VALUE_ERROR, "no tasks today"));
        return caw_base(future);
    default: return caw_task_new(caw_base(caw_sleep(0)), options);
    }
}

ASYNC_TEST(odd_answers)
{
    CAW_BEGIN(void) {
        int how = NOTHING;
        caw_loop_set_task_factory(caw_running_loop(), odd, &how);
        CHECK_RAISES(caw_spawn(give(1)), CAW_MEMORY_ERROR, NULL);
        how = OTHER_TYPE;
        CHECK_RAISES(caw_spawn(give(1)), CAW_TYPE_ERROR, "the task factory gave no future of the coroutine's result type");
        how = A_FUTURE;
        CHECK_INT(CAW_AWAIT(caw_spawn(give(1))), 9);
        how = FAILED;
        CHECK_RAISES(caw_spawn(give(1)), CAW_VALUE_ERROR, "no tasks today");
        how = NO_COROUTINE;
        CHECK_RAISES(caw_spawn(give(1)), CAW_TYPE_ERROR, "caw_task_new: not a coroutine that has not run");
    } CAW_END;
}

TEST(makes_the_main_task_too)
{
    caw_runner runner = {.debug = false};
    int        count = 0, n = 0;
    caw_loop_set_task_factory(caw_runner_loop(&runner), counting, &count);
    CHECK_ERROR(caw_runner_run(&runner, give(1), &n), CAW_OK, "");
    CHECK_INT(n, 1);
    CHECK_TRACE("made-1 made-1:1");
    int how = A_FUTURE;
    caw_loop_set_task_factory(caw_runner_loop(&runner), odd, &how);
    CHECK_ERROR(caw_runner_run(&runner, give(1), &n), CAW_OK, "");
    CHECK_INT(n, 9);
    CHECK_INT(caw_runner_close(&runner), 0);
    CHECK_INT(count, 1);
}

static caw_any *as_given(void *data, caw_any *coroutine, const caw_spawn_options *options)
{
    (void)data, (void)options;
    return coroutine; /* which is no future */
}

static CAW_ASYNC_GEN(int, items, void)
{
    CAW_BEGIN_GEN(int) { CAW_YIELD(1); }
    CAW_END_GEN;
}

ASYNC_TEST(what_is_no_future_and_what_is_no_coroutine)
{
    CAW_BEGIN(void) {
        caw_loop_set_task_factory(caw_running_loop(), as_given, NULL);
        CHECK_RAISES(caw_spawn(give(1)), CAW_TYPE_ERROR, "the task factory gave no future of the coroutine's result type");
        caw_loop_set_task_factory(caw_running_loop(), NULL, NULL);
        caw_auto g = items();
        caw_any *made = caw_task_new(caw_base(caw_anext(g)), NULL); /* a step of a generator belongs to that */
        CHECK_RAISES((caw_of(int))made, CAW_TYPE_ERROR, "caw_task_new: not a coroutine that has not run");
        CHECK_INT(CAW_AWAIT(caw_anext(g)), 1);
        caw_unref(g);
        made = caw_task_new(caw_base(give(7)), NULL);
        CHECK_INT(CAW_AWAIT((caw_of(int))made), 7);
        CHECK(strstr(test.trace, ":7") != NULL);
        test.trace[0] = 0;
    } CAW_END;
}
