#include "act.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- Lines ----------------------------------------------------------------------------------------------------------------- */

static void begin_line(const act *a, text *line)
{
    text path = {0};
    text_add(&path, "%c%d", a->kind, a->number);
    for (size_t i = 0; i < a->depth; i++) text_add(&path, ".%d", a->path[i]);
    world_stamp(a->world, line, path.data);
    text_free(&path);
}

void act_print(const act *a, const char *format, ...)
{
    char    words[64];
    text    line = {0};
    va_list args;
    begin_line(a, &line);
    va_start(args, format);
    vsnprintf(words, sizeof words, format, args);
    va_end(args);
    text_add(&line, "%s", words);
    world_print(a->world, &line);
}

void act_print_value(const act *a, const char *before, caw_value value)
{
    text line = {0};
    begin_line(a, &line);
    text_add(&line, "%s ", before);
    text_value(&line, &value);
    caw_value_drop(value);
    world_print(a->world, &line);
}

void act_print_error(const act *a, const char *before, const caw_error *error)
{
    text line = {0};
    begin_line(a, &line);
    text_add(&line, "%s", before);
    text_error(&line, error);
    world_print(a->world, &line);
}

/* ---- Arguments ------------------------------------------------------------------------------------------------------------- */

double arg_time(const act *a, const json *s, size_t index)
{
    const json *j = arg(s, index);
    return j->kind == JSON_NUMBER ? j->number * a->world->unit : CAW_NEVER;
}

static caw_value value_of(world *w, const json *j, bool listed)
{
    switch (j->kind) {
    case JSON_STRING: return owned_new(w, listed);
    case JSON_NUMBER: return fabs(j->number) <= INT32_MAX ? caw_int((int32_t)j->number) : caw_int64((int64_t)j->number);
    case JSON_TRUE: return caw_bool(true);
    case JSON_FALSE: return caw_bool(false);
    default: return caw_none();
    }
}

caw_value arg_value(const act *a, const json *s, size_t index) { return value_of(a->world, arg(s, index), true); }
caw_value arg_unlisted(world *w, const json *j) { return value_of(w, j, false); }

const char *arg_message(const json *s, size_t index)
{
    const json *j = arg(s, index);
    return j->kind == JSON_STRING ? j->text : NULL;
}

/* ---- Statements ------------------------------------------------------------------------------------------------------------- */

static const statement *find(const char *op)
{
    static const statement *const families[] = {control_statements,   future_statements,     task_statements,
                                                callback_statements,  combinator_statements, scope_statements,
                                                primitive_statements, queue_statements,      generator_statements,
                                                error_statements,     context_statements,    owned_statements};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        for (const statement *s = families[i]; s->op; s++) {
            if (strcmp(s->op, op) == 0) return s;
        }
    }
    return NULL;
}

CAW_ASYNC(void, run_statement, act *a, const json *s)
{
    CAW_BEGIN(void) {
        const char      *op = json_text(json_at(s, 0));
        const statement *known = find(op);
        size_t           depth = a->depth;
        if (!known) {
            act_print(a, "unknown statement %s", op);
            CAW_RETURN();
        }
        if (known->later) act_print(a, "> %s", op);
        CAW_TRY {
            caw_value  value;
            caw_error *error = NULL;
            char       before[32];
            if (known->now) value = known->now(a, s, &error);
            else value = CAW_AWAIT(known->later(a, s));
            if (error) CAW_RAISE_ERROR(error);
            a->depth = depth; /* a cancelled task group lets errors end */
            snprintf(before, sizeof before, "= %s", op);
            act_print_value(a, before, value);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            char before[32];
            a->depth = depth;
            snprintf(before, sizeof before, "! %s ", op);
            act_print_error(a, before, error);
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, run_statements, act *a, const json *block)
{
    CAW_BEGIN(void) {
        size_t depth = a->depth;
        for (size_t i = 0; i < block->count && !a->returning && !a->world->over; i++) {
            a->path[depth] = (int)i;
            a->depth = depth + 1;
            CAW_AWAIT(run_statement(a, &block->items[i]));
        }
        a->depth = depth;
    } CAW_END;
}

CAW_ASYNC(void, run_block, act *a, const json *s, size_t index)
{
    CAW_BEGIN(void) {
        size_t depth = a->depth;
        a->path[depth] = (int)index;
        a->depth = depth + 1;
        CAW_AWAIT(run_statements(a, arg(s, index)));
        a->depth = depth;
    } CAW_END;
}

caw_value act_take(act *a)
{
    caw_value value = a->result;
    a->result = caw_none();
    a->returning = false;
    return value;
}

void act_overtaken(void *of) { caw_value_drop(act_take(of)); }

CAW_ASYNC(caw_value, run_body, world *w, int body)
{
    CAW_BEGIN(caw_value) {
        act a = {.world = w, .kind = 'b', .number = body, .result = caw_none()};
        CAW_DEFER(act_overtaken, &a);
        CAW_AWAIT(run_statements(&a, json_at(json_get(w->program, "bodies"), (size_t)body)));
        CAW_RETURN(act_take(&a));
    } CAW_END;
}
