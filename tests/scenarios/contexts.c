/* The context variable, copies of contexts, what runs in them. */
#include "act.h"

static const caw_context_var variable = {"V", {.tag = CAW_INT32}};

caw_value context_swap(caw_value value, caw_error **error)
{
    caw_value before = caw_context_get(&variable);
    int       status = caw_context_set(&variable, value);
    if (status < 0) *error = caw_error_from_code(status);
    return before;
}

static caw_value do_set(act *a, const json *s, caw_error **error)
{
    caw_value_drop(context_swap(arg_unlisted(a->world, arg(s, 0)), error));
    return caw_none();
}

static caw_value do_get(act *a, const json *s, caw_error **error)
{
    (void)a, (void)s, (void)error;
    return caw_context_get(&variable);
}

static CAW_ASYNC(caw_value, do_with, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        caw_error *error = NULL;
        caw_value  before = context_swap(arg_unlisted(a->world, arg(s, 0)), &error);
        if (error) {
            caw_value_drop(before);
            CAW_RAISE_ERROR(error);
        }
        CAW_TRY {
            CAW_AWAIT(run_block(a, s, 1));
        } CAW_FINALLY {
            caw_value_drop(context_swap(before, &error));
            if (error) CAW_RAISE_ERROR(error);
        }
        CAW_END_TRY;
        CAW_RETURN(caw_none());
    } CAW_END;
}

/* ---- Copies ------------------------------------------------------------------------------------------------------------------ */

static caw_context **slot(act *a, const json *s) { return &a->world->contexts[json_int(arg(s, 0)) & (CONTEXTS - 1)]; }

static caw_value do_copy(act *a, const json *s, caw_error **error)
{
    caw_context *copy = caw_context_copy();
    if (!copy) {
        *error = caw_error_new(CAW_MEMORY_ERROR, NULL);
        return caw_none();
    }
    caw_unref(*slot(a, s));
    *slot(a, s) = copy;
    return caw_none();
}

typedef struct visit {
    caw_value  value;
    caw_error *error;
} visit;

static void swap_inside(void *argument)
{
    visit *v = argument;
    v->value = context_swap(v->value, &v->error);
}

static caw_value do_in(act *a, const json *s, caw_error **error)
{
    caw_context *context = *slot(a, s);
    if (!context) return text_literal("none");
    visit v = {arg_unlisted(a->world, arg(s, 1)), NULL};
    caw_context_run(context, swap_inside, &v);
    *error = v.error;
    return v.value;
}

static caw_of(caw_value) make_inside(caw_of(caw_value) body, void *context)
{
    return caw_spawn(body, .context = context, .lazy = true);
}

static caw_value do_spawn(act *a, const json *s, caw_error **error)
{
    caw_context *context = *slot(a, s);
    if (!context) return text_literal("none");
    int number = world_spawn(a->world, json_int(arg(s, 1)), make_inside, context, error);
    return number < 0 ? caw_none() : text_task(number);
}

const statement context_statements[] = {
    {"ctxset", do_set, NULL}, {"ctxget", do_get, NULL},     {"ctxwith", NULL, do_with}, {"ctxcopy", do_copy, NULL},
    {"ctxin", do_in, NULL},   {"spawn_in", do_spawn, NULL}, {NULL, NULL, NULL},
};
