#include "text.h"
#include "inside.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(text *t, size_t more)
{
    size_t capacity = t->capacity ? t->capacity : 64;
    while (capacity < t->size + more + 1) capacity *= 2;
    if (capacity == t->capacity) return;
    char *data = realloc(t->data, capacity);
    if (!data) abort();
    t->data = data;
    t->capacity = capacity;
}

void text_put(text *t, const char *bytes, size_t size)
{
    reserve(t, size);
    memcpy(t->data + t->size, bytes, size);
    t->data[t->size += size] = 0;
}

void text_add(text *t, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0) abort();
    reserve(t, (size_t)length);
    vsnprintf(t->data + t->size, (size_t)length + 1, format, again);
    va_end(again);
    t->size += (size_t)length;
}

void text_quote(text *t, const char *string)
{
    text_put(t, "\"", 1);
    for (; *string; string++) {
        unsigned char c = (unsigned char)*string;
        if (c == '"' || c == '\\') text_put(t, "\\", 1);
        if (c < 0x20) text_add(t, "\\u%04x", c);
        else text_put(t, string, 1);
    }
    text_put(t, "\"", 1);
}

void text_free(text *t)
{
    free(t->data);
    *t = (text){NULL, 0, 0};
}

/* ---- Values ------------------------------------------------------------------------------------------------------------ */

void text_value(text *to, const caw_value *value)
{
    switch (value->tag) {
    case CAW_BOOL: text_add(to, value->as_bool ? "true" : "false"); break;
    case CAW_INT32: text_add(to, "%d", (int)value->as_int32); break;
    case CAW_INT64: text_add(to, "%lld", (long long)value->as_int64); break;
    case CAW_POINTER: text_add(to, "%s", (const char *)value->as_pointer); break;
    default: text_add(to, "None");
    }
}

caw_value text_take(text *t)
{
    char *data = t->data;
    *t = (text){NULL, 0, 0};
    return caw_pointer(data, free);
}

caw_value text_literal(const char *word) { return caw_pointer((void *)(uintptr_t)word, NULL); }

caw_value text_task(int number)
{
    text name = {0};
    text_add(&name, "T%d", number);
    return text_take(&name);
}

/* ---- Errors -------------------------------------------------------------------------------------------------------------- */

caw_error *boom(int n) { return caw_error_new(CAW_EXCEPTION, "%d", n); }

static const struct {
    caw_error_type type;
    const char    *name;
} names[] = {
    {CAW_TIMEOUT_ERROR, "Timeout"},
    {CAW_INVALID_STATE_ERROR, "InvalidState"},
    {CAW_QUEUE_EMPTY, "QueueEmpty"},
    {CAW_QUEUE_FULL, "QueueFull"},
    {CAW_QUEUE_SHUT_DOWN, "QueueShutDown"},
    {CAW_BROKEN_BARRIER_ERROR, "BrokenBarrier"},
    {CAW_RUNTIME_ERROR, "Runtime"},
    {CAW_VALUE_ERROR, "Value"},
    {CAW_TYPE_ERROR, "Type"},
    {CAW_STOP_ASYNC_ITERATION, "StopAsync"},
    {CAW_GENERATOR_EXIT, "GeneratorExit"},
    {CAW_MEMORY_ERROR, "Memory"},
};

#define DEEPEST 4 /* what is deeper in a chain is not written */

static bool chains;

void text_chains(bool shown) { chains = shown; }

static void name_error(text *to, const caw_error *error)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].type != caw_error_type_of(error)) continue;
        text_add(to, "%s", names[i].name);
        return;
    }
    text_add(to, "%s", caw_error_name((int)caw_error_type_of(error)));
}

static void add_error(text *to, const caw_error *error, bool empty, int depth);

static void add_origin(text *to, const char *word, const caw_error *origin, int depth)
{
    if (!origin) return;
    text_add(to, "%s%s ", to->data[to->size - 1] == '{' ? "" : "; ", word);
    if (depth < DEEPEST) add_error(to, origin, false, depth + 1);
    else text_add(to, "...");
}

/* The ends of an iteration and of a generator are one and the same error every time: they came of nothing. */
static void add_origins(text *to, const caw_error *error, int depth)
{
    caw_error_type type = caw_error_type_of(error);
    bool           hidden = inside_hides_context(error);
    if (type == CAW_STOP_ASYNC_ITERATION || type == CAW_GENERATOR_EXIT) return;
    if (!caw_error_cause(error) && !caw_error_context(error) && !hidden) return;
    text_add(to, "{");
    add_origin(to, "from", caw_error_cause(error), depth);
    add_origin(to, "in", caw_error_context(error), depth);
    if (hidden) text_add(to, to->data[to->size - 1] == '{' ? "hidden" : "; hidden");
    text_add(to, "}");
}

static void add_error(text *to, const caw_error *error, bool empty, int depth)
{
    caw_error_type type = caw_error_type_of(error);
    const char    *message = caw_error_message(error);
    if (type == CAW_EXCEPTION) {
        text_add(to, "Boom:%s", message);
    } else if (type == CAW_CANCELLED_ERROR) {
        text_add(to, empty || inside_has_message(error) ? "Cancelled:%s" : "Cancelled%s", message);
    } else if (type == CAW_EXCEPTION_GROUP || type == CAW_BASE_EXCEPTION_GROUP) {
        text_add(to, "Group[");
        for (size_t i = 0; i < caw_error_child_count(error); i++) {
            if (i) text_add(to, ",");
            add_error(to, caw_error_child(error, i), false, depth + 1);
        }
        text_add(to, "]");
    } else {
        name_error(to, error);
    }
    if (chains) add_origins(to, error, depth);
}

void text_error(text *to, const caw_error *error) { add_error(to, error, false, 0); }
void text_error_empty(text *to, const caw_error *error) { add_error(to, error, true, 0); }

void text_state(text *to, caw_of(caw_value) future)
{
    caw_value value = caw_none();
    if (!caw_done(future)) {
        text_add(to, "pending");
    } else if (caw_cancelled(future)) {
        text_add(to, "cancelled");
    } else if (caw_result(future, &value) == 0) {
        text_value(to, &value);
        caw_value_drop(value);
    } else {
        caw_error *error = caw_exception(future);
        text_add(to, "!");
        text_error(to, error);
        caw_unref(error);
    }
}
