/* The same functions and statics of a program in several threads at once, each with loops of its own: nothing of the library's is shared. */
#include "threads.h"

static caw_context_var variable = CAW_CONTEXT_VAR("variable", caw_int(1));
static int             numbers[] = {1, 2, 3, 4};

static CAW_ASYNC(int, twice, const int *n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(*n % 2));
        CAW_RETURN(2 * *n);
    } CAW_END;
}

static CAW_ASYNC_GEN(int, count, int most)
{
    CAW_BEGIN_GEN(int)
    {
        for (int i = 1; i <= most; i++) {
            CAW_AWAIT(caw_sleep(0));
            CAW_YIELD(i);
        }
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, fail, const char *why)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1));
        CAW_RAISE(CAW_VALUE_ERROR, "%s", why);
    } CAW_END;
}

static CAW_ASYNC(void, put, caw_queue *queue)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 10; i++) CAW_AWAIT(caw_queue_put(queue, caw_pointer(strdup("item"), free)));
        caw_queue_shutdown(queue, false);
    } CAW_END;
}

static caw_of(bool) swallow(void *self, caw_error *error)
{
    (void)self, (void)error;
    return CAW_SWALLOW;
}
static const caw_with_type swallowing = {.exit = swallow};

static caw_any *one(caw_awaitable *self)
{
    (void)self;
    return caw_base(twice(&numbers[0]));
}
static caw_awaitable awaitable = CAW_AWAITABLE(one);

static void done(void *argument, caw_any *future)
{
    (void)future;
    ++*(int *)argument;
}

/* Some of everything; 0, or in which line a result was wrong. */
#define WANT(condition)                                                                                                        \
    if (!(condition)) CAW_RETURN(__LINE__)
static CAW_ASYNC(int, everything, void)
{
    CAW_BEGIN(int) {
        int sum = 0, called = 0;
        CAW_FOR_AWAIT(int i, count(10)) {
            sum += i;
        }
        CAW_END_FOR;
        WANT(sum == 55);

        caw_results *results = CAW_AWAIT(caw_map(twice, numbers, 4, 2));
        caw_unref(results);
        caw_of(int) task = caw_spawn(twice(&numbers[1]), .name = "twice");
        WANT(!caw_add_done_callback(task, done, &called));
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, twice(&numbers[2]));
        }
        CAW_END_TASK_GROUP;
        WANT(CAW_AWAIT(task) == 4);
        CAW_AWAIT(caw_sleep(0));
        WANT(called == 1);
        WANT(CAW_AWAIT(caw_awaitable_of(int, &awaitable)) == 2);

        WANT(!caw_context_set(&variable, caw_int(7)));
        WANT(caw_context_get(&variable).as_int32 == 7);

        caw_queue *queue = caw_queue_new(3);
        CAW_DEFER(caw_unref, queue);
        caw_of(void) putting = caw_spawn(put(queue));
        int items = 0;
        CAW_FOR_AWAIT(caw_value item, caw_queue_items(queue)) {
            caw_value copy = caw_value_copy(item);
            items += !strcmp(copy.as_pointer, "item");
            caw_value_drop(copy);
            caw_value_drop(item);
        }
        CAW_END_FOR;
        CAW_AWAIT(putting);
        WANT(items == 10);

        bool caught = false;
        CAW_TRY {
            CAW_AWAIT(caw_wait_for(fail("late"), 0.5));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            caught = caw_error_context(error) || caw_error_cause(error);
        }
        CAW_END_TRY;
        WANT(caught);
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_gather(fail("one"), caw_wait_for(fail("other"), 5))));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            caught = !strcmp(caw_error_message(error), "one");
        }
        CAW_END_TRY;
        WANT(caught);
        CAW_WITH(((caw_with){NULL, &swallowing})) {
            CAW_AWAIT(fail("swallowed"));
        }
        CAW_END_WITH;

        caw_stream_reader *reader;
        caw_stream_writer *writer;
        WANT(!caw_memory_pipe(64, &reader, &writer));
        CAW_DEFER(caw_unref, reader);
        CAW_DEFER(caw_unref, writer);
        WANT(!caw_stream_write(writer, "line\n", 5));
        caw_string *line = CAW_AWAIT(caw_stream_readline(reader));
        bool        whole = caw_string_size(line) == 5;
        caw_unref(line);
        caw_stream_close(writer);
        WANT(whole);
        CAW_RETURN(0);
    } CAW_END;
}

static const char *run_everything(void)
{
    for (int round = 0; round < 20; round++) {
        int                       line = -1;
        caw_error                *error = caw_run(everything(), &line);
        static _Thread_local char said[300];
        if (error) {
            caw_error_format(error, said, sizeof said);
            caw_unref(error);
            return said;
        }
        if (line) {
            snprintf(said, sizeof said, "line %d", line);
            return said;
        }
    }
    MUST(!caw_thread_end());
    return NULL;
}

TEST(everything_in_four_threads) { IN_THREADS(4, run_everything); }

/* ---- What there is without memory ------------------------------------------------------------------------------------------ */

static void *no_allocator(void *data, void *block, size_t old_size, size_t size)
{
    (void)data, (void)old_size;
    if (!size) free(block);
    return NULL;
}

static void close_generator(caw_gen(int) generator)
{
    caw_drop(caw_anext(generator));
    caw_drop(caw_aclose(generator));
    caw_unref(generator);
}

static const char *use_what_is_immortal(void)
{
    MUST(!caw_set_allocator(no_allocator, NULL));
    for (int round = 0; round < 100; round++) {
        caw_of(int) failed = twice(&numbers[0]);
        MUST(caw_done(failed) && !caw_cancel(failed, "in vain"));
        MUST(caw_result(failed, &(int){0}) == -CAW_MEMORY_ERROR);
        caw_error *error = caw_exception(failed);
        MUST(caw_error_is(error, CAW_MEMORY_ERROR) && caw_error_add_note(error, "note") < 0);
        caw_unref(caw_error_set_cause(error, caw_error_new(CAW_VALUE_ERROR, "cause")));
        caw_unref(failed);
        close_generator(count(1));
        MUST(!caw_loop_new());
        MUST(caw_context_set(&variable, caw_int(round)) == -CAW_MEMORY_ERROR);
    }
    MUST(!caw_thread_end() && !caw_set_allocator(NULL, NULL));
    return NULL;
}

TEST(without_memory_in_four_threads) { IN_THREADS(4, use_what_is_immortal); }
