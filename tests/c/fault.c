/*
 * The Nth allocation fails, for every N until a run gets through, once alone and once with all that follow: over scenarios that
 * use every primitive. Nothing may crash or be left behind, and nothing but MemoryError may come out. Where storage is pooled
 * few allocations reach the allocator; with a sanitizer, or CAW_NO_POOL, each block is one.
 */
#include "test.h"

static size_t allocation, failing; /* how many so far; which one fails (0: none) */
static bool   failing_on;          /* and all after it */

static void *failing_allocator(void *data, void *block, size_t old_size, size_t size)
{
    (void)data, (void)old_size;
    if (!size) {
        free(block);
        return NULL;
    }
    allocation++;
    if (failing && (allocation == failing || (failing_on && allocation > failing))) return NULL;
    return realloc(block, size);
}

__attribute__((constructor)) static void take_over(void)
{
    if (caw_set_allocator(failing_allocator, NULL)) abort();
}

/* In an async function: raises MemoryError for NULL. */
#define NEED(pointer)                                                                                                          \
    ({                                                                                                                         \
        __auto_type needed = (pointer);                                                                                        \
        if (!needed) CAW_RAISE(CAW_MEMORY_ERROR, NULL);                                                                        \
        needed;                                                                                                                \
    })

static void sweep(caw_of(void) (*scenario)(void))
{
    size_t    runs = 0;
    caw_stats before = caw_get_stats();
    for (int mode = 0; mode < 2; mode++) {
        failing_on = mode == 1;
        for (failing = 1;; failing++) {
            allocation = 0;
            runs++;
            caw_error     *error = caw_run(scenario(), NULL);
            caw_error_type type = caw_error_type_of(error);
            bool           through = allocation < failing;
            char           text[512];
            caw_error_format(error, text, sizeof text);
            caw_unref(error);
            caw_stats alive = caw_get_stats();
            bool      left = alive.frames != before.frames || alive.blocks != before.blocks || alive.loops != before.loops;
            if (left || (type && type != CAW_MEMORY_ERROR) || (through && type)) {
                test_complain("  allocation %zu%s: %d frames, %d blocks, %d loops left; ended with %s\n%s", failing,
                              failing_on ? " and all after it" : "", (int)(alive.frames - before.frames),
                              (int)(alive.blocks - before.blocks), (int)(alive.loops - before.loops), type ? text : "no error",
                              test.log);
                failing = 0;
                return;
            }
            if (through) break;
            test.log[0] = 0; /* reports of what was cut short */
        }
    }
    failing = 0;
    CHECK(runs >= 2);
}

