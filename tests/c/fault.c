/* The Nth allocation fails: coroutines, errors, tasks, combinators, loops. */
#include "fault.h"

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
        CHECK_INT(caw_cancelling(me()), 0);
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
