/*
 * Owns: exception groups: errors over errors, and taking them apart by what is in them (PEP 654).
 * Must not know: which handler wants which part (except_group.c).
 */
#include "base/error.h"

CAW__COLD

typedef bool condition(const caw_error *error, void *argument);

static void error_group_drop(caw_error **errors, size_t count)
{
    for (size_t i = 0; i < count; i++) caw_unref(errors[i]);
}

/* Puts the errors into a new group; consumes all of them. */
static caw_error *fill(caw_error *group, caw_error **errors, size_t count)
{
    caw_error **children = caw__error_is_static(group) ? NULL : caw__alloc(caw__size_of(0, count, sizeof *children));
    if (!children) {
        error_group_drop(errors, count);
        caw_unref(group);
        return caw__error_no_memory();
    }
    for (size_t i = 0; i < count; i++) {
        children[i] = NULL;
        caw__error_link(&children[i], errors[i]);
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
    caw__error_link(&part->cause, caw_ref(group->cause));
    caw__error_link(&part->context, caw_ref(group->context));
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

/* A group that is being taken apart, inside of another. They are as deep as memory allows: no recursion. */
typedef struct level {
    struct level *outer;
    caw_error    *group;
    size_t        at, counts[SIDES];
    caw_error    *parts[]; /* for each side as many as it has members */
} level;

static size_t level_size(const caw_error *group) { return sizeof(level) + SIDES * group->child_count * sizeof(caw_error *); }

static level *level_new(caw_error *group, level *outer)
{
    level *l = caw__alloc(level_size(group));
    if (l) *l = (level){outer, group, 0, {0}};
    return l;
}

/* Both sides of what it has, in groups like it; false without memory. */
static bool level_sides(level *l, caw_error *sides[SIDES])
{
    bool good = true;
    for (size_t side = 0; side < SIDES; side++) {
        caw_error **parts = l->parts + side * l->group->child_count;
        sides[side] = NULL;
        if (!l->counts[side]) continue;
        if (good) sides[side] = derive(l->group, parts, l->counts[side]);
        else error_group_drop(parts, l->counts[side]);
        l->counts[side] = 0;
        if (good && caw__error_is_static(sides[side])) {
            good = false;
            caw_unref(sides[MATCHING]);
        }
    }
    return good;
}

static level *level_end(level *l)
{
    level *outer = l->outer;
    for (size_t side = 0; side < SIDES; side++) error_group_drop(l->parts + side * l->group->child_count, l->counts[side]);
    caw__free(l, level_size(l->group));
    return outer;
}

/* Both sides, new references or NULL; false without memory. */
static bool split(caw_error *error, condition *matches, void *argument, caw_error *sides[SIDES])
{
    level *inner = NULL;
    do {
        bool matching = matches(error, argument), good = true, whole = matching || !error->child_count;
        sides[MATCHING] = sides[REST] = NULL;
        if (whole) {
            sides[matching ? MATCHING : REST] = caw_ref(error);
        } else {
            level *l = level_new(error, inner);
            if (l) inner = l;
            else good = false;
        }
        while (good && whole && inner) {
            for (size_t side = 0; side < SIDES; side++) {
                if (sides[side]) inner->parts[side * inner->group->child_count + inner->counts[side]++] = sides[side];
            }
            if ((whole = ++inner->at == inner->group->child_count) && (good = level_sides(inner, sides)))
                inner = level_end(inner);
        }
        if (!good) {
            while (inner) inner = level_end(inner);
            return false;
        }
        if (inner) error = inner->group->children[inner->at];
    } while (inner);
    return true;
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