#define SCENARIO(name)                                                                                                         \
    static caw_of(void) name##_scenario(void);                                                                                 \
    TEST(name) { sweep(name##_scenario); }                                                                                     \
    static CAW_ASYNC(void, name##_scenario, void)

/* ---- Coroutines and errors ----------------------------------------------------------------------------------------------- */

static void do_nothing(void *unused) { (void)unused; }

static CAW_ASYNC(caw_string *, text_of, const char *text, int yields)
{
    CAW_BEGIN(caw_string *) {
        CAW_DEFER(do_nothing, NULL);
        while (yields-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(NEED(caw_string_of(text)));
    } CAW_END;
}

static CAW_ASYNC(void, fail, caw_error_type type, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RAISE(type, "on purpose, %d", 1);
    } CAW_END;
}

static CAW_ASYNC(int, deep, int n)
{
    CAW_BEGIN(int) {
        if (n == 0) CAW_AWAIT(caw_sleep(1));
        else CAW_RETURN(CAW_AWAIT(deep(n - 1)) + 1);
        CAW_RETURN(0);
    } CAW_END;
}

SCENARIO(coroutines)
{
    CAW_BEGIN(void) {
        for (int yields = 0; yields < 2; yields++) {
            caw_string *text = CAW_AWAIT(text_of("text", yields));
            CAW_DEFER(caw_unref, text);
            CHECK_INT(CAW_AWAIT(deep(10)), 10);
            CAW_TRY {
                CAW_AWAIT(fail(CAW_VALUE_ERROR, yields));
            } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
                CAW_DEFER(caw_unref, NEED(caw_string_of(caw_error_message(error))));
            } CAW_FINALLY {
                caw_unref(CAW_AWAIT(text_of("finally", yields)));
            }
            CAW_END_TRY;
        }
        caw_drop(text_of("never run", 1));
    } CAW_END;
}

SCENARIO(errors)
{
    CAW_BEGIN(void) {
        caw_error *error =
            caw_error_new(CAW_VALUE_ERROR, "%.3s and a long text that does not fit into a small block: %d", "abc", 7);
        CAW_DEFER(caw_unref, error);
        CAW_CHECK(caw_error_add_note(error, "note"));
        error = caw_error_set_cause(error, caw_error_os(2, "cause"));
        caw_error *children[] = {caw_error_new(CAW_TYPE_ERROR, "one"), caw_error_from_code(-CAW_QUEUE_FULL)};
        caw_error *group = caw_error_group("group", children, 2);
        CAW_DEFER(caw_unref, group);
        CAW_TRY {
            CAW_TRY {
                CAW_RAISE_ERROR(caw_ref(group));
            } CAW_EXCEPT(CAW_EXCEPTION_GROUP, seen) {
                CAW_RAISE(CAW_OS_ERROR, "in handler");
            }
            CAW_END_TRY;
        } CAW_EXCEPT(CAW_OS_ERROR, seen) {
            char text[200];
            caw_error_format(seen, text, sizeof text);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* ---- Tasks ------------------------------------------------------------------------------------------------------------------ */

SCENARIO(tasks)
{
    CAW_BEGIN(void) {
        caw_auto a = caw_spawn(text_of("a", 1), .name = "named");
        CAW_DEFER(caw_unref, a);
        caw_auto b = caw_spawn(text_of("b", 0), .eager = true);
        CAW_DEFER(caw_unref, b);
        CAW_CHECK(caw_set_task_name(a, "renamed") == -CAW_TYPE_ERROR ? -CAW_MEMORY_ERROR
                                                                     : 0); /* a may be no task but a failure */
        (void)caw_task_name(b);
        caw_unref(CAW_AWAIT(caw_ref(a)));
        caw_unref(CAW_AWAIT(caw_ref(a)));
        caw_unref(CAW_AWAIT(caw_ref(b)));
        caw_unref(caw_spawn(text_of("detached", 2)));
        CAW_TRY {
            CAW_AWAIT(caw_spawn(fail(CAW_TYPE_ERROR, 1)));
        } CAW_EXCEPT(CAW_TYPE_ERROR, error) {
        }
        CAW_END_TRY;
        CAW_AWAIT(caw_spawn(caw_sleep(0)));
        CAW_AWAIT(caw_spawn(caw_sleep(1)));
    } CAW_END;
}

static CAW_ASYNC(void, nap_with_cleanup, double seconds)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(seconds));
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(1));
        }
        CAW_END_TRY;
    } CAW_END;
}

SCENARIO(cancellation)
{
    CAW_BEGIN(void) {
        for (int how = 0; how < 4; how++) {
            caw_auto task = caw_spawn(nap_with_cleanup(100));
            CAW_DEFER(caw_unref, task);
            if (how) CAW_AWAIT(caw_sleep(how - 1));
            caw_cancel(task, how & 1 ? "message" : NULL);
            if (how == 3) caw_cancel(task, "again");
            CAW_TRY {
                CAW_AWAIT(caw_ref(task));
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            }
            CAW_END_TRY;
        }
        caw_of(int) f = caw_future(int);
        CAW_DEFER(caw_unref, f);
        caw_cancel(f, "message");
        CAW_TRY {
            CAW_AWAIT(caw_ref(f));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
    } CAW_END;
}

static void finish(void *future)
{
    if (!caw_done(*(caw_of(int) *)future)) CHECK_INT(caw_set_result(*(caw_of(int) *)future, 5), 0);
}

static void note_done(void *flag, caw_any *future)
{
    (void)future;
    *(bool *)flag = true;
}

SCENARIO(callbacks)
{
    CAW_BEGIN(void) {
        bool called = false;
        caw_of(int) f = caw_future(int);
        CAW_DEFER(caw_unref, f);
        CAW_CHECK(caw_add_done_callback(f, note_done, &called) == -CAW_TYPE_ERROR ? -CAW_MEMORY_ERROR : 0);
        caw_handle *handle = NEED(caw_call_later(NULL, 1, finish, &f));
        CAW_DEFER(caw_unref, handle);
        CAW_TRY {
            CHECK_INT(CAW_AWAIT(caw_ref(f)), 5);
        } CAW_FINALLY {
            caw_handle_cancel(handle);
            caw_remove_done_callback(f, note_done, &called);
        }
        CAW_END_TRY;
        caw_unref(NEED(caw_call_soon(NULL, do_nothing, NULL)));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

/* ---- Combinators -------------------------------------------------------------------------------------------------------------- */

SCENARIO(gathering)
{
    CAW_BEGIN(void) {
        caw_results *r = CAW_AWAIT(caw_gather(text_of("a", 0), text_of("b", 2), deep(3), caw_sleep(1)));
        CAW_DEFER(caw_unref, r);
        caw_string *text = caw_result_at(r, 1, caw_string *);
        CHECK_TEXT(caw_string_data(text), "b");
        caw_unref(text);
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_gather(text_of("a", 5), fail(CAW_VALUE_ERROR, 0))));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
        }
        CAW_END_TRY;
        caw_results *settled = CAW_AWAIT(caw_gather_settled(text_of("a", 1), fail(CAW_VALUE_ERROR, 0)));
        CAW_DEFER(caw_unref, settled);
        if (!caw_error_at(settled, 1)) CAW_RAISE(CAW_RUNTIME_ERROR, "no error");
        caw_of(caw_results *) g = caw_gather(nap_with_cleanup(10), nap_with_cleanup(20));
        CAW_DEFER(caw_unref, g);
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(g, "message");
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_ref(g)));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
    } CAW_END;
}

