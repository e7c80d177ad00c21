/* Futures, sleeping, shield and wait_for of futures. */
#include "act.h"

static caw_of(caw_value) future(act *a, const json *s) { return a->world->futures[json_int(arg(s, 0)) & (FUTURES - 1)]; }

static CAW_ASYNC(caw_value, do_y, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        (void)a, (void)s;
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_none());
    } CAW_END;
}

static CAW_ASYNC(caw_value, do_sleep, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        CAW_AWAIT(caw_sleep(arg_time(a, s, 0)));
        CAW_RETURN(caw_none());
    } CAW_END;
}

static caw_of(caw_value) do_await(act *a, const json *s) { return caw_ref(future(a, s)); }

static caw_of(caw_value) do_wait_for(act *a, const json *s) { return caw_wait_for(caw_ref(future(a, s)), arg_time(a, s, 1)); }

static caw_value do_set(act *a, const json *s, caw_error **error)
{
    int status = caw_set_result(future(a, s), arg_value(a, s, 1));
    if (status < 0) *error = caw_error_from_code(status);
    return caw_none();
}

static caw_value do_fail(act *a, const json *s, caw_error **error)
{
    int status = caw_set_error(future(a, s), boom(json_int(arg(s, 1))));
    if (status < 0) *error = caw_error_from_code(status);
    return caw_none();
}

static caw_value do_cancel(act *a, const json *s, caw_error **error)
{
    (void)error;
    return caw_bool(caw_cancel(future(a, s), arg_message(s, 1)));
}

const statement future_statements[] = {
    {"y", NULL, do_y},         {"sleep", NULL, do_sleep},     {"await_f", NULL, do_await},       {"set_f", do_set, NULL},
    {"fail_f", do_fail, NULL}, {"cancel_f", do_cancel, NULL}, {"wait_for_f", NULL, do_wait_for}, {NULL, NULL, NULL},
};
