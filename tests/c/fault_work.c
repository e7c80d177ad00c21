/* The Nth allocation fails, of the host's, too: jobs, their messages there and back, what other threads ask of a loop. */
#include "fault.h"

static bool has_memory(void *data, size_t size)
{
    (void)data, (void)size;
    allocation++;
    return !failing || (allocation != failing && !(failing_on && allocation > failing));
}

/* In a scenario, before anything of it is made. */
#define OF_THE_HOST() caw_sim_on_memory(has_memory, NULL)

static caw_value echo(caw_value value, caw_string *text, caw_doubles *numbers, const char *words, caw_bytes bytes)
{
    CHECK(!text || caw_string_size(text) == 4);
    CHECK(caw_doubles_count(numbers) == 2 && strlen(words) == 5 && bytes.size == 3);
    return caw_value_copy(value);
}
CAW_JOB(caw_value, echo, caw_value, value, caw_string *, text, caw_doubles *, numbers, const char *, words, caw_bytes, bytes);

static int fails(int deep)
{
    caw_error *error = caw_error_new(CAW_LOOKUP_ERROR, "number %d", deep);
    (void)caw_error_add_note(error, "a note");
    for (int i = 0; i < deep; i++) error = caw_error_set_cause(caw_error_os(5, "above %d", i), error);
    caw_error *both[] = {error, caw_error_new(CAW_VALUE_ERROR, NULL)};
    caw_job_raise(caw_error_group("both", both, 2));
    return 0;
}
CAW_JOB(int, fails, int, deep);

static void naps(double seconds) { caw_job_sleep(seconds); }
CAW_JOB(void, naps, double, seconds);

static caw_context_var word = CAW_CONTEXT_VAR("word", caw_none());
static int             bound(void)
{
    caw_value value = caw_context_get(&word);
    int       size = value.tag == CAW_STRING ? (int)caw_string_size(value.as_string) : 0;
    caw_value_drop(value);
    return size;
}
CAW_JOB(int, bound);

SCENARIO(there_and_back)
{
    CAW_BEGIN(void) {
        OF_THE_HOST();
        caw_executor *e = NEED(caw_executor_new(.workers = 2));
        CAW_DEFER(caw_unref, e);
        caw_string *text = NEED(caw_string_of("text"));
        CAW_DEFER(caw_unref, text);
        caw_doubles *numbers = NEED(caw_doubles_new(NULL, 2));
        CAW_DEFER(caw_unref, numbers);
        caw_bytes bytes = {(const uint8_t *)"abc", 3};
        caw_value back = CAW_AWAIT(caw_run_in_executor(e, echo, caw_text(text), text, numbers, "words", bytes));
        CHECK_INT(back.tag, CAW_STRING);
        caw_value_drop(back);
        back = CAW_AWAIT(caw_run_in_executor(e, echo, caw_int(4), NULL, numbers, "words", bytes));
        CHECK_INT(back.as_int32, 4);
        double each[] = {1, 2, 3};
        caw_unref(CAW_AWAIT(caw_executor_map(e, naps, each, 3)));
        CAW_AWAIT(caw_executor_shutdown(e));
    } CAW_END;
}

static int weighed(caw_bytes bytes) { return bytes.size ? bytes.data[bytes.size - 1] : -1; }
CAW_JOB(int, weighed, caw_bytes, bytes);

/* The first goes from where its bytes stand; those of the others are copied, as they wait for the worker. */
SCENARIO(large_arguments_of_jobs)
{
    CAW_BEGIN(void) {
        OF_THE_HOST();
        static uint8_t bytes[20001];
        caw_executor  *e = NEED(caw_executor_new(.kind = CAW_EXECUTOR_INSTANCES, .workers = 1));
        CAW_DEFER(caw_unref, e);
        caw_of(int) jobs[3];
        for (uint8_t i = 0; i < 3; i++) {
            memset(bytes, i + 1, sizeof bytes);
            jobs[i] = caw_run_in_executor(e, weighed, ((caw_bytes){bytes, sizeof bytes}));
        }
        memset(bytes, 0, sizeof bytes);
        caw_results *all = CAW_AWAIT(caw_gather(jobs[0], jobs[1], jobs[2]));
        CAW_DEFER(caw_unref, all);
        for (size_t i = 0; i < 3; i++) CHECK_INT(caw_result_at(all, i, int), (int)i + 1);
    } CAW_END;
}

