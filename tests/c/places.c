/* The places of an error: in each function that it passed through, the line where it was raised or awaited. */
#include "test.h"
#include <cawait/graph.h>

static unsigned at[8];
#define NEXT_LINE(n) (at[n] = __LINE__ + 1)

static void check_places(int line, const caw_error *error, int count, const char *const *functions)
{
    caw_place place;
    for (int i = 0; i < count; i++) {
        bool there = caw_error_place(error, (size_t)i, &place);
        if (!there || place.line != at[i] || strcmp(place.function, functions[i]))
            test_complain("  line %d: place %d is %s:%u, not %s:%u\n", line, i, there ? place.function : "none",
                          there ? place.line : 0, functions[i], at[i]);
    }
    if (caw_error_place(error, (size_t)count, &place)) test_complain("  line %d: more places than %d\n", line, count);
}
#define CHECK_PLACES(error, ...)                                                                                               \
    check_places(__LINE__, (error), (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)),                             \
                 (const char *[]){__VA_ARGS__})

static CAW_ASYNC(int, raises, int how)
{
    CAW_BEGIN(int) {
        if (how == 1) {
            NEXT_LINE(0);
            CAW_RAISE(CAW_VALUE_ERROR, "one");
        }
        if (how == 2) CAW_AWAIT(caw_sleep(0));
        NEXT_LINE(0);
        CAW_RAISE(CAW_VALUE_ERROR, "two");
    } CAW_END;
}

static CAW_ASYNC(int, awaits, int how)
{
    CAW_BEGIN(int) {
        NEXT_LINE(1);
        int n = CAW_AWAIT(raises(how));
        CAW_RETURN(n + 1);
    } CAW_END;
}

ASYNC_TEST(the_line_of_the_raise_and_of_each_await)
{
    CAW_BEGIN(void) {
        for (int how = 0; how < 3; how++) {
            CAW_TRY {
                NEXT_LINE(2);
                CAW_AWAIT(awaits(how));
            } CAW_EXCEPT(CAW_VALUE_ERROR, e) {
                CHECK_PLACES(e, "raises", "awaits");
            }
            CAW_END_TRY;
        }
    } CAW_END;
}

static CAW_ASYNC(void, checks, void)
{
    CAW_BEGIN(void) {
        caw_auto q = caw_queue_new(1);
        CAW_DEFER(caw_unref, q);
        CAW_CHECK(caw_queue_put_nowait(q, caw_int(1)));
        NEXT_LINE(0);
        CAW_CHECK(caw_queue_put_nowait(q, caw_int(2)));
    } CAW_END;
}

/* The cleanup handles an error of its own on another line. */
static CAW_ASYNC(void, cleans_up, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            NEXT_LINE(1);
            CAW_AWAIT(checks());
        } CAW_FINALLY {
            CAW_TRY {
                CAW_AWAIT(caw_sleep(0));
                CAW_RAISE(CAW_OS_ERROR, "in between");
            } CAW_EXCEPT(CAW_OS_ERROR, e) {
                CAW_AWAIT(caw_sleep(0));
            }
            CAW_END_TRY;
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, raises_again, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(cleans_up());
        } CAW_EXCEPT(CAW_QUEUE_FULL, e) {
            NEXT_LINE(2);
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(what_is_handled_on_the_way_does_not_count)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(raises_again());
        } CAW_EXCEPT(CAW_QUEUE_FULL, e) {
            CHECK_PLACES(e, "checks", "cleans_up", "raises_again");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, leaves_a_loop, void)
{
    CAW_BEGIN(void) {
        for (;;) {
            CAW_TRY {
                break;
            } CAW_FINALLY {
                NEXT_LINE(0);
            }
            CAW_END_TRY;
        }
    } CAW_END;
}

static CAW_ASYNC(int, forgets_its_result, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        NEXT_LINE(0);
    } CAW_END;
}

