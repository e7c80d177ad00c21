/* The end of a thread: all that the library keeps for it is given back, and it may go on after. The sanitizer sees what is not. */
#include "threads.h"

static caw_context_var variable = CAW_CONTEXT_VAR("variable", caw_none());

static CAW_ASYNC(int, give, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(n));
        CAW_RETURN(n);
    } CAW_END;
}

static void nothing(void *argument, caw_any *future) { (void)argument, (void)future; }

/* Enough done callbacks for their index, copies of values for theirs, blocks of all sizes, large ones. */
static CAW_ASYNC(void, much, void)
{
    CAW_BEGIN(void) {
        caw_of(int) task = caw_spawn(give(1));
        for (int i = 0; i < 100; i++) (void)caw_add_done_callback(task, nothing, NULL);
        for (int i = 0; i < 100; i++) caw_unref(caw_spawn(give(i)));
        caw_value value = caw_pointer(strdup("value"), free), copy = caw_value_copy(value);
        caw_value_drop(value);
        caw_value_drop(copy);
        static const char bytes[100000];
        for (size_t size = 1; size <= sizeof bytes; size *= 3) caw_unref(caw_string_new(bytes, size));
        CAW_AWAIT(task);
    } CAW_END;
}

static const char *live(void)
{
    for (int life = 0; life < 2; life++) {
        caw_error *error = caw_run(much(), NULL);
        MUST(!error);
        MUST(!caw_context_set(&variable, caw_pointer(strdup("of the thread"), free)));
        caw_drop(give(1)); /* outside of every loop: the checked build keeps the frame, and no loop closes */
        MUST(caw_get_stats().bytes > 0);
        MUST(!caw_thread_end());
        MUST(caw_get_stats().bytes == 0);
        MUST(caw_context_get(&variable).tag == CAW_NONE);
    }
    return NULL;
}

TEST(a_hundred_threads_leave_nothing)
{
    for (int i = 0; i < 10; i++) IN_THREADS(10, live);
}

static const char *refuse(void)
{
    caw_loop *loop = caw_loop_new();
    MUST(caw_thread_end() == -CAW_RUNTIME_ERROR);
    MUST(!caw_loop_close(loop));
    caw_string *string = caw_string_of("alive");
    MUST(caw_thread_end() == -CAW_RUNTIME_ERROR);
    MUST(!strcmp(caw_string_data(string), "alive"));
    caw_unref(string);
    MUST(!caw_thread_end() && !caw_thread_end());
    return NULL;
}

TEST(not_while_something_is_alive) { IN_THREADS(2, refuse); }

/* The value of the context that goes with the thread does what it wants. */
static void make_another(void *argument)
{
    (void)argument;
    caw_unref(caw_string_of("made as another goes"));
}

static const char *call_out(void)
{
    MUST(!caw_context_set(&variable, caw_pointer(&variable, make_another)));
    MUST(!caw_thread_end() && caw_get_stats().bytes == 0);
    return NULL;
}

TEST(a_value_that_calls_out_as_it_goes) { IN_THREADS(2, call_out); }

static const char *give_once(void)
{
    int n = 0;
    MUST(!caw_run(give(5), &n));
    MUST(n == 5);
    MUST(!caw_thread_end());
    return NULL;
}

/* The checked build numbers them, in more than a byte. */
TEST(hundreds_of_threads)
{
    for (int i = 0; i < 60; i++) IN_THREADS(10, give_once);
}
