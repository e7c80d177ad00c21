/* Tasks: made, cancelled, awaited, shielded, waited for under a limit. */
#include "act.h"

static caw_of(void) me(void) { return (caw_of(void))caw_current_task(); }

/* The task that the first argument means; NULL: none. Borrowed. */
static caw_of(caw_value) referred(act *a, const json *s)
{
    int number = world_task(a->world, json_int(arg(s, 0)));
    return number < 0 ? NULL : a->world->tasks[number].is;
}

static caw_of(caw_value) make_eagerly(caw_of(caw_value) body, void *unused)
{
    (void)unused;
    return caw_spawn(body, .eager = true);
}

static caw_value do_spawn(act *a, const json *s, caw_error **error)
{
    int number = world_spawn(a->world, json_int(arg(s, 0)), world_create_task, NULL, error);
    return number < 0 ? caw_none() : text_task(number);
}

static caw_value do_spawn_eager(act *a, const json *s, caw_error **error)
{
    int number = world_spawn(a->world, json_int(arg(s, 0)), make_eagerly, NULL, error);
    return number < 0 ? caw_none() : text_task(number);
}

static caw_value do_cancel(act *a, const json *s, caw_error **error)
{
    (void)error;
    caw_of(caw_value) task = referred(a, s);
    return task ? caw_bool(caw_cancel(task, arg_message(s, 1))) : text_literal("none");
}

static caw_value do_uncancel(act *a, const json *s, caw_error **error)
{
    (void)a, (void)s, (void)error;
    return caw_int(caw_uncancel(me()));
}

static caw_value do_cancelling(act *a, const json *s, caw_error **error)
{
    (void)a, (void)s, (void)error;
    return caw_int(caw_cancelling(me()));
}

/* ---- Waiting ------------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(caw_value, no_task, void)
{
    CAW_BEGIN(caw_value) {
        CAW_RETURN(text_literal("none"));
    } CAW_END;
}

static CAW_ASYNC(caw_value, failed, caw_error *error)
{
    CAW_BEGIN_OWNING(caw_value, caw_unref(error)) {
        CAW_RAISE_ERROR(error);
    } CAW_END;
}

static caw_of(caw_value) do_await(act *a, const json *s)
{
    caw_of(caw_value) task = referred(a, s);
    return task ? caw_ref(task) : no_task();
}

static caw_of(caw_value) do_shield(act *a, const json *s)
{
    caw_of(caw_value) task = referred(a, s);
    return task ? caw_shield(caw_ref(task)) : no_task();
}

static caw_of(caw_value) do_shield_body(act *a, const json *s)
{
    caw_error *error = NULL;
    int        number = world_spawn(a->world, json_int(arg(s, 0)), world_create_task, NULL, &error);
    return number < 0 ? failed(error) : caw_shield(caw_ref(a->world->tasks[number].is));
}

static caw_of(caw_value) do_wait_for(act *a, const json *s)
{
    caw_of(caw_value) task = referred(a, s);
    return task ? caw_wait_for(caw_ref(task), arg_time(a, s, 1)) : no_task();
}

static caw_of(caw_value) do_wait_for_body(act *a, const json *s)
{
    return caw_wait_for(run_body(a->world, json_int(arg(s, 0))), arg_time(a, s, 1));
}

const statement task_statements[] = {
    {"spawn", do_spawn, NULL},
    {"spawn_eager", do_spawn_eager, NULL},
    {"cancel", do_cancel, NULL},
    {"uncancel", do_uncancel, NULL},
    {"cancelling", do_cancelling, NULL},
    {"await_t", NULL, do_await},
    {"shield_t", NULL, do_shield},
    {"shield_b", NULL, do_shield_body},
    {"wait_for_t", NULL, do_wait_for},
    {"wait_for_b", NULL, do_wait_for_body},
    {NULL, NULL, NULL},
};