SCENARIO(errors_of_jobs)
{
    CAW_BEGIN(void) {
        OF_THE_HOST();
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(NULL, fails, 3));
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
            CHECK_INT(caw_error_child_count(error), 2);
        }
        CAW_END_TRY;
    } CAW_END;
}

SCENARIO(in_turn_with_the_context)
{
    CAW_BEGIN(void) {
        OF_THE_HOST();
        caw_executor *e = NEED(caw_executor_new(.kind = CAW_EXECUTOR_INLINE));
        CAW_DEFER(caw_unref, e);
        CAW_CHECK(caw_loop_set_default_executor(NULL, e));
        caw_string *text = NEED(caw_string_of("text"));
        CAW_CHECK(caw_context_set(&word, caw_text(text)));
        CHECK_INT(CAW_AWAIT(caw_to_thread(bound)), 4);
    } CAW_END;
}

SCENARIO(cancelled_and_killed)
{
    CAW_BEGIN(void) {
        OF_THE_HOST();
        caw_executor *e = NEED(caw_executor_new(.workers = 1, .kill_after = 1));
        CAW_DEFER(caw_unref, e);
        caw_of(void) one = caw_run_in_executor(e, naps, 10), two = caw_run_in_executor(e, naps, 10),
                     three = caw_run_in_executor(e, naps, 1);
        caw_cancel(one, NULL);
        caw_cancel(two, NULL);
        caw_drop(one);
        caw_drop(two);
        CAW_AWAIT(three);
    } CAW_END;
}

static CAW_ASYNC(caw_string *, echo_later, caw_value value, caw_string *text, const char *words)
{
    CAW_BEGIN(caw_string *) {
        CAW_AWAIT(caw_sleep(1));
        CHECK(caw_string_size(text) == 4 && strlen(words) == 5);
        CAW_RETURN(caw_ref(value.as_string));
    } CAW_END;
}
CAW_JOB(caw_string *, echo_later, caw_value, value, caw_string *, text, const char *, words);

static CAW_ASYNC(void, fails_later, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1));
        CAW_RAISE_ERROR(caw_error_set_cause(caw_error_new(CAW_LOOKUP_ERROR, "late"), caw_error_os(5, "before")));
    } CAW_END;
}
CAW_JOB(void, fails_later);

/* Asked to end with or without memory for what is said, it ends. */
static CAW_ASYNC(void, in_an_executor, caw_executor_kind kind)
{
    CAW_BEGIN(void) {
        caw_executor *e = NEED(caw_executor_new(.kind = kind, .workers = 1));
        CAW_DEFER(caw_unref, e);
        caw_string *text = NEED(caw_string_of("text"));
        CAW_DEFER(caw_unref, text);
        caw_string *back = CAW_AWAIT(caw_run_in_executor(e, echo_later, caw_text(text), text, "words"));
        CHECK_INT(caw_string_size(back), 4);
        caw_unref(back);
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(e, fails_later));
        } CAW_EXCEPT(CAW_LOOKUP_ERROR, error) {
            CHECK(caw_error_cause(error) != NULL);
        }
        CAW_END_TRY;
        caw_of(void) cancelled = caw_run_in_executor(e, fails_later);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(cancelled, "no more");
        CAW_TRY {
            CAW_AWAIT(cancelled);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
        CAW_AWAIT(caw_executor_shutdown(e));
    } CAW_END;
}

SCENARIO(async_in_a_worker)
{
    CAW_BEGIN(void) {
        OF_THE_HOST();
        CAW_AWAIT(in_an_executor(CAW_EXECUTOR_INSTANCES));
    } CAW_END;
}

SCENARIO(async_in_turn)
{
    CAW_BEGIN(void) {
        OF_THE_HOST();
        CAW_AWAIT(in_an_executor(CAW_EXECUTOR_INLINE));
    } CAW_END;
}

