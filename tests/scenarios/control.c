/* call, return, raise, try. */
#include "act.h"
#include <string.h>

static CAW_ASYNC(caw_value, do_call, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        CAW_RETURN(CAW_AWAIT(run_body(a->world, json_int(arg(s, 0)))));
    } CAW_END;
}

static caw_value do_return(act *a, const json *s, caw_error **error)
{
    (void)error;
    act_overtaken(a);
    a->returning = true;
    a->result = arg_value(a, s, 0);
    return caw_value_copy(a->result);
}

static caw_value do_raise(act *a, const json *s, caw_error **error)
{
    (void)a;
    *error = boom(json_int(arg(s, 0)));
    return caw_none();
}

/* ---- try ------------------------------------------------------------------------------------------------------------------- */

bool catches(const char *kind, const caw_error *error)
{
    if (strcmp(kind, "boom") == 0) return caw_error_type_of(error) == CAW_EXCEPTION;
    if (strcmp(kind, "timeout") == 0) return caw_error_is(error, CAW_TIMEOUT_ERROR);
    if (strcmp(kind, "cancelled") == 0) return caw_error_is(error, CAW_CANCELLED_ERROR);
    if (strcmp(kind, "group") == 0)
        return caw_error_is(error, CAW_BASE_EXCEPTION_GROUP) || caw_error_is(error, CAW_EXCEPTION_GROUP);
    if (strcmp(kind, "any") == 0) return caw_error_is(error, CAW_EXCEPTION);
    if (strcmp(kind, "base") == 0) return !caw_error_is(error, CAW_GENERATOR_EXIT);
    return false;
}

void begin_except(act *a, size_t depth, caw_error *error)
{
    a->depth = depth;
    act_print_error(a, "? ", error);
    act_overtaken(a); /* a return that an error has overtaken */
    a->caught = error;
}

/* The finally block: a return of its own overtakes whatever is on its way. Gives whether there was one. */
static CAW_ASYNC(bool, conclude, act *a, const json *s, size_t depth)
{
    CAW_BEGIN(bool) {
        act before = {.returning = a->returning, .result = a->result};
        a->result = caw_none();
        a->returning = false;
        a->depth = depth;
        CAW_DEFER(act_overtaken, &before);
        CAW_AWAIT(run_block(a, s, 3));
        if (a->returning) CAW_RETURN(true);
        a->returning = before.returning;
        a->result = act_take(&before);
        CAW_RETURN(false);
    } CAW_END;
}

static CAW_ASYNC(caw_value, do_try, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        size_t      depth = a->depth;
        const char *kind = json_text(arg(s, 1));
        caw_error  *outer = a->caught;
        CAW_TRY {
            CAW_TRY {
                CAW_AWAIT(run_block(a, s, 0));
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                if (!catches(kind, error)) CAW_RERAISE();
                begin_except(a, depth, error);
                CAW_AWAIT(run_block(a, s, 2));
            }
             CAW_END_TRY;
        } CAW_FINALLY {
            a->caught = outer;
            if (CAW_AWAIT(conclude(a, s, depth))) CAW_RETURN(caw_none());
        }
        CAW_END_TRY;
        CAW_RETURN(caw_none());
    } CAW_END;
}

const statement control_statements[] = {
    {"call", NULL, do_call}, {"return", do_return, NULL}, {"raise", do_raise, NULL}, {"try", NULL, do_try}, {NULL, NULL, NULL},
};
