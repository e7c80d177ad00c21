/* Timeout scopes and task groups. */
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

/* ---- Task groups ----------------------------------------------------------------------------------------------------------- */

static caw_of(caw_value) make_in_group(caw_of(caw_value) body, void *group) { return caw_group_spawn(group, body); }

static CAW_ASYNC(caw_value, do_group, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        caw_task_group *outer = a->group;
        const json     *bodies = arg(s, 0);
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                a->group = group;
                for (size_t i = 0; i < bodies->count; i++) {
                    caw_error *error = NULL;
                    if (world_spawn(a->world, json_int(&bodies->items[i]), make_in_group, group, &error) < 0)
                        CAW_RAISE_ERROR(error);
                }
                CAW_AWAIT(run_block(a, s, 1));
            }
                CAW_END_TASK_GROUP;
        } CAW_FINALLY {
            a->group = outer;
        }
        CAW_END_TRY;
        CAW_RETURN(caw_none());
    } CAW_END;
}

static caw_value do_group_spawn(act *a, const json *s, caw_error **error)
{
    if (!a->group) return text_literal("none");
    int number = world_spawn(a->world, json_int(arg(s, 0)), make_in_group, a->group, error);
    return number < 0 ? caw_none() : text_task(number);
}

static caw_value do_group_cancel(act *a, const json *s, caw_error **error)
{
    (void)s, (void)error;
    if (!a->group) return text_literal("none");
    caw_group_cancel(a->group);
    return caw_none();
}

const statement scope_statements[] = {
    {"timeout", NULL, do_timeout},      {"reschedule", do_reschedule, NULL},  {"tg", NULL, do_group},
    {"tg_spawn", do_group_spawn, NULL}, {"tg_cancel", do_group_cancel, NULL}, {NULL, NULL, NULL},
};
