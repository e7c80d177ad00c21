/*
 * Owns: error values and their types.
 * Must not know: how an error travels through coroutines, or who reports it.
 */
#include "base/error.h"
#include <errno.h>
#include <stddef.h>
#include <string.h>

CAW__COLD

/* Of each type its name and, behind that, what it says by default; and where that begins. A third of two pointers on wasm. */
static const struct texts {
    char none[2];
#define X(NAME, PYTHON, PARENT, TEXT) char of_##NAME[sizeof PYTHON "\0" TEXT];
    CAW_ERROR_TYPES(X)
#undef X
} texts = {"",
#define X(NAME, PYTHON, PARENT, TEXT) PYTHON "\0" TEXT,
           CAW_ERROR_TYPES(X)
#undef X
};

static const struct {
    uint16_t at; /* in texts */
    uint8_t  parent;
} types[] = {{0, 0},
#define X(NAME, PYTHON, PARENT, TEXT) {offsetof(struct texts, of_##NAME), CAW_##PARENT},
             CAW_ERROR_TYPES(X)
#undef X
};

static const char *name_of(unsigned type) { return (const char *)&texts + types[type].at; }

static bool is_static(const caw_error *error) { return error->object.refs == CAW__IMMORTAL; }

static void error_release(void *object)
{
    caw_error *error = object;
    CAW__ALWAYS(!error->links);
    caw__error_link(&error->context, NULL);
    caw__error_link(&error->cause, NULL);
    for (size_t i = 0; i < error->child_count; i++) caw__error_link(&error->children[i], NULL);
    if (error->children) caw__free(error->children, error->child_count * sizeof *error->children);
    for (caw__note *note = error->notes, *next; note; note = next) {
        next = note->next;
        caw_unref(note->text);
        caw__free(note, sizeof *note);
    }
    caw_unref(error->message);
    caw_unref(error->js);
    caw_unref(error->partial);
    caw__free(error, sizeof *error);
}

static const caw__type error_type = {"error", error_release, NULL};

/* A thread's own, as every error is. What is raised when there is no memory for an error: never freed, and it gets no
 * cause, context or note; how many link to it, and the marks of searches, are written as in any other. */
static CAW__TLS caw_error no_memory = {.object = {CAW__OBJECT, 0, 0, CAW__IMMORTAL, &error_type}, .type = CAW_MEMORY_ERROR};
/* Thrown into a coroutine that is being closed; immortal so that closing cannot fail. */
static CAW__TLS caw_error generator_exit = {.object = {CAW__OBJECT, 0, 0, CAW__IMMORTAL, &error_type},
                                            .type = CAW_GENERATOR_EXIT};
/* The end of every iteration. */
static CAW__TLS caw_error stop_iteration = {.object = {CAW__OBJECT, 0, 0, CAW__IMMORTAL, &error_type},
                                            .type = CAW_STOP_ASYNC_ITERATION};

static CAW__TLS caw_error cancelled = {.object = {CAW__OBJECT, 0, 0, CAW__IMMORTAL, &error_type}, .type = CAW_CANCELLED_ERROR};

caw_error *caw__error_generator_exit(void) { return &generator_exit; }
caw_error *caw__error_stop_iteration(void) { return &stop_iteration; }
caw_error *caw__error_no_memory(void) { return &no_memory; }
caw_error *caw__error_cancelled(void) { return &cancelled; }
bool       caw__error_is_static(const caw_error *error) { return is_static(error); }

const char *caw_error_name(int type)
{
    if (type < 0) type = -type;
    return type < CAW_ERROR_TYPE_COUNT ? name_of((unsigned)type) : "";
}

bool caw_error_type_is(int type, int ancestor)
{
    if (type < 0) type = -type;
    if (ancestor < 0) ancestor = -ancestor;
    if (type <= 0 || type >= CAW_ERROR_TYPE_COUNT) return false;
    /* Python's ExceptionGroup has two parents; the table holds one */
    if (type == CAW_EXCEPTION_GROUP && ancestor == CAW_BASE_EXCEPTION_GROUP) return true;
    while (type != ancestor && type != CAW_BASE_EXCEPTION) type = types[type].parent;
    return type == ancestor;
}

typedef size_t format_as(char *buffer, size_t size, const char *format, va_list args);

static caw_error *error_make(int type, int errno_value, format_as *formatted, const char *format, va_list args)
{
    caw_error *error = caw__object_new(&error_type, CAW__OBJECT, sizeof *error);
    if (!error) return &no_memory;
    if (type <= CAW_OK || type >= CAW_ERROR_TYPE_COUNT) type = CAW_RUNTIME_ERROR;
    error->type = (uint16_t)type;
    error->errno_value = errno_value;
    if (!format) return error;
    char    text[200];
    va_list again;
    va_copy(again, args);
    size_t length = formatted(text, sizeof text, format, args);
    error->message = caw_string_new(length < sizeof text ? text : NULL, length);
    if (error->message && length >= sizeof text) {
        formatted((char *)(uintptr_t)caw_string_data(error->message), length + 1, format, again);
    }
    va_end(again);
    if (!error->message) {
        caw_unref(error);
        return &no_memory;
    }
    return error;
}

