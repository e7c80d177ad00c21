/* What the loop calls: done callbacks, call_soon, call_later, handles. */
#include "act.h"
#include <stdlib.h>

/* What a callback is told; the world keeps them all until its end. */
typedef struct told {
    world       *world;
    const char  *word; /* what it prints, with `number`; NULL: nothing */
    int          number;
    caw_value    value;
    const json  *source; /* of a value that it makes */
    struct told *next;
} told;

static told *tell(world *w, const char *word, int number)
{
    told *t = malloc(sizeof *t);
    if (!t) abort();
    *t = (told){.world = w, .word = word, .number = number, .value = caw_none(), .next = w->told};
    return w->told = t;
}

void callbacks_free(world *w)
{
    for (told *t; (t = w->told);) {
        w->told = t->next;
        caw_value_drop(t->value);
        free(t);
    }
}

static void begin_line(const told *t, text *line)
{
    world_stamp(t->world, line, "-");
    text_add(line, "%s %d", t->word, t->number);
}

/* ---- Done callbacks ------------------------------------------------------------------------------------------------------------ */

static void done(void *argument, caw_any *future)
{
    told *t = argument;
    text  line = {0};
    begin_line(t, &line);
    text_add(&line, " ");
    text_state(&line, (caw_of(caw_value))future);
    world_print(t->world, &line);
}

/* A C callback cannot raise: it makes the report that asyncio makes of one that does. */
static void done_badly(void *argument, caw_any *future)
{
    told      *t = argument;
    caw_error *error = boom(t->number);
    caw_report report = {.message = "Exception in callback", .error = error, .task = future};
    caw_call_exception_handler(t->world->loop, &report);
    caw_unref(error);
}

/* Callback k is the same one wherever it is added. */
static told *callback(world *w, int k)
{
    static const char word[] = "cb";
    for (told *t = w->told; t; t = t->next) {
        if (t->word == word && t->number == k) return t;
    }
    return tell(w, word, k);
}

static caw_of(caw_value) future(act *a, const json *s) { return a->world->futures[json_int(arg(s, 0)) & (FUTURES - 1)]; }

static caw_value add(caw_of(caw_value) to, caw_done_callback *function, told *t, caw_error **error)
{
    int status = caw_add_done_callback(to, function, t);
    if (status < 0) *error = caw_error_from_code(status);
    return caw_none();
}

static caw_value do_add(act *a, const json *s, caw_error **error)
{
    return add(future(a, s), done, callback(a->world, json_int(arg(s, 1))), error);
}

static caw_value do_add_to_task(act *a, const json *s, caw_error **error)
{
    int number = world_task(a->world, json_int(arg(s, 0)));
    if (number < 0) return text_literal("none");
    return add(a->world->tasks[number].is, done, callback(a->world, json_int(arg(s, 1))), error);
}

static caw_value do_add_raising(act *a, const json *s, caw_error **error)
{
    return add(future(a, s), done_badly, tell(a->world, NULL, json_int(arg(s, 1))), error);
}

static caw_value do_remove(act *a, const json *s, caw_error **error)
{
    (void)error;
    return caw_int(caw_remove_done_callback(future(a, s), done, callback(a->world, json_int(arg(s, 1)))));
}

/* In the context of its own that a callback has. */
static void swap_and_say(void *argument)
{
    told      *t = argument;
    caw_error *error = NULL;
    text       line = {0};
    caw_value  before = context_swap(arg_unlisted(t->world, t->source), &error);
    world_stamp(t->world, &line, "-");
    text_add(&line, "ctx ");
    text_value(&line, &before);
    caw_value_drop(before);
    caw_unref(error);
    world_print(t->world, &line);
}

static void done_in_context(void *argument, caw_any *future)
{
    (void)future;
    swap_and_say(argument);
}

static told *tell_source(world *w, const json *source)
{
    told *t = tell(w, NULL, 0);
    t->source = source;
    return t;
}

static caw_value do_add_in_context(act *a, const json *s, caw_error **error)
{
    return add(future(a, s), done_in_context, tell_source(a->world, arg(s, 1)), error);
}

/* ---- Soon and later ------------------------------------------------------------------------------------------------------------- */

static void say(void *argument)
{
    text line = {0};
    begin_line(argument, &line);
    world_print(((told *)argument)->world, &line);
}

static void set_future(void *argument)
{
    told *t = argument;
    caw_of(caw_value) f = t->world->futures[t->number & (FUTURES - 1)];
    caw_value value = t->value;
    t->value = caw_none();
    if (!caw_done(f)) caw_set_result(f, value);
    else caw_value_drop(value);
}

static void cancel_task(void *argument)
{
    told *t = argument;
    caw_cancel(t->world->tasks[t->number].is, NULL);
}

/* Takes the handle over; NULL: there was no memory for it. */
static caw_value keep(world *w, int slot, caw_handle *handle, caw_error **error)
{
    if (!handle) {
        *error = caw_error_new(CAW_MEMORY_ERROR, NULL);
    } else if (slot < 0) {
        caw_unref(handle);
    } else {
        caw_unref(w->handles[slot & (HANDLES - 1)]);
        w->handles[slot & (HANDLES - 1)] = handle;
    }
    return caw_none();
}

static caw_value do_soon(act *a, const json *s, caw_error **error)
{
    told *t = tell(a->world, "soon", json_int(arg(s, 1)));
    return keep(a->world, json_int(arg(s, 0)), caw_call_soon(NULL, say, t), error);
}

static caw_value do_soon_in_context(act *a, const json *s, caw_error **error)
{
    return keep(a->world, -1, caw_call_soon(NULL, swap_and_say, tell_source(a->world, arg(s, 0))), error);
}

static caw_value do_later(act *a, const json *s, caw_error **error)
{
    told *t = tell(a->world, "later", json_int(arg(s, 2)));
    return keep(a->world, json_int(arg(s, 0)), caw_call_later(NULL, arg_time(a, s, 1), say, t), error);
}

static caw_value do_later_set(act *a, const json *s, caw_error **error)
{
    told *t = tell(a->world, NULL, json_int(arg(s, 1)));
    t->value = arg_value(a, s, 2);
    return keep(a->world, -1, caw_call_later(NULL, arg_time(a, s, 0), set_future, t), error);
}

static caw_value do_later_cancel(act *a, const json *s, caw_error **error)
{
    int number = world_task(a->world, json_int(arg(s, 1)));
    if (number < 0) return text_literal("none");
    return keep(a->world, -1, caw_call_later(NULL, arg_time(a, s, 0), cancel_task, tell(a->world, NULL, number)), error);
}

static caw_value do_cancel_handle(act *a, const json *s, caw_error **error)
{
    (void)error;
    caw_handle *handle = a->world->handles[json_int(arg(s, 0)) & (HANDLES - 1)];
    if (!handle) return text_literal("none");
    caw_handle_cancel(handle);
    return caw_bool(caw_handle_cancelled(handle));
}

const statement callback_statements[] = {
    {"cb_f", do_add, NULL},
    {"cb_rm_f", do_remove, NULL},
    {"cb_t", do_add_to_task, NULL},
    {"cb_raise_f", do_add_raising, NULL},
    {"soon", do_soon, NULL},
    {"later", do_later, NULL},
    {"later_set_f", do_later_set, NULL},
    {"later_cancel_t", do_later_cancel, NULL},
    {"hcancel", do_cancel_handle, NULL},
    {"soon_ctx", do_soon_in_context, NULL},
    {"cb_ctx_f", do_add_in_context, NULL},
    {NULL, NULL, NULL},
};
