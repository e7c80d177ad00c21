/*
 * Owns: statements that are blocks: task groups, time limits, exit stacks, managers, try with its clauses.
 */
#include "world.h"

static void group_leave(void *group)
{
    (void)group;
    caw_task_group *old = w.group;
    w.group = NULL;
    caw_unref(old);
}

static void timeout_leave(void *scope)
{
    if (w.timeout == scope) w.timeout = NULL;
}

static CAW_ASYNC(void, in_group, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            if (group) {
                caw_task_group *old = w.group;
                w.group = caw_ref(group);
                caw_unref(old);
            }
            unsigned how = byte();
            if (how & 1 && group) CAW_GROUP_START(group, body());
            if (how & 2 && group) CAW_GROUP_START(group, body(), .eager = (how & 8) != 0);
            CAW_AWAIT(statement());
            if (how & 4) CAW_AWAIT(statement());
        }
        CAW_END_TASK_GROUP;
        if (byte() & 1) group_leave(NULL);
    } CAW_END;
}

static CAW_ASYNC(void, in_limit, unsigned which)
{
    CAW_BEGIN(void) {
        double seconds = which >> 5 & 3;
        if (which & 128) {
            CAW_MOVE_ON_AFTER(scope, seconds) {
                CAW_DEFER(timeout_leave, scope);
                w.timeout = scope;
                CAW_AWAIT(statement());
                CAW_AWAIT(statement());
            }
            CAW_END_MOVE_ON;
            (void)caw_timeout_expired(scope);
        } else {
            CAW_WITH_TIMEOUT(scope, seconds) {
                CAW_AWAIT(statement());
                if (byte() & 1) (void)!caw_timeout_reschedule(scope, CAW_NEVER);
                CAW_AWAIT(statement());
            }
            CAW_END_TIMEOUT;
        }
    } CAW_END;
}

/* ---- Managers ------------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(void, enter, void *self)
{
    CAW_BEGIN(void) {
        (void)self;
        CAW_AWAIT(statement());
    } CAW_END;
}

static CAW_ASYNC(bool, leave, void *self, caw_error *error)
{
    CAW_BEGIN(bool) {
        (void)self, (void)error;
        CAW_AWAIT(statement());
        CAW_RETURN(byte() & 1);
    } CAW_END;
}

static CAW_ASYNC(void, later, void *self)
{
    CAW_BEGIN(void) {
        (void)self;
        CAW_AWAIT(statement());
    } CAW_END;
}

static const caw_with_type async_type = {.enter = enter, .exit = leave, .release = value_drop};

/* A manager that owns a token; a null one when there is none. */
static caw_with manager(void)
{
    token *self = token_new();
    return self ? (caw_with){self, &async_type} : caw_nullcontext();
}

static CAW_ASYNC(void, in_stack, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_EXIT_STACK(stack) {
            unsigned how = byte();
            if (stack) {
                if (how & 1) CAW_AWAIT(caw_exit_stack_enter(stack, manager()));
                if (how & 2) CAW_CHECK(caw_exit_stack_callback(stack, deed_called, NULL));
                if (how & 4) CAW_CHECK(caw_exit_stack_async_callback(stack, later, NULL));
                if (how & 8 && w.lock) CAW_AWAIT(caw_exit_stack_enter(stack, caw_lock_with(w.lock)));
                if (how & 16) caw_unref(caw_exit_stack_pop_all(stack));
                if (how & 32) CAW_AWAIT(caw_exit_stack_aclose(stack));
            }
            CAW_AWAIT(statement());
        }
        CAW_END_EXIT_STACK;
    } CAW_END;
}

/* ---- Errors ---------------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, in_try, unsigned which)
{
    CAW_BEGIN(void) {
        if (which & 128) {
            CAW_TRY {
                CAW_AWAIT(statement());
            } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, error) {
                (void)error;
                CAW_AWAIT(statement());
                if (which & 64) CAW_RERAISE();
            } CAW_EXCEPT_GROUP(CAW_EXCEPTION, error) {
                (void)error;
                if (which & 32) CAW_RAISE_ERROR(error_new());
            } CAW_FINALLY {
                CAW_AWAIT(statement());
            }
            CAW_END_TRY;
        } else {
            CAW_TRY {
                CAW_AWAIT(statement());
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                CAW_AWAIT(statement());
                if (!caw_cancelled_by_child(error) && which & 64) CAW_RERAISE();
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                (void)error;
                CAW_AWAIT(statement());
                if (which & 32) CAW_RAISE_ERROR(error_new());
            } CAW_FINALLY {
                CAW_AWAIT(statement());
                if (which & 16) CAW_RETURN();
            }
            CAW_END_TRY;
        }
    } CAW_END;
}

CAW_ASYNC(void, scope_statement, unsigned which)
{
    CAW_BEGIN(void) {
        switch (which % 8) {
        case 0:
        case 1: CAW_AWAIT(in_group()); break;
        case 2: CAW_AWAIT(in_limit(which)); break;
        case 3: CAW_WITH(manager()) {
                CAW_AWAIT(statement());
            }
            CAW_END_WITH;
            break;
        case 4: CAW_AWAIT(in_stack()); break;
        default: CAW_AWAIT(in_try(which)); break;
        }
    } CAW_END;
}