static CAW_ASYNC(void, counts, int to, caw_sender *numbers)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < to; i++) {
            caw_string *text = NEED(caw_string_of("item"));
            CAW_AWAIT(caw_channel_put(numbers, caw_text(text)));
        }
    } CAW_END;
}
CAW_JOB(void, counts, int, to, caw_sender *, numbers);

static CAW_ASYNC(void, forwards, caw_receiver *from, caw_sender *to)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(caw_value value, caw_channel_items(from)) {
            CAW_AWAIT(caw_channel_put(to, value));
        }
        CAW_END_FOR;
        caw_channel_close(to);
    } CAW_END;
}
CAW_JOB(void, forwards, caw_receiver *, from, caw_sender *, to);

static CAW_ASYNC(void, gives_up, caw_receiver *from)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_value_drop(CAW_AWAIT(caw_wait_for(caw_channel_get(from), 1)));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_JOB(void, gives_up, caw_receiver *, from);

/* The first that goes wrong closes what it has an end of, so that none waits for ever; it is the one that counts. */
static CAW_ASYNC(void, piped, caw_executor_kind kind)
{
    CAW_BEGIN(void) {
        caw_executor *e = NEED(caw_executor_new(.kind = kind, .workers = 3));
        CAW_DEFER(caw_unref, e);
        caw_channel *numbers = NEED(caw_channel_new(1));
        CAW_DEFER(caw_unref, numbers);
        caw_channel *results = NEED(caw_channel_new(0));
        CAW_DEFER(caw_unref, results);
        caw_of(void) all[] = {caw_run_in_executor(e, counts, 3, numbers), caw_run_in_executor(e, forwards, numbers, results)};
        caw_error *first = NULL;
        for (int i = 0; i < 2; i++) {
            CAW_TRY {
                CAW_AWAIT(all[i]);
            } CAW_EXCEPT(CAW_EXCEPTION, error) {
                if (!first && !caw_error_is(error, CAW_QUEUE_SHUT_DOWN)) first = caw_ref(error);
            }
            CAW_END_TRY;
        }
        if (first) CAW_RAISE_ERROR(first);
        CAW_FOR_AWAIT(caw_value text, caw_channel_items(results)) {
            CHECK_INT(caw_string_size(text.as_string), 4);
            caw_value_drop(text);
        }
        CAW_END_FOR;
        caw_channel *none = NEED(caw_channel_new(1));
        CAW_DEFER(caw_unref, none);
        CAW_AWAIT(caw_run_in_executor(e, gives_up, none));
        CAW_AWAIT(caw_executor_shutdown(e));
    } CAW_END;
}

SCENARIO(a_pipeline_of_workers)
{
    CAW_BEGIN(void) {
        OF_THE_HOST();
        CAW_AWAIT(piped(CAW_EXECUTOR_INSTANCES));
    } CAW_END;
}

SCENARIO(a_pipeline_in_one)
{
    CAW_BEGIN(void) {
        OF_THE_HOST();
        CAW_AWAIT(piped(CAW_EXECUTOR_INLINE));
    } CAW_END;
}

static void nothing(void *argument) { (void)argument; }

static CAW_ASYNC(caw_string *, spoken, const char *text)
{
    CAW_BEGIN(caw_string *) {
        CAW_AWAIT(caw_sleep(0));
        caw_string *said = caw_string_of(text);
        if (!said) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_RETURN(said);
    } CAW_END;
}

SCENARIO(asked_by_others)
{
    CAW_BEGIN(void) {
        OF_THE_HOST();
        CAW_CHECK(caw_call_soon_threadsafe(caw_running_loop(), nothing, NULL));
        caw_concurrent *c = NEED(caw_run_coroutine_threadsafe(caw_running_loop(), spoken, "words"));
        CAW_DEFER(caw_concurrent_free, c);
        while (!caw_concurrent_done(c)) CAW_AWAIT(caw_sleep(0));
        caw_string *said = NULL;
        caw_error  *error = caw_concurrent_result(c, 0, &said);
        if (error) CAW_RAISE_ERROR(error);
        caw_unref(said);
    } CAW_END;
}
