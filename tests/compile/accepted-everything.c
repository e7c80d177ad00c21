// accepted
// flags: -Wpedantic -Wno-gnu-auto-type -Wno-c2y-extensions
#include <cawait.h>
#include <stdio.h>

/* Declared before, static, external, without parameters. */
static caw_of(void) later(int n);
caw_of(double) half(double d);

CAW_ASYNC(double, half, double d)
{
    CAW_BEGIN(double) {
        CAW_RETURN(d / 2);
    } CAW_END;
}

static CAW_ASYNC(void, later, int n)
{
    CAW_BEGIN(void) {
        if (n == 0) CAW_RETURN();
        CAW_AWAIT(later(n - 1));
    } CAW_END;
}

static CAW_ASYNC(const char *, name, void)
{
    CAW_BEGIN(const char *) {
        CAW_RETURN("name");
    } CAW_END;
}

/* Awaits in arguments, conditions and a switch; scopes in scopes; the same names for errors again. */
static CAW_ASYNC(int, nested, int n)
{
    CAW_BEGIN(int) {
        double d = CAW_AWAIT(half(CAW_AWAIT(half(CAW_AWAIT(half(n))))));
        CAW_TRY {
            CAW_TRY {
                if (CAW_AWAIT(half(d)) > 1) CAW_RAISE(CAW_VALUE_ERROR, "n=%d", n);
            } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
                puts(caw_error_message(error));
                CAW_TRY {
                    CAW_AWAIT(later(2));
                } CAW_EXCEPT(CAW_EXCEPTION, error) {
                    CAW_RERAISE();
                } CAW_FINALLY {
                    CAW_AWAIT(caw_sleep(0));
                }
                CAW_END_TRY;
            }
            CAW_END_TRY;
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            CAW_RAISE_ERROR(caw_ref(error));
        } CAW_FINALLY {
            printf("%s %g\n", CAW_AWAIT(name()), CAW_AWAIT(half(1)));
        }
        CAW_END_TRY;
        switch (CAW_AWAIT(caw_spawn(name(), .name = "task"))[0]) {
        case 'n': CAW_AWAIT(later(1)); break;
        default: CAW_RETURN(1);
        }
        CAW_RETURN(0);
    } CAW_END;
}

static void release(void *pointer) { (void)pointer; }

static CAW_ASYNC(bool, leave, void *self, caw_error *error)
{
    CAW_BEGIN(bool) {
        if (error) CAW_AWAIT(later(*(int *)self));
        CAW_RETURN(true);
    } CAW_END;
}

static const caw_with_type manager = {.exit = leave};

static CAW_ASYNC(int, managed, caw_lock *lock, int n)
{
    CAW_BEGIN(int) {
        CAW_WITH(caw_lock_with(lock)) {
            CAW_WITH(((caw_with){&n, &manager})) {
                CAW_TRY {
                    if (CAW_AWAIT(nested(n)) > 1) CAW_RETURN(2);
                } CAW_EXCEPT(CAW_EXCEPTION, error) {
                    CAW_RERAISE();
                }
                CAW_END_TRY;
            }
            CAW_END_WITH;
        }
        CAW_END_WITH;
        CAW_RETURN(n);
    } CAW_END;
}

static CAW_ASYNC_GEN(double, halves, int n)
{
    CAW_BEGIN_GEN(double) { CAW_YIELD(CAW_AWAIT(half(n))); }
    CAW_END_GEN;
}

static CAW_ASYNC(int, combined, void)
{
    CAW_BEGIN(int) {
        CAW_DEFER(release, NULL);
        caw_results *r = CAW_AWAIT(caw_gather(nested(1), half(2), later(3), caw_sleep(0)));
        CAW_DEFER(caw_unref, r);
        CAW_WITH_TIMEOUT(outer, 5) {
            CAW_WITH_TIMEOUT(inner, 1) {
                (void)CAW_AWAIT(caw_wait_for(caw_shield(nested(2)), CAW_NEVER));
                if (caw_timeout_when(inner) > caw_timeout_when(outer)) CAW_RETURN(2);
            }
            CAW_END_TIMEOUT;
        }
        CAW_END_TIMEOUT;
        caw_of(int) future = caw_future(int);
        CAW_DEFER(caw_unref, future);
        CAW_CHECK(caw_set_result(future, caw_result_at(r, 0, int)));
        int n = 0;
        CAW_CHECK(caw_result(future, &n));
        caw_auto copy = caw_ref(future);
        CAW_WITH_EXIT_STACK(stack) {
            CAW_AWAIT(caw_exit_stack_enter(stack, caw_lock_with(caw_lock_new())));
            CAW_CHECK(caw_exit_stack_callback(stack, release, &n));
            CAW_WITH_AS(double d, halves(n)) {
                CAW_WITH_AS(double e, halves((int)d)) {
                    if (e > 100) CAW_RETURN(5);
                }
                CAW_END_WITH;
                n += (int)d;
            }
            CAW_END_WITH;
        }
        CAW_END_EXIT_STACK;
        CAW_TRY {
            CAW_TRY {
                n += CAW_AWAIT(nested(n));
            } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, group) {
                CAW_TRY {
                    CAW_AWAIT(later(1));
                } CAW_EXCEPT(CAW_OS_ERROR, error) {
                    CAW_RERAISE();
                } CAW_EXCEPT(CAW_LOOKUP_ERROR, error) {
                }
                CAW_END_TRY;
            } CAW_EXCEPT_GROUP(CAW_TYPE_ERROR, group) {
                CAW_RERAISE();
            } CAW_FINALLY {
                if (n < 0) CAW_RETURN(4);
            }
            CAW_END_TRY;
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
            puts(caw_error_message(error));
        }
        CAW_END_TRY;
        CAW_WITH_TASK_GROUP(group) {
            CAW_WITH_TASK_GROUP(inner) {
                CAW_GROUP_START(inner, half(1), .name = "half");
                CAW_GROUP_START(group, later(1), .eager = true);
                if (n > 100) CAW_RETURN(3);
            }
            CAW_END_TASK_GROUP;
            caw_auto child = caw_group_spawn(group, nested(1), .name = "nested");
            CAW_DEFER(caw_unref, child);
            n += CAW_AWAIT(caw_ref(child));
        }
        CAW_END_TASK_GROUP;
        caw_lock *lock = caw_lock_new();
        CAW_DEFER(caw_unref, lock);
        CAW_RETURN(CAW_AWAIT(copy) + CAW_AWAIT(managed(lock, n)));
    } CAW_END;
}

CAW_MAIN(combined)