ASYNC_TEST(what_the_macros_raise)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(forgets_its_result());
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, e) {
            CHECK_PLACES(e, "forgets_its_result");
        }
        CAW_END_TRY;
        caw_place place;
        CAW_TRY {
            CAW_AWAIT(leaves_a_loop());
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, e) {
            CHECK(caw_error_place(e, 0, &place) && place.line + 2 == at[0]);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(bool, fails, void)
{
    CAW_BEGIN(bool) {
        NEXT_LINE(0);
        CAW_RAISE(CAW_VALUE_ERROR, "at the exit");
    } CAW_END;
}

static caw_of(bool) fails_at_exit(void *self, caw_error *error)
{
    (void)self, (void)error;
    return fails();
}

ASYNC_TEST(an_exit_that_fails)
{
    CAW_BEGIN(void) {
        static const caw_with_type type = {.exit = fails_at_exit};
        CAW_TRY {
            CAW_WITH(((caw_with){NULL, &type})) {
                CAW_AWAIT(caw_sleep(0));
            }
            CAW_END_WITH;
        } CAW_EXCEPT(CAW_VALUE_ERROR, e) {
            CHECK_PLACES(e, "fails");
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, in_a_block, void)
{
    CAW_BEGIN(void) {
        static const caw_with_type type = {.exit = fails_at_exit};
        CAW_WITH(((caw_with){NULL, &type})) {
            at[1] = __LINE__ + 3;
            CAW_RAISE(CAW_TYPE_ERROR, "replaced");
        }
        CAW_END_WITH;
    } CAW_END;
}

static CAW_ASYNC_GEN(int, items, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            CAW_YIELD(1);
        } CAW_FINALLY {
            NEXT_LINE(0);
            CAW_RAISE(CAW_VALUE_ERROR, "at the close");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

static CAW_ASYNC(void, leaves_the_items, void)
{
    CAW_BEGIN(void) {
        CAW_FOR_AWAIT(int item, items()) {
            at[2] = __LINE__ + 3;
            if (item) break;
        }
        CAW_END_FOR;
    } CAW_END;
}

ASYNC_TEST(what_an_exit_or_a_close_raises_is_awaited_at_the_end_of_the_block)
{
    CAW_BEGIN(void) {
        caw_place place;
        CAW_TRY {
            CAW_AWAIT(in_a_block());
        } CAW_EXCEPT(CAW_VALUE_ERROR, e) {
            CHECK(caw_error_place(e, 1, &place) && place.line == at[1]);
        }
        CAW_END_TRY;
        CAW_TRY {
            CAW_AWAIT(leaves_the_items());
        } CAW_EXCEPT(CAW_VALUE_ERROR, e) {
            CHECK(caw_error_place(e, 0, &place) && place.line == at[0] && !strcmp(place.function, "items"));
            size_t last = 0;
            while (caw_error_place(e, last + 1, &place)) last++;
            CHECK(caw_error_place(e, last, &place) && place.line == at[2] && !strcmp(place.function, "leaves_the_items"));
        }
        CAW_END_TRY;
    } CAW_END;
}

/* A function of the library's in between stands there with the line where it begins. */
ASYNC_TEST(the_library_s_own_functions)
{
    CAW_BEGIN(void) {
        caw_place first, second;
        CAW_TRY {
            CAW_AWAIT(caw_wait_for(raises(0), 5));
        } CAW_EXCEPT(CAW_VALUE_ERROR, e) {
            CHECK(caw_error_place(e, 0, &first) && first.line == at[0]);
            CHECK(caw_error_place(e, 1, &second) && strstr(second.file, "timeout.c") && second.line > 0);
        }
        CAW_END_TRY;
    } CAW_END;
}

static caw_call_graph *seen_inside;

static CAW_ASYNC(void, waits, caw_event *event)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        NEXT_LINE(0);
        CAW_AWAIT(caw_event_wait(event));
        NEXT_LINE(2);
        seen_inside = CAW_CAPTURE_CALL_GRAPH();
    } CAW_END;
}

static CAW_ASYNC(void, waits_for_it, caw_event *event)
{
    CAW_BEGIN(void) {
        NEXT_LINE(1);
        CAW_AWAIT(waits(event));
    } CAW_END;
}

/* By a name, as a function of the library's may stand in between. */
static unsigned line_of(const caw_call_graph *graph, const char *function)
{
    const caw_call_node *node = caw_call_graph_node(graph, 0);
    for (size_t i = 0; i < node->call_count; i++)
        if (!strcmp(node->calls[i].function, function)) return node->calls[i].line;
    return 0;
}

ASYNC_TEST(where_a_task_waits)
{
    CAW_BEGIN(void) {
        caw_auto event = caw_event_new();
        CAW_DEFER(caw_unref, event);
        caw_auto task = caw_spawn(waits_for_it(event));
        for (int i = 0; i < 3; i++) CAW_AWAIT(caw_sleep(0));
        caw_auto graph = caw_capture_call_graph(task);
        CHECK_INT(line_of(graph, "waits"), at[0]);
        CHECK_INT(line_of(graph, "waits_for_it"), at[1]);
        caw_unref(graph);
        caw_event_set(event);
        CAW_AWAIT(task);
        CHECK_INT(line_of(seen_inside, "waits"), at[2]);
        CHECK_INT(line_of(seen_inside, "waits_for_it"), at[1]);
        caw_unref(seen_inside);
    } CAW_END;
}

/* Where it is in a long function (see far.c, too). */
static CAW_ASYNC(void, long_one, caw_event *event)
{
    CAW_BEGIN(void) {
#line 10000
        CAW_AWAIT(caw_event_wait(event));
        CAW_RAISE(CAW_VALUE_ERROR, "far down");
    } CAW_END;
}

ASYNC_TEST(a_long_function)
{
    CAW_BEGIN(void) {
        caw_auto event = caw_event_new();
        CAW_DEFER(caw_unref, event);
        caw_auto task = caw_spawn(long_one(event));
        CAW_AWAIT(caw_sleep(0));
        caw_auto graph = caw_capture_call_graph(task);
        CHECK_INT(line_of(graph, "long_one"), 10000);
        caw_unref(graph);
        caw_event_set(event);
        CAW_TRY {
            CAW_AWAIT(task);
        } CAW_EXCEPT(CAW_VALUE_ERROR, e) {
            caw_place place;
            CHECK(caw_error_place(e, 0, &place));
            CHECK_INT(place.line, 10001);
        }
        CAW_END_TRY;
    } CAW_END;
}
