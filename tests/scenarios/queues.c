/* Queues. */
#include "act.h"

static caw_queue *queue(act *a, const json *s) { return a->world->queues[(unsigned)json_int(arg(s, 0)) % QUEUES]; }

static caw_value checked(int status, caw_error **error)
{
    if (status < 0) *error = caw_error_from_code(status);
    return caw_none();
}

static CAW_ASYNC(caw_value, do_put, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        CAW_AWAIT(caw_queue_put(queue(a, s), arg_value(a, s, 1)));
        CAW_RETURN(caw_none());
    } CAW_END;
}

static caw_of(caw_value) do_get(act *a, const json *s) { return caw_queue_get(queue(a, s)); }

static caw_value do_put_nowait(act *a, const json *s, caw_error **error)
{
    return checked(caw_queue_put_nowait(queue(a, s), arg_value(a, s, 1)), error);
}

static caw_value do_get_nowait(act *a, const json *s, caw_error **error)
{
    caw_value value;
    checked(caw_queue_get_nowait(queue(a, s), &value), error);
    return value;
}

static caw_value do_task_done(act *a, const json *s, caw_error **error)
{
    return checked(caw_queue_task_done(queue(a, s)), error);
}

static CAW_ASYNC(caw_value, do_join, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        CAW_AWAIT(caw_queue_join(queue(a, s)));
        CAW_RETURN(caw_none());
    } CAW_END;
}

static caw_value do_shutdown(act *a, const json *s, caw_error **error)
{
    (void)error;
    caw_queue_shutdown(queue(a, s), arg(s, 1)->kind == JSON_TRUE);
    return caw_none();
}

const statement queue_statements[] = {
    {"put", NULL, do_put},
    {"get", NULL, do_get},
    {"put_nw", do_put_nowait, NULL},
    {"get_nw", do_get_nowait, NULL},
    {"task_done", do_task_done, NULL},
    {"join", NULL, do_join},
    {"shutdown", do_shutdown, NULL},
    {NULL, NULL, NULL},
};
