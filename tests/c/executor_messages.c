/* What goes to a job and comes back: arguments, results, errors, the context. */
#include "jobs.h"

typedef struct point {
    double x, y;
} point;

static double sum(int a, double b) { return a + b; }
CAW_JOB(double, sum, int, a, double, b);

static point mirrored(point p, bool both) { return (point){-p.x, both ? -p.y : p.y}; }
CAW_JOB(point, mirrored, point, p, bool, both);

static caw_string *joined(const char *text, caw_string *more, caw_bytes bytes)
{
    char out[64];
    snprintf(out, sizeof out, "%s+%s+%.*s", text ? text : "none", more ? caw_string_data(more) : "none", (int)bytes.size,
             bytes.data ? (const char *)bytes.data : "");
    return caw_string_of(out);
}
CAW_JOB(caw_string *, joined, const char *, text, caw_string *, more, caw_bytes, bytes);

static caw_doubles *doubled(caw_doubles *of)
{
    caw_doubles *result = caw_doubles_new(caw_doubles_data(of), caw_doubles_count(of));
    for (size_t i = 0; result && i < caw_doubles_count(result); i++) caw_doubles_data(result)[i] *= 2;
    return result;
}
CAW_JOB(caw_doubles *, doubled, caw_doubles *, of);

static caw_value same(caw_value value) { return caw_value_copy(value); }
CAW_JOB(caw_value, same, caw_value, value);

static int at(int *place) { return *place; }
CAW_JOB(int, at, int *, place);

static int fails(int how)
{
    if (how == 1) caw_job_raise(caw_error_new(CAW_VALUE_ERROR, "no %d", how));
    if (how == 2) {
        caw_error *cause = caw_error_os(EPERM, "not allowed");
        caw_error *error = caw_error_set_cause(caw_error_new(CAW_LOOKUP_ERROR, NULL), cause);
        CHECK_INT(caw_error_add_note(error, "a note"), 0);
        caw_job_raise(error);
    }
    if (how == 3) {
        caw_error *both[] = {caw_error_new(CAW_TYPE_ERROR, "one"), caw_error_new(CAW_CANCELLED_ERROR, NULL)};
        caw_job_raise(caw_error_group("two", both, 2));
    }
    if (how == 4) {
        caw_job_raise(caw_error_new(CAW_VALUE_ERROR, "first"));
        caw_job_raise(NULL);
    }
    return 1;
}
CAW_JOB(int, fails, int, how);

static caw_context_var request = CAW_CONTEXT_VAR("request", caw_int(-1));
static caw_context_var name = CAW_CONTEXT_VAR("name", caw_none());

static int of_context(void)
{
    caw_value id = caw_context_get(&request), text = caw_context_get(&name);
    int       result = id.as_int32 * 10 + (text.tag == CAW_STRING ? (int)caw_string_size(text.as_string) : 0);
    caw_value_drop(id);
    caw_value_drop(text);
    CHECK_INT(caw_context_set(&request, caw_int(99)), 0); /* nobody else sees that */
    CHECK(!caw_running_loop());
    return result;
}
CAW_JOB(int, of_context);

static caw_value owner(void) { return caw_pointer(malloc(1), free); }
CAW_JOB(caw_value, owner);

static int is_null(int *pointer) { return pointer == NULL; }
CAW_JOB(int, is_null, int *, pointer);

static int length_of(caw_bytes bytes) { return (int)bytes.size; }
CAW_JOB(int, length_of, caw_bytes, bytes);

static CAW_ASYNC(void, raises_twice, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE(CAW_VALUE_ERROR, "first");
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_RAISE(CAW_TYPE_ERROR, "second");
        }
        CAW_END_TRY;
    } CAW_END;
}

/* What has arrived of two large ones, with small ones around them; -1: not that. */
static int weighed(int before, caw_bytes large, const char *text, caw_bytes other)
{
    int sum = before;
    for (size_t i = 0; i < large.size; i++) sum += large.data[i];
    for (size_t i = 0; i < other.size; i++) sum += 2 * other.data[i];
    return strcmp(text, "text") ? -1 : sum;
}
CAW_JOB(int, weighed, int, before, caw_bytes, large, const char *, text, caw_bytes, other);

