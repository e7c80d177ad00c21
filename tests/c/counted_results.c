/* Every counted type of ours as a result: each owner has a reference of its own, and what nobody takes is let go of. */
#include "test.h"

/* Those that are in the list in shape.h, whose completeness the layout leg sees to. */
#define IS_COUNTED(name)                                                                                                       \
    _Static_assert(CAW__OWNER(CAW__SHAPE(name *)) == CAW__COUNTED, #name);                                                     \
    _Static_assert(CAW__SHAPE(const name *) == CAW__SHAPE(name *), #name)
IS_COUNTED(caw_error);
IS_COUNTED(caw_string);
IS_COUNTED(caw_js);
IS_COUNTED(caw_context);
IS_COUNTED(caw_handle);
IS_COUNTED(caw_generator);
IS_COUNTED(caw_results);
IS_COUNTED(caw_waited);
IS_COUNTED(caw_completions);
IS_COUNTED(caw_task_group);
IS_COUNTED(caw_exit_stack);
IS_COUNTED(caw_lock);
IS_COUNTED(caw_event);
IS_COUNTED(caw_condition);
IS_COUNTED(caw_semaphore);
IS_COUNTED(caw_barrier);
IS_COUNTED(caw_queue);
IS_COUNTED(caw_stream_reader);
IS_COUNTED(caw_stream_writer);
IS_COUNTED(caw_transport);
IS_COUNTED(caw_call_graph);
_Static_assert(CAW__OWNER(CAW__SHAPE(caw_any *)) == CAW__COUNTED, "an awaitable");
_Static_assert(CAW__SHAPE(caw_of(void)) == CAW__SHAPE(caw_any *), "a handle");
_Static_assert(CAW__SHAPE(caw_of(unsigned long)) == CAW__SHAPE(caw_any *), "a handle");
_Static_assert(CAW__SHAPE(caw_of(caw_string *)) == CAW__SHAPE(caw_any *), "a handle");
_Static_assert(CAW__SHAPE(caw_gen(int)) == CAW__SHAPE(caw_generator *), "a generator");
_Static_assert(CAW__OWNER(CAW__SHAPE(caw_stream)) == CAW__COUNTED, "two references");
_Static_assert(CAW__OWNER(CAW__SHAPE(caw_value)) == CAW__VALUE, "a value");
_Static_assert(CAW__OWNER(CAW__SHAPE(int *)) == CAW__PLAIN, "a pointer of the program's");
_Static_assert(CAW__SHAPE(void) == 0, "nothing");

/* What a shape tells apart, and what it does not. */
enum color { RED, GREEN };
struct two {
    float x, y;
};
struct too {
    int32_t x, y;
};
#define DIFFERENT(a, b) _Static_assert(CAW__SHAPE(a) != CAW__SHAPE(b), #a " is no " #b)
#define ALIKE(a, b) _Static_assert(CAW__SHAPE(a) == CAW__SHAPE(b), #a " is as " #b)
DIFFERENT(int, float);
DIFFERENT(int64_t, double);
DIFFERENT(double, struct two);
DIFFERENT(int64_t, struct two);
DIFFERENT(bool, char);
DIFFERENT(intptr_t, void *);
DIFFERENT(char *, caw_string *);
DIFFERENT(caw_string *, caw_js *);
DIFFERENT(caw_queue *, caw_any *);
DIFFERENT(float, double);
DIFFERENT(short, int);
ALIKE(int, enum color);
ALIKE(int, unsigned);
ALIKE(long, unsigned long);
ALIKE(struct two, struct too);
ALIKE(const char *, void *);

static uint32_t refs(const void *object) { return ((const caw__object *)object)->refs; }

/* A task that gives one of them: awaited twice, asked, dropped. */
#define GIVES(T, name, made)                                                                                                   \
    static CAW_ASYNC(T, give_##name, void)                                                                                     \
    {                                                                                                                          \
        CAW_BEGIN(T)                                                                                                           \
        {                                                                                                                      \
            CAW_AWAIT(caw_sleep(0));                                                                                           \
            CAW_RETURN(made);                                                                                                  \
        }                                                                                                                      \
        CAW_END;                                                                                                               \
    }                                                                                                                          \
    ASYNC_TEST(name)                                                                                                           \
    {                                                                                                                          \
        CAW_BEGIN(void)                                                                                                        \
        {                                                                                                                      \
            caw_auto task = caw_spawn(give_##name());                                                                          \
            T        one = CAW_AWAIT(caw_ref(task));                                                                           \
            T        other = CAW_AWAIT(caw_ref(task));                                                                         \
            T        third;                                                                                                    \
            CHECK(one == other);                                                                                               \
            CHECK_INT(caw_result(task, &third), 0);                                                                            \
            CHECK_INT(refs((const void *)one), 4);                                                                             \
            caw_unref(task);                                                                                                   \
            caw_unref((void *)(uintptr_t)one);                                                                                 \
            caw_unref((void *)(uintptr_t)third);                                                                               \
            CHECK_INT(refs((const void *)other), 1);                                                                           \
            caw_unref((void *)(uintptr_t)other);                                                                               \
            caw_unref(caw_spawn(give_##name())); /* nobody takes it */                                                         \
            CAW_AWAIT(caw_sleep(1));                                                                                           \
        }                                                                                                                      \
        CAW_END;                                                                                                               \
    }

static void nothing(void *unused) { (void)unused; }

static caw_stream_reader *reader(void) { return caw_stream_reader_new(100); }

static CAW_ASYNC_GEN(int, one_item, void)
{
    CAW_BEGIN_GEN(int) { CAW_YIELD(1); }
    CAW_END_GEN;
}

GIVES(caw_queue *, a_queue, caw_queue_new(0))
GIVES(const caw_queue *, a_constant_queue, caw_queue_new(0))
GIVES(caw_lock *, a_lock, caw_lock_new())
GIVES(caw_event *, an_event, caw_event_new())
GIVES(caw_condition *, a_condition, caw_condition_new(NULL))
GIVES(caw_semaphore *, a_semaphore, caw_semaphore_new(1))
GIVES(caw_barrier *, a_barrier, caw_barrier_new(2))
GIVES(caw_error *, an_error, caw_error_new(CAW_VALUE_ERROR, "given"))
GIVES(caw_string *, a_string, caw_string_of("given"))
GIVES(caw_context *, a_context, caw_context_copy())
GIVES(caw_call_graph *, a_call_graph, caw_capture_tasks(NULL))
GIVES(caw_completions *, completions, caw_as_completed(caw_future(int)))
GIVES(caw_stream_reader *, a_reader, reader())
GIVES(caw_gen(int), a_generator, one_item())
GIVES(caw_of(int), a_future, caw_future(int))
GIVES(caw_any *, an_awaitable, caw_base(caw_future(int)))

static CAW_ASYNC(caw_handle *, give_handle, void)
{
    CAW_BEGIN(caw_handle *) {
        CAW_RETURN(caw_call_later(NULL, 1, nothing, NULL));
    } CAW_END;
}

static CAW_ASYNC(caw_stream, give_stream, void)
{
    CAW_BEGIN(caw_stream) {
        caw_stream one, other;
        CAW_CHECK(caw_memory_duplex(0, &one, &other));
        caw_unref(other.reader);
        caw_unref(other.writer);
        CAW_RETURN(one);
    } CAW_END;
}

ASYNC_TEST(a_handle_and_a_stream)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(give_handle()));
        caw_auto    handles = caw_spawn(give_handle());
        caw_handle *handle = CAW_AWAIT(caw_ref(handles));
        caw_unref(handles);
        CHECK(!caw_handle_cancelled(handle));
        CAW_AWAIT(caw_sleep(2));
        CHECK_INT(refs(handle), 1);
        caw_unref(handle);
        caw_unref(caw_spawn(give_stream()));
        caw_auto   task = caw_spawn(give_stream());
        caw_stream one = CAW_AWAIT(caw_ref(task)), two = CAW_AWAIT(task);
        CHECK(one.reader == two.reader && one.writer == two.writer);
        CHECK_INT(refs(one.reader), refs(two.reader));
        caw_unref(one.reader);
        caw_unref(one.writer);
        caw_unref(two.reader);
        caw_unref(two.writer);
        CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}

/* ---- Another type --------------------------------------------------------------------------------------------------------- */

/* A handle that was cast, as one out of an array is. */
static caw_of(float) as_float(caw_any *any) { return (caw_of(float))any; }

static CAW_ASYNC(int, give_int, int n)
{
    CAW_BEGIN(int) {
        CAW_RETURN(n);
    } CAW_END;
}

static CAW_ASYNC(enum color, give_color, void)
{
    CAW_BEGIN(enum color) {
        CAW_RETURN(GREEN);
    } CAW_END;
}

ASYNC_TEST(a_result_of_another_type)
{
    CAW_BEGIN(void) {
        caw_results *r = CAW_AWAIT(caw_gather(give_int(0x3f800000), give_a_string(), give_color(), give_stream()));
        CAW_DEFER(caw_unref, r);
        CHECK_REAL((double)caw_result_at(r, 0, float), 0);
        CHECK_LOGGED("caw_result_at: the child's result has another type");
        CHECK_INT(caw_result_at(r, 0, int), 0x3f800000);
        CHECK_INT(caw_result_at(r, 0, unsigned), 0x3f800000);
        CHECK(caw_result_at(r, 1, caw_queue *) == NULL);
        CHECK_LOGGED("caw_result_at: the child's result has another type");
        CHECK(caw_result_at(r, 1, const char *) == NULL);
        CHECK_LOGGED("caw_result_at: the child's result has another type");
        caw_string *s = caw_result_at(r, 1, caw_string *);
        CHECK_TEXT(caw_string_data(s), "given");
        caw_unref(s);
        CHECK_INT(caw_result_at(r, 2, int), GREEN);
        CHECK_INT(caw_result_at(r, 2, enum color), GREEN);
        caw_stream both = caw_result_at(r, 3, caw_stream);
        caw_unref(both.reader);
        caw_unref(both.writer);
        CHECK_INT((int)caw_result_at(r, 3, caw_value).tag, CAW_NONE);
        CHECK_LOGGED("caw_result_at: the child's result has another type");

        caw_any *ints[] = {caw_base(give_int(1))};
        CHECK_RAISES(caw_race_array(float, ints, 1), CAW_TYPE_ERROR, "race: the result has another type");
        ints[0] = caw_base(give_int(1));
        CHECK_RAISES(caw_any_of_array(float, ints, 1), CAW_TYPE_ERROR, "any_of: the result has another type");
        caw_completions *it = caw_as_completed(give_int(1));
        CHECK_RAISES(caw_next_result(it, float), CAW_TYPE_ERROR, "caw_next_result: the result has another type");
        caw_unref(it);

        caw_of(int) future = caw_future(int);
        float wrong = 1;
        CHECK_INT(caw_set_result(as_float(caw_base(future)), wrong), -CAW_TYPE_ERROR);
        CHECK(!caw_done(future));
        CHECK_INT(caw_set_result(future, 1), 0);
        CHECK_INT(caw_result(as_float(caw_base(future)), &wrong), -CAW_TYPE_ERROR);
        CHECK_REAL((double)wrong, 1);
        caw_unref(future);
    } CAW_END;
}

TEST(a_run_of_another_type)
{
    float     wrong = 1;
    caw_loop *loop = caw_loop_new();
    CHECK_ERROR(caw_run(as_float(caw_base(give_int(2))), &wrong), CAW_TYPE_ERROR,
                "what is to be run has a result of another type");
    CHECK_ERROR(caw_run_until_complete(loop, as_float(caw_base(give_int(2))), &wrong), CAW_TYPE_ERROR, NULL);
    CHECK_REAL((double)wrong, 1);
    int right = 0;
    CHECK(caw_run_until_complete(loop, give_int(2), &right) == NULL);
    CHECK_INT(right, 2);
    CHECK_INT(caw_loop_close(loop), 0);
}
