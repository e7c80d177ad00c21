/*
 * Owns: exception groups: errors over errors, and taking them apart by what is in them (PEP 654).
 * Must not know: which handler wants which part (except_group.c).
 */
#include "base/error.h"

CAW__COLD

typedef bool condition(const caw_error *error, void *argument);

static void drop(caw_error **errors, size_t count)
{
    for (size_t i = 0; i < count; i++) caw_unref(errors[i]);
}

/* Puts the errors into a new group; consumes all of them. */
static caw_error *fill(caw_error *group, caw_error **errors, size_t count)
{
    caw_error **children = caw__error_is_static(group) ? NULL : caw__alloc(caw__size_of(0, count, sizeof *children));
    if (!children) {
        drop(errors, count);
        caw_unref(group);
        return caw__error_no_memory();
    }
    memcpy(children, errors, count * sizeof *children);
    for (size_t i = 0; i < count; i++) {
        if (!caw_error_is(errors[i], CAW_EXCEPTION)) group->type = CAW_BASE_EXCEPTION_GROUP;
    }
    group->children = children;
    group->child_count = count;
    return group;
}

caw_error *caw_error_group(const char *message, caw_error **errors, size_t count)
{
    if (!count) return caw_error_new(CAW_VALUE_ERROR, "a group needs at least one error");
    return fill(caw_error_new(CAW_EXCEPTION_GROUP, "%s", message), errors, count);
}

size_t     caw_error_child_count(const caw_error *error) { return error ? error->child_count : 0; }
caw_error *caw_error_child(const caw_error *error, size_t index)
{
    return error && index < error->child_count ? error->children[index] : NULL;
}

/* ---- Taking apart --------------------------------------------------------------------------------------------------------- */

/* A group like `group` over other errors: all that Python's derive and split give on. */
static caw_error *derive(const caw_error *group, caw_error **errors, size_t count)
{
    caw_error *part = fill(caw_error_new(CAW_EXCEPTION_GROUP, NULL), errors, count);
    if (caw__error_is_static(part)) return part;
    part->message = caw_ref(group->message);
    part->cause = caw_ref(group->cause);
    part->context = caw_ref(group->context);
    part->object.flags = group->object.flags & CAW__SUPPRESSED;
    part->places = group->places;
    memcpy(part->place, group->place, sizeof part->place);
    caw__note **end = &part->notes;
    for (const caw__note *note = group->notes; note; note = note->next) {
        if (!(*end = caw__alloc(sizeof **end))) {
            caw_unref(part);
            return caw__error_no_memory();
        }
        **end = (caw__note){NULL, caw_ref(note->text)};
        end = &(*end)->next;
    }
    return part;
}

enum { MATCHING, REST, SIDES };

/* Both sides, new references or NULL; false without memory. */
static bool split(caw_error *error, condition *matches, void *argument, caw_error *sides[SIDES])
{
    bool matching = matches(error, argument);
    sides[MATCHING] = sides[REST] = NULL;
    if (matching || !error->child_count) {
        sides[matching ? MATCHING : REST] = caw_ref(error);
        return true;
    }
    size_t      count = error->child_count, size = SIDES * count * sizeof(caw_error *), counts[SIDES] = {0};
    caw_error **parts = caw__alloc(size);
    bool        good = parts != NULL;
    for (size_t i = 0; good && i < count; i++) {
        caw_error *of_child[SIDES];
        good = split(error->children[i], matches, argument, of_child);
        for (size_t side = 0; good && side < SIDES; side++) {
            if (of_child[side]) parts[side * count + counts[side]++] = of_child[side];
        }
    }
    for (size_t side = 0; side < SIDES; side++) {
        if (!counts[side]) continue;
        if (good) sides[side] = derive(error, parts + side * count, counts[side]);
        else drop(parts + side * count, counts[side]);
        if (good && caw__error_is_static(sides[side])) {
            good = false;
            caw_unref(sides[MATCHING]);
        }
    }
    if (parts) caw__free(parts, size);
    return good;
}

int caw_error_split_by(caw_error *error, bool (*matches)(const caw_error *error, void *argument), void *argument,
                       caw_error **matching, caw_error **rest)
{
    caw_error *sides[SIDES] = {NULL, NULL};
    bool       good = !error || split(error, matches, argument, sides);
    if (!good) sides[MATCHING] = sides[REST] = NULL;
    if (matching) *matching = sides[MATCHING];
    else caw_unref(sides[MATCHING]);
    if (rest) *rest = sides[REST];
    else caw_unref(sides[REST]);
    return good ? 0 : -CAW_MEMORY_ERROR;
}

static bool is_of(const caw_error *error, void *type) { return caw_error_is(error, *(caw_error_type *)type); }

int caw_error_split(caw_error *error, caw_error_type type, caw_error **matching, caw_error **rest)
{
    return caw_error_split_by(error, is_of, &type, matching, rest);
}

caw_error *caw_error_subgroup(caw_error *error, caw_error_type type)
{
    caw_error *matching = NULL;
    return caw_error_split(error, type, &matching, NULL) ? caw__error_no_memory() : matching;
}

CAW__COLD_END
