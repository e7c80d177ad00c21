/* Errors and what they came of: causes, groups, errors that are kept and raised again. */
#include "act.h"
#include <stdlib.h>
#include <string.h>

/* A new one of a number; for "caught" what is handled; NULL. A reference. */
static caw_error *error_of(const act *a, const json *which)
{
    if (which->kind == JSON_NUMBER) return boom(json_int(which));
    return which->kind == JSON_STRING && a->caught ? caw_ref(a->caught) : NULL;
}

static caw_value do_raise_from(act *a, const json *s, caw_error **error)
{
    *error = caw_error_set_cause(boom(json_int(arg(s, 0))), error_of(a, arg(s, 1)));
    return caw_none();
}

static caw_value do_raise_group(act *a, const json *s, caw_error **error)
{
    const json *which = arg(s, 0);
    caw_error **members = malloc((which->count + 1) * sizeof *members);
    size_t      count = 0;
    if (!members) abort();
    for (size_t i = 0; i < which->count; i++) {
        if ((members[count] = error_of(a, &which->items[i])) != NULL) count++;
    }
    *error = caw_error_group("", members, count);
    free(members);
    return caw_none();
}

static CAW_ASYNC(caw_value, do_reraise, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        (void)a, (void)s;
        CAW_RERAISE();
    } CAW_END;
}

/* ---- Kept ones ------------------------------------------------------------------------------------------------------------------ */

static caw_error **slot(act *a, const json *s, size_t index)
{
    return &a->world->errors[json_int(arg(s, index)) & (ERRORS - 1)];
}

static caw_value kept(const caw_error *error)
{
    if (!error) return text_literal("none");
    text name = {0};
    text_error(&name, error);
    return text_take(&name);
}

static caw_value do_keep(act *a, const json *s, caw_error **error)
{
    (void)error;
    caw_error **place = slot(a, s, 0);
    caw_unref(*place);
    *place = a->caught ? caw_ref(a->caught) : NULL;
    return kept(*place);
}

static caw_value do_kept(act *a, const json *s, caw_error **error)
{
    (void)error;
    return kept(*slot(a, s, 0));
}

static caw_value do_raise_kept(act *a, const json *s, caw_error **error)
{
    caw_error *one = *slot(a, s, 0);
    if (!one) return text_literal("none");
    *error = caw_ref(one);
    return caw_none();
}

static caw_value do_fail_kept(act *a, const json *s, caw_error **error)
{
    caw_error *one = *slot(a, s, 1);
    if (!caw_error_is(one, CAW_EXCEPTION) || caw_error_is(one, CAW_STOP_ASYNC_ITERATION)) return text_literal("none");
    int status = caw_set_error(a->world->futures[json_int(arg(s, 0)) & (FUTURES - 1)], caw_ref(one));
    if (status < 0) *error = caw_error_from_code(status);
    return caw_none();
}

const statement error_statements[] = {
    {"raise_from", do_raise_from, NULL},
    {"raise_group", do_raise_group, NULL},
    {"reraise", NULL, do_reraise},
    {"keep", do_keep, NULL},
    {"kept", do_kept, NULL},
    {"raise_kept", do_raise_kept, NULL},
    {"fail_kept", do_fail_kept, NULL},
    {NULL, NULL, NULL},
};