SCENARIO(limits)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_wait_for(text_of("in time", 2), 1)));
        for (int seconds = 0; seconds < 2; seconds++) {
            CAW_TRY {
                CAW_AWAIT(caw_wait_for(nap_with_cleanup(100), seconds));
            } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            }
            CAW_END_TRY;
            CAW_TRY {
                CAW_AWAIT(caw_wait_for(caw_spawn(nap_with_cleanup(100)), seconds));
            } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            }
            CAW_END_TRY;
        }
        CAW_TRY {
            CAW_WITH_TIMEOUT(outer, 5) {
                CAW_WITH_TIMEOUT(inner, 10) {
                    CAW_CHECK(caw_timeout_reschedule(inner, caw_time(caw_running_loop()) + 1));
                    CAW_AWAIT(caw_sleep(20));
                }
                CAW_END_TIMEOUT;
            }
            CAW_END_TIMEOUT;
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
        }
        CAW_END_TRY;
        CHECK_INT(caw_cancelling((caw_of(void))caw_current_task()), 0);
    } CAW_END;
}

SCENARIO(shielding)
{
    CAW_BEGIN(void) {
        caw_unref(CAW_AWAIT(caw_shield(text_of("a", 2))));
        caw_auto task = caw_spawn(text_of("b", 5));
        CAW_DEFER(caw_unref, task);
        caw_auto shield = caw_shield(caw_ref(task));
        CAW_DEFER(caw_unref, shield);
        CAW_AWAIT(caw_sleep(0));
        caw_cancel(shield, "message");
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_ref(shield)));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
        caw_unref(CAW_AWAIT(caw_ref(task)));
    } CAW_END;
}

/* ---- Primitives ------------------------------------------------------------------------------------------------------------------- */

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

/* ---- Loops --------------------------------------------------------------------------------------------------------------------------- */

SCENARIO(leaving_tasks_behind)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < 3; i++) caw_unref(caw_spawn(nap_with_cleanup(100 + i)));
        caw_unref(caw_shield(caw_gather(nap_with_cleanup(100), caw_sleep(5))));
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static caw_of(void) nothing(void) { return caw_sleep(0); }

TEST(loops)
{
    for (failing = 1, allocation = 0; allocation >= failing || failing == 1; failing++) {
        allocation = 0;
        caw_loop *a = caw_loop_new(), *b = caw_loop_new();
        if (a) caw_unref(caw_spawn(nap_with_cleanup(5), .loop = a, .name = "left"));
        if (b) CHECK(caw_error_type_of(NULL) == CAW_OK);
        caw_error *error = b ? caw_run_until_complete(b, nap_with_cleanup(1), NULL) : NULL;
        CHECK(!error || caw_error_is(error, CAW_MEMORY_ERROR));
        caw_unref(error);
        if (a) caw_loop_turn(a, NULL);
        caw_loop_close(a);
        caw_loop_close(b);
        test.log[0] = 0;
    }
    failing = 0;
}

SCENARIO(nearly_nothing)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(nothing());
    } CAW_END;
}