static int type_of_errno(int errno_value) { return errno_value == ETIMEDOUT ? CAW_TIMEOUT_ERROR : CAW_OS_ERROR; }

#define MAKE(name, parameter, type, errno_value, formatted)                                                                    \
    caw_error *name(parameter, const char *format, ...)                                                                        \
    {                                                                                                                          \
        va_list args;                                                                                                          \
        va_start(args, format);                                                                                                \
        caw_error *error = error_make((int)(type), errno_value, formatted, format, args);                                      \
        va_end(args);                                                                                                          \
        return error;                                                                                                          \
    }
MAKE(caw__error_new, caw_error_type type, type, 0, caw__formatv)
MAKE(caw__error_os, int n, type_of_errno(n), n, caw__formatv)

caw_error *caw_error_from_code(int code)
{
    return code ? caw__error_new((caw_error_type)(code < 0 ? -code : code), NULL) : NULL;
}

caw_error_type caw_error_type_of(const caw_error *error) { return error ? (caw_error_type)error->type : CAW_OK; }

bool caw_error_is(const caw_error *error, caw_error_type type) { return error && caw_error_type_is(error->type, (int)type); }

const char *caw_error_message(const caw_error *error)
{
    if (!error) return "";
    if (error->message) return caw_string_data(error->message);
    const char *name = name_of(error->type);
    return name + caw__length(name) + 1;
}

bool caw__error_has_message(const caw_error *error) { return error && error->message; }

caw_error *caw__cancelled_error(const char *message)
{
    return caw__error_new(CAW_CANCELLED_ERROR, message ? "%s" : NULL, message);
}

caw_error *caw__cancelled_again(const caw_error *last)
{
    caw_error *error = caw__cancelled_error(last && last->message ? caw_string_data(last->message) : NULL);
    if (CAW__JS_ERRORS && last && last->js) caw__error_set_js(error, caw_ref(last->js));
    return error;
}

caw_error *caw__error_arrives(caw_error *error, bool asked, bool shared)
{
    if (error->type != CAW_CANCELLED_ERROR || !(error->object.flags & CAW__ASKED_FOR) == !asked) return error;
    uint16_t flags = error->object.flags ^ CAW__ASKED_FOR;
    if (shared && error->object.refs > 1) {
        caw_error *copy = caw__cancelled_again(error);
        if (!is_static(copy)) {
            caw__error_link(&copy->context, caw_ref(error->context));
            caw__error_link(&copy->cause, caw_ref(error->cause));
        }
        caw_unref(error);
        error = copy;
    }
    if (!is_static(error)) error->object.flags = flags;
    return error;
}

bool caw_cancelled_by_child(const caw_error *error)
{
    return caw_error_is(error, CAW_CANCELLED_ERROR) && !(error->object.flags & CAW__ASKED_FOR);
}

int        caw_error_errno(const caw_error *error) { return error ? error->errno_value : 0; }
caw_error *caw_error_cause(const caw_error *error) { return error ? error->cause : NULL; }
caw_error *caw_error_context(const caw_error *error) { return error ? error->context : NULL; }

/* ---- Of one another ------------------------------------------------------------------------------------------------------------ */

uint64_t caw__error_search(void)
{
    static CAW__TLS uint64_t searches;
    return ++searches;
}

enum { WITH_ALL, MEMBERS_ALONE = 2 };

/* What is still to be searched after `at`: also what that has and none has come by. */
static __attribute__((noinline)) caw_error *error_search_on(const caw_error *at, size_t i, uint64_t search)
{
    caw_error *todo = at->trail;
    for (; i < MEMBERS_ALONE + at->child_count; i++) {
        caw_error *next = !i ? at->context : i == 1 ? at->cause : at->children[i - MEMBERS_ALONE];
        if (!next || next->search == search) continue;
        next->search = search;
        next->trail = todo;
        todo = next;
    }
    return todo;
}

static void search_from(caw_error *from, uint64_t search)
{
    from->search = search;
    from->trail = NULL;
}

void caw__error_mark(caw_error *from, uint64_t search)
{
    if (!from) return;
    search_from(from, search);
    while (from) from = error_search_on(from, MEMBERS_ALONE, search);
}

/* One that no other has is not searched for: what is raised, or given a cause, is mostly new. */
bool caw__error_reaches(caw_error *from, const caw_error *error)
{
    if (from == error) return true;
    if (!error->links) return false;
    uint64_t search = caw__error_search();
    search_from(from, search);
    while (from && from != error) from = error_search_on(from, WITH_ALL, search);
    return from != NULL;
}