/* With a context, or with more causes than go. */
static void chains(int causes)
{
    caw_error *error = causes ? caw_error_new(CAW_VALUE_ERROR, "cause 0") : caw_run(raises_twice(), NULL);
    for (int i = 0; i < causes; i++) error = caw_error_set_cause(caw_error_new(CAW_VALUE_ERROR, NULL), error);
    caw_job_raise(error);
}
CAW_JOB(void, chains, int, causes);

ASYNC_TEST(odd_messages)
{
    CAW_BEGIN(void) {
        static const uint8_t many[5000];
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(NULL, length_of, ((caw_bytes){many, sizeof many}))), sizeof many);
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(NULL, is_null, NULL)), 1); /* that one means the same everywhere */
        CAW_AWAIT(caw_run_in_executor(NULL, sleeps, -1));
        CHECK_RAISES(caw_run_in_executor(NULL, owner), CAW_TYPE_ERROR,
                     "a pointer with a destructor has one owner, and stays with it");
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(NULL, chains, 0));
        } CAW_EXCEPT(CAW_TYPE_ERROR, error) {
            CHECK_TEXT(caw_error_message(caw_error_context(error)), "first");
        }
        CAW_END_TRY;
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(NULL, chains, 100));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            int depth = 0;
            for (const caw_error *e = error; e; e = caw_error_cause(e)) depth++;
            CHECK_INT(depth, 33);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Copied by the call, whether the job begins with it or waits for others. */
ASYNC_TEST(large_arguments)
{
    CAW_BEGIN(void) {
        enum { SIZE = 100003, OTHER = 20001, JOBS = 4 };
        static uint8_t bytes[SIZE];
        caw_of(int) jobs[JOBS];
        for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++) {
            caw_executor *one = caw_executor_new(.kind = kinds[kind], .workers = 1);
            for (int i = 0; i < JOBS; i++) {
                memset(bytes, i + 1, sizeof bytes);
                jobs[i] = caw_run_in_executor(one, weighed, i, ((caw_bytes){bytes, SIZE}), "text", ((caw_bytes){bytes, OTHER}));
            }
            memset(bytes, 0, sizeof bytes);
            for (int i = 0; i < JOBS; i++) CHECK_INT(CAW_AWAIT(jobs[i]), i + (i + 1) * (SIZE + 2 * OTHER));
            caw_unref(one);
        }
    } CAW_END;
}

ASYNC_TEST(arguments_and_results)
{
    CAW_BEGIN(void) {
        CHECK_REAL(CAW_AWAIT(caw_run_in_executor(NULL, sum, 2, 0.5)), 2.5);
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(NULL, nothing)), 7);
        CAW_AWAIT(caw_run_in_executor(NULL, sleeps, 3));
        CHECK_REAL(elapsed(), 3);
        point p = CAW_AWAIT(caw_run_in_executor(NULL, mirrored, (point){1, 2}, true));
        CHECK_REAL(p.x + 10 * p.y, -21);
        caw_string *more = caw_string_of("more"),
                   *text =
                       CAW_AWAIT(caw_run_in_executor(NULL, joined, "text", more, ((caw_bytes){(const uint8_t *)"bytes", 3})));
        CHECK_TEXT(caw_string_data(text), "text+more+byt");
        caw_unref(text);
        caw_unref(more);
        text = CAW_AWAIT(caw_run_in_executor(NULL, joined, NULL, NULL, (caw_bytes){0}));
        CHECK_TEXT(caw_string_data(text), "none+none+");
        caw_unref(text);
        caw_doubles *some = caw_doubles_new((double[]){1, 2.5}, 2);
        caw_doubles *twice = CAW_AWAIT(caw_run_in_executor(NULL, doubled, some));
        CHECK_INT(caw_doubles_count(twice), 2);
        CHECK_REAL(caw_doubles_data(twice)[1], 5);
        caw_unref(twice);
        caw_unref(some);
        twice = CAW_AWAIT(caw_run_in_executor(NULL, doubled, NULL));
        CHECK_INT(caw_doubles_count(twice), 0);
        caw_unref(twice);
    } CAW_END;
}

