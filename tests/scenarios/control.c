/* call, return, raise, try, and the context variable. */
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
    a->returning = true;
    return a->result = arg_value(s, 0);
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

CAW_ASYNC(void, run_except, act *a, const json *s, size_t depth, const caw_error *error)
{
    CAW_BEGIN(void) {
        a->depth = depth;
        a->returning = false; /* a return that an error has overtaken */
        act_print_error(a, "? ", error);
        CAW_AWAIT(run_block(a, s, 2));
    } CAW_END;
}

/* The finally block: a return of its own overtakes whatever is on its way. Gives whether there was one. */
static CAW_ASYNC(bool, conclude, act *a, const json *s, size_t depth)
{
    CAW_BEGIN(bool) {
        bool      returning = a->returning;
        caw_value result = a->result;
        a->depth = depth;
        a->returning = false;
        CAW_AWAIT(run_block(a, s, 3));
        if (a->returning) CAW_RETURN(true);
        a->returning = returning;
        a->result = result;
        CAW_RETURN(false);
    } CAW_END;
}

static CAW_ASYNC(caw_value, do_try, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        size_t      depth = a->depth;
        const char *kind = json_text(arg(s, 1));
        CAW_TRY {
            CAW_TRY {
                CAW_AWAIT(run_block(a, s, 0));
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                if (!catches(kind, error)) CAW_RERAISE();
                CAW_AWAIT(run_except(a, s, depth, error));
            }
            CAW_END_TRY;
        } CAW_FINALLY {
            if (CAW_AWAIT(conclude(a, s, depth))) CAW_RETURN(caw_none());
        }
        CAW_END_TRY;
        CAW_RETURN(caw_none());
    } CAW_END;
}

/* ---- The context variable ---------------------------------------------------------------------------------------------------- */

static const caw_context_var variable = {"V", {.tag = CAW_INT32}};

static caw_value do_ctxset(act *a, const json *s, caw_error **error)
{
    (void)a;
    int status = caw_context_set(&variable, arg_value(s, 0));
    if (status < 0) *error = caw_error_from_code(status);
    return caw_none();
}

static caw_value do_ctxget(act *a, const json *s, caw_error **error)
{
    (void)a, (void)s, (void)error;
    return caw_context_get(&variable);
}

const statement control_statements[] = {
    {"call", NULL, do_call},     {"return", do_return, NULL}, {"raise", do_raise, NULL}, {"try", NULL, do_try},
    {"ctxset", do_ctxset, NULL}, {"ctxget", do_ctxget, NULL}, {NULL, NULL, NULL},
};