caw_error *caw_error_set_cause(caw_error *error, caw_error *cause)
{
    CAW__OURS(error);
    if (is_static(error) || (cause && caw__error_reaches(cause, error))) {
        caw_unref(cause);
        return error;
    }
    error->object.flags |= CAW__SUPPRESSED;
    caw__error_link(&error->cause, cause);
    return error;
}

void caw__error_link(caw_error **place, caw_error *error)
{
    caw_error *old = *place;
    if ((*place = error)) error->links++;
    if (old) {
        CAW__ALWAYS(old->links > 0);
        old->links--;
    }
    caw_unref(old);
}

void caw__error_set_context(caw_error *error, caw_error *context) { caw__error_link(&error->context, context); }

/*
 * Python's rule: what is raised while `handled` is being handled has it as context, in place of what it had; in that one's history it
 * is taken out, as the history goes through it now.
 */
caw_error *caw__error_within(caw_error *error, caw_error *handled)
{
    if (!handled || handled == error || is_static(error)) return error;
    if (error->links) {
        caw_error *before = handled;
        while (before->context && before->context != error) before = before->context;
        if (before->context) caw__error_set_context(before, NULL);
        if (caw__error_reaches(handled, error)) return error;
    }
    caw__error_set_context(error, caw_ref(handled));
    return error;
}

int caw_error_add_note(caw_error *error, const char *note)
{
    if (is_static(error)) return -CAW_MEMORY_ERROR;
    CAW__OURS(error);
    caw__note  *fresh = caw__alloc(sizeof *fresh);
    caw_string *text = fresh ? caw_string_of(note) : NULL;
    if (!text) {
        caw__free(fresh, sizeof *fresh);
        return -CAW_MEMORY_ERROR;
    }
    *fresh = (caw__note){NULL, text};
    caw__note **end = &error->notes;
    while (*end) end = &(*end)->next;
    *end = fresh;
    return 0;
}

const char *caw_error_note(const caw_error *error, size_t index)
{
    const caw__note *note = error ? error->notes : NULL;
    while (note && index--) note = note->next;
    return note ? caw_string_data(note->text) : NULL;
}

caw_error *caw__error_trace(caw_error *error, const caw__desc *desc, unsigned line)
{
    if (is_static(error) || error->places >= CAW__PLACES) return error;
    caw__place *place = &error->place[error->places++];
    place->desc = desc;
    place->line = line;
    return error;
}

bool caw_error_place(const caw_error *error, size_t index, caw_place *place)
{
    if (!error || index >= error->places) return false;
    const caw__place *at = &error->place[index];
    *place = (caw_place){at->desc->name, at->desc->file, at->line};
    return true;
}

void caw__error_set_js(caw_error *error, caw_js *js)
{
    if (is_static(error)) {
        caw_unref(js);
        return;
    }
    caw_unref(error->js);
    error->js = js;
}

caw_js *caw__error_js(const caw_error *error) { return error ? error->js : NULL; }

/* ---- As text ---------------------------------------------------------------------------------------------------------- */

static void error_describe(caw__text *out, const caw_error *error, int depth)
{
    const char *message = caw_error_message(error);
    caw__say(out, "%s%s%s", name_of(error->type), *message ? ": " : "", message);
    for (const caw__note *note = error->notes; note; note = note->next)
        caw__say(out, "\n  note: %s", caw_string_data(note->text));
    for (unsigned i = 0; i < error->places; i++) {
        const caw__place *at = &error->place[i];
        caw__say(out, "\n  in %s (%s:%u)", at->desc->name, at->desc->file, at->line);
    }
    if (depth > 8) return; /* far enough for any reader */
    for (size_t i = 0; i < error->child_count; i++) {
        caw__say(out, "\n  [%zu] ", i + 1);
        error_describe(out, error->children[i], depth + 1);
    }
    const caw_error *origin = error->cause || error->object.flags & CAW__SUPPRESSED ? error->cause : error->context;
    if (origin) {
        caw__say(out, error->cause ? "\ncaused by " : "\nwhile handling ");
        error_describe(out, origin, depth + 1);
    }
}

size_t caw_error_format(const caw_error *error, char *buffer, size_t size)
{
    caw__text out = {buffer, size, 0};
    if (size) buffer[0] = 0;
    if (error) error_describe(&out, error, 0);
    return out.length;
}

/* ---- With a message that the program formats -------------------------------------------------------------------------------- */

#undef caw_error_new
#undef caw_error_os
MAKE(caw_error_new, caw_error_type type, type, 0, caw__printfv)
MAKE(caw_error_os, int n, type_of_errno(n), n, caw__printfv)

caw_error *caw_error_newv(caw_error_type type, const char *format, va_list args)
{
    return error_make((int)type, 0, caw__printfv, format, args);
}

CAW__COLD_END