ASYNC_TEST(values)
{
    CAW_BEGIN(void) {
        caw_value values[] = {caw_none(),
                              caw_bool(true),
                              caw_int(-5),
                              caw_int64(1LL << 40),
                              caw_double(0.25),
                              caw_text(caw_string_new("a\0b", 3)),
                              caw_blob(caw_string_new(NULL, 4))};
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            caw_value got = CAW_AWAIT(caw_run_in_executor(NULL, same, values[i]));
            CHECK_INT(got.tag, values[i].tag);
            if (got.tag == CAW_STRING || got.tag == CAW_BYTES) {
                CHECK_INT(caw_string_size(got.as_string), caw_string_size(values[i].as_string));
                CHECK(!memcmp(caw_string_data(got.as_string), caw_string_data(values[i].as_string),
                              caw_string_size(got.as_string)));
            } else {
                CHECK_INT(got.as_int64, values[i].as_int64);
            }
            caw_value_drop(got);
            caw_value_drop(values[i]);
        }
    } CAW_END;
}

ASYNC_TEST(pointers)
{
    CAW_BEGIN(void) {
        static int    place = 5;
        caw_executor *threads = caw_executor_new(.kind = CAW_EXECUTOR_THREADS);
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(threads, at, &place)), 5);
        CHECK_RAISES(caw_run_in_executor(NULL, at, &place), CAW_TYPE_ERROR,
                     "a pointer means nothing to another instance: give what it points to");
        CHECK_RAISES(caw_run_in_executor(threads, same, ((caw_value){.tag = CAW_JS})), CAW_TYPE_ERROR,
                     "a JavaScript value stays in its instance: give its text or bytes");
        caw_value p = CAW_AWAIT(caw_run_in_executor(threads, same, caw_pointer(&place, NULL)));
        CHECK(p.as_pointer == &place);
        CHECK_RAISES(caw_run_in_executor(threads, same, caw_pointer(&place, free)), CAW_TYPE_ERROR,
                     "a pointer with a destructor has one owner, and stays with it");
        CHECK_RAISES(caw_run_in_executor(NULL, same, caw_pointer(&place, NULL)), CAW_TYPE_ERROR, NULL);
        caw_unref(threads);
    } CAW_END;
}

ASYNC_TEST(errors)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_run_in_executor(NULL, fails, 1), CAW_VALUE_ERROR, "no 1");
        CHECK_RAISES(caw_run_in_executor(NULL, fails, 4), CAW_TYPE_ERROR, "an error was to be raised that is NULL");
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(NULL, fails, 2));
        } CAW_EXCEPT(CAW_LOOKUP_ERROR, error) {
            CHECK_TEXT(caw_error_note(error, 0), "a note");
            CHECK_INT(caw_error_errno(caw_error_cause(error)), EPERM);
            CHECK_TEXT(caw_error_message(caw_error_cause(error)), "not allowed");
        }
        CAW_END_TRY;
        CAW_TRY {
            CAW_AWAIT(caw_run_in_executor(NULL, fails, 3));
        } CAW_EXCEPT(CAW_BASE_EXCEPTION_GROUP, error) {
            CHECK_INT(caw_error_child_count(error), 2);
            CHECK(caw_error_is(caw_error_child(error, 1), CAW_CANCELLED_ERROR));
        }
        CAW_END_TRY;
        caw_job_raise(caw_error_new(CAW_VALUE_ERROR, "outside"));
        CHECK(!caw_job_cancelled());
        caw_drop(caw_run_in_executor(NULL, fails, 1));
        CAW_AWAIT(caw_sleep(1));
        CHECK_LOGGED("ValueError: no 1");
    } CAW_END;
}

ASYNC_TEST(contexts)
{
    CAW_BEGIN(void) {
        CHECK_INT(caw_context_set(&request, caw_int(4)), 0);
        CHECK_INT(caw_context_set(&name, caw_text(caw_string_of("abc"))), 0);
        CHECK_INT(CAW_AWAIT(caw_to_thread(of_context)), 43);
        CHECK_INT(CAW_AWAIT(caw_run_in_executor(NULL, of_context)), -10);
        CHECK_INT(caw_context_set(&name, caw_pointer(malloc(1), free)), 0); /* stays behind */
        CHECK_INT(CAW_AWAIT(caw_to_thread(of_context)), 40);
        caw_value id = caw_context_get(&request);
        CHECK_INT(id.as_int32, 4);
    } CAW_END;
}
