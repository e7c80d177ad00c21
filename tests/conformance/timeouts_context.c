/* CPython's TimeoutTests (test_timeouts): what the errors that leave a scope say of each other. */
#include "groups.h"

/* Awaits it; gives the error it raised, or NULL. */
static CAW_ASYNC(caw_error *, raised_by, caw_of(void) handle)
{
    CAW_BEGIN_OWNING(caw_error *, caw_drop(handle)) {
        caw_error *error = NULL;
        CAW_TRY {
            CAW_AWAIT(handle);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, e) {
            error = caw_ref(e);
        }
        CAW_END_TRY;
        CAW_RETURN(error);
    } CAW_END;
}

/* The chain of contexts by name, "+" after one that has a cause which is its context, "?" after one with another cause. */
static void trace_chain(caw_error *error)
{
    for (; error; error = caw_error_context(error)) {
        caw_error *cause = caw_error_cause(error);
        trace("%s%s", caw_error_name((int)caw_error_type_of(error)),
              !cause                              ? ""
              : cause == caw_error_context(error) ? "+"
                                                  : "?");
    }
}

static CAW_ASYNC(void, fail_at_once, bool *expired)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 0.01) {
            *expired = caw_timeout_expired(scope);
            CAW_RAISE(CAW_LOOKUP_ERROR, "mine");
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(foreign_exception_passed)
{
    CAW_BEGIN(void) {
        bool expired = true;
        CHECK_RAISES(fail_at_once(&expired), CAW_LOOKUP_ERROR, "mine");
        CHECK(!expired);
    } CAW_END;
}

static CAW_ASYNC(void, slow_finally, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 0.01) {
            CAW_TRY {
                CAW_RAISE(CAW_VALUE_ERROR, NULL);
            } CAW_FINALLY {
                CAW_AWAIT(caw_sleep(1));
            }
            CAW_END_TRY;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(timeout_exception_context)
{
    CAW_BEGIN(void) {
        caw_error *e = CAW_AWAIT(raised_by(slow_finally()));
        trace_chain(e);
        CHECK_TRACE("TimeoutError+ CancelledError ValueError");
        caw_unref(e);
    } CAW_END;
}

static CAW_ASYNC(void, crash, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1));
        } CAW_FINALLY {
            CAW_RAISE(CAW_VALUE_ERROR, NULL);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, crash_in_scope, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 0.01) {
            CAW_AWAIT(crash());
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(foreign_exception_on_timeout)
{
    CAW_BEGIN(void) {
        caw_error *e = CAW_AWAIT(raised_by(crash_in_scope()));
        trace_chain(e);
        CHECK_TRACE("ValueError TimeoutError+ CancelledError");
        caw_unref(e);
    } CAW_END;
}

static CAW_ASYNC(void, crash_twice_in_scope, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 0.01) {
            CAW_TRY {
                CAW_TRY {
                    CAW_RAISE(CAW_VALUE_ERROR, NULL);
                } CAW_FINALLY {
                    CAW_AWAIT(caw_sleep(1));
                }
                CAW_END_TRY;
            } CAW_FINALLY {
                CAW_TRY {
                    CAW_RAISE(CAW_LOOKUP_ERROR, NULL);
                } CAW_FINALLY {
                    CAW_RAISE(CAW_TYPE_ERROR, NULL);
                }
                CAW_END_TRY;
            }
            CAW_END_TRY;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(foreign_exception_on_timeout_2)
{
    CAW_BEGIN(void) {
        caw_error *e = CAW_AWAIT(raised_by(crash_twice_in_scope()));
        trace_chain(e);
        CHECK_TRACE("TypeError LookupError TimeoutError+ CancelledError ValueError");
        caw_unref(e);
    } CAW_END;
}

static CAW_ASYNC(void, limited_cleanup, caw_error **inner)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 0.01) {
            CAW_TRY {
                CAW_AWAIT(caw_sleep(1));
            } CAW_FINALLY {
                CAW_TRY {
                    CAW_WITH_TIMEOUT(short_scope, 0.01) {
                        CAW_AWAIT(caw_sleep(10));
                    }
                    CAW_END_TIMEOUT;
                } CAW_EXCEPT(CAW_TIMEOUT_ERROR, e) {
                    *inner = caw_ref(e);
                }
                CAW_END_TRY;
            }
            CAW_END_TRY;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

ASYNC_TEST(nested_timeout_in_finally)
{
    CAW_BEGIN(void) {
        caw_error *inner = NULL, *outer = CAW_AWAIT(raised_by(limited_cleanup(&inner)));
        trace_chain(outer);
        CHECK_TRACE("TimeoutError+ CancelledError");
        trace_chain(inner);
        CHECK_TRACE("TimeoutError+ CancelledError CancelledError");
        CHECK(caw_error_context(caw_error_context(inner)) == caw_error_cause(outer));
        caw_unref(inner);
        caw_unref(outer);
    } CAW_END;
}

static CAW_ASYNC(void, crash_when_cancelled, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(2));
        } CAW_FINALLY {
            CAW_RAISE(CAW_TYPE_ERROR, NULL);
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, group_in_scope, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TIMEOUT(scope, 0.01) {
            CAW_WITH_TASK_GROUP(g) {
                CAW_GROUP_START(g, crash_when_cancelled());
                CAW_TRY {
                    CAW_RAISE(CAW_VALUE_ERROR, NULL);
                } CAW_FINALLY {
                    CAW_AWAIT(caw_sleep(1));
                }
                CAW_END_TRY;
            }
            CAW_END_TASK_GROUP;
        }
        CAW_END_TIMEOUT;
    } CAW_END;
}

/* The group was raised while the timeout's cancellation was handled, and so was the error of the child, by another one. */
ASYNC_TEST(timeout_taskgroup)
{
    CAW_BEGIN(void) {
        caw_error *group = CAW_AWAIT(raised_by(group_in_scope()));
        trace_chain(group);
        CHECK_TRACE("ExceptionGroup TimeoutError+ CancelledError ValueError");
        CHECK_INT(caw_error_child_count(group), 1);
        trace_chain(caw_error_child(group, 0));
        CHECK_TRACE("TypeError TimeoutError+ CancelledError");
        caw_unref(group);
    } CAW_END;
}
