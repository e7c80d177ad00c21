/* Timeout scopes. */
#include "act.h"

static CAW_ASYNC(caw_value, do_timeout, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        caw_timeout *outer = a->timeout;
        bool         expired = false;
        CAW_TRY {
            CAW_WITH_TIMEOUT(scope, arg_time(a, s, 0)) {
                a->timeout = scope;
                CAW_AWAIT(run_block(a, s, 1));
                expired = caw_timeout_expired(scope);
            }
                    CAW_END_TIMEOUT;
        } CAW_FINALLY {
            a->timeout = outer;
        }
        CAW_END_TRY;
        CAW_RETURN(caw_bool(expired));
    } CAW_END;
}

static caw_value do_reschedule(act *a, const json *s, caw_error **error)
{
    if (!a->timeout) return text_literal("none");
    int status = caw_timeout_reschedule(a->timeout, caw_time(a->world->loop) + arg_time(a, s, 0));
    if (status < 0) *error = caw_error_from_code(status);
    return caw_none();
}

const statement scope_statements[] = {
    {"timeout", NULL, do_timeout},
    {"reschedule", do_reschedule, NULL},
    {NULL, NULL, NULL},
};
