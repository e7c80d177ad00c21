/*
 * Owns: errors as messages: type, message, notes, places, causes, contexts and members, to a depth of DEEPEST.
 * Must not know: who has failed.
 */
#include "base/error.h"
#include "concurrent/concurrent.h"
#include <string.h>

CAW__COLD

#define DEEPEST 32 /* what is linked deeper than this stays behind: each is a call */

typedef struct summary {
    int32_t   type, errno_value;
    uint32_t  places, flags, notes, children;
    uint64_t  present; /* MESSAGE... */
    ptrdiff_t amount;
} summary;
enum { MESSAGE = 1, CAUSE = 2, CONTEXT = 4, PARTIAL = 8 };

static void text_put(caw__message *m, const caw_string *string) { caw__message_give(m, 's', &string, sizeof string); }

static caw_string *text_get(caw__message *m)
{
    caw_string *string;
    caw__message_take(m, 's', &string, sizeof string);
    return string;
}

static void put(caw__message *m, const caw_error *error, int depth)
{
    bool    deepest = depth == DEEPEST;
    summary s = {
        .type = error->type,
        .errno_value = error->errno_value,
        .places = error->places,
        .flags = error->object.flags & CAW__SUPPRESSED,
        .children = deepest ? 0 : (uint32_t)error->child_count,
        .present = (error->message ? MESSAGE : 0) | (error->cause && !deepest ? CAUSE : 0) |
                   (error->context && !deepest ? CONTEXT : 0) | (error->partial ? PARTIAL : 0),
        .amount = error->amount,
    };
    for (const caw__note *note = error->notes; note; note = note->next) s.notes++;
    caw__message_put(m, &s, sizeof s);
    caw__message_put(m, error->place, s.places * sizeof *error->place);
    if (error->message) text_put(m, error->message);
    if (error->partial) text_put(m, error->partial);
    for (const caw__note *note = error->notes; note; note = note->next) text_put(m, note->text);
    if (s.present & CAUSE) put(m, error->cause, depth + 1);
    if (s.present & CONTEXT) put(m, error->context, depth + 1);
    for (uint32_t i = 0; i < s.children; i++) put(m, error->children[i], depth + 1);
}

void caw__message_put_error(caw__message *m, const caw_error *error) { put(m, error, 0); }

static caw_error *get(caw__message *m);

/* The members of a group; NULL: no memory. */
static caw_error *group_get(caw__message *m, caw_error *error, uint32_t count)
{
    caw_error **children = caw__alloc(caw__size_of(0, count, sizeof *children));
    if (!children) return NULL;
    error->children = children;
    error->child_count = count;
    for (uint32_t i = 0; i < count; i++) children[i] = NULL;
    for (uint32_t i = 0; i < count; i++) caw__error_link(&children[i], get(m));
    return error;
}

static caw_error *get(caw__message *m)
{
    const summary *s = caw__message_get(m, sizeof *s);
    caw_error     *error = s ? caw_error_new((caw_error_type)s->type, NULL) : caw__error_no_memory();
    if (!s || caw__error_is_static(error)) {
        m->broken = true;
        return error;
    }
    const void *places = caw__message_get(m, s->places * sizeof *error->place);
    error->errno_value = s->errno_value;
    error->object.flags |= (uint16_t)s->flags;
    error->amount = s->amount;
    if (places) {
        memcpy(error->place, places, s->places * sizeof *error->place);
        error->places = (uint16_t)s->places;
    }
    if (s->present & MESSAGE) error->message = text_get(m);
    if (s->present & PARTIAL) error->partial = text_get(m);
    for (uint32_t i = 0; i < s->notes && !m->broken; i++) {
        caw_string *note = text_get(m);
        if (!note || caw_error_add_note(error, caw_string_data(note))) m->broken = true;
        caw_unref(note);
    }
    if (s->present & CAUSE) caw__error_link(&error->cause, get(m));
    if (s->present & CONTEXT) caw__error_link(&error->context, get(m));
    if (s->children && !m->broken && !group_get(m, error, s->children)) m->broken = true;
    return error;
}

caw_error *caw__message_get_error(caw__message *m)
{
    caw_error *error = get(m);
    if (!m->broken) return error;
    caw_unref(error);
    return caw__error_no_memory();
}

CAW__COLD_END
