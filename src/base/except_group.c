/*
 * Owns: what CAW_EXCEPT_GROUP sections make of an error: which part each gets, and what is raised in the end (PEP 654).
 * Must not know: how the sections run; try.h's macros do.
 */
#include "base/error.h"
#include <cawait/try.h>

CAW__COLD

/* A section that runs, or has run. The last one knows those before it, and what none of them has caught. */
typedef struct clause {
    caw__clause    head;
    struct clause *before;
    caw_error     *original; /* what left the CAW_TRY */
    caw_error     *caught, *rest;
    caw_error     *raised; /* what left the section; `caught` itself: raised again */
} clause;

static const clause lost; /* there was no memory: no further section runs, and MemoryError is raised */

static void split_release(clause *last)
{
    for (clause *before; last; last = before) {
        before = last->before;
        caw_unref(last->original);
        caw_unref(last->caught);
        caw_unref(last->rest);
        caw_unref(last->raised);
        caw__free(last, sizeof *last);
    }
}

/* What of `error` the section gets, as a group even if it is none. */
static int split_take(caw_error *error, caw_error_type type, caw_error **caught, caw_error **rest)
{
    int status = caw_error_split(error, type, caught, rest);
    if (status || !*caught || caw_error_child_count(error)) return status;
    *caught = caw_error_group("", caught, 1);
    return caw__error_is_static(*caught) ? -CAW_MEMORY_ERROR : 0;
}

caw__clause *caw__clause_next(caw__clause *head, caw_error *error, caw_error_type type)
{
    clause *last = (clause *)(void *)head;
    if (last) {
        if (last == &lost) {
            caw_unref(error);
            return head;
        }
        head->matched = NULL;
        if (error) last->raised = error;
    }
    caw_error *left = last ? last->rest : error, *caught = NULL, *rest = NULL;
    int        status = split_take(left, type, &caught, &rest);
    if (!status && !caught) {
        caw_unref(rest);
        return head;
    }
    clause *c = status ? NULL : caw__alloc(sizeof *c);
    if (!c) {
        caw_unref(caught);
        caw_unref(rest);
        if (last) split_release(last);
        else caw_unref(error);
        return (caw__clause *)(uintptr_t)&lost.head;
    }
    *c = (clause){{caught}, last, last ? caw_ref(last->original) : error, caught, rest, NULL};
    return &c->head;
}

/* ---- In the end ------------------------------------------------------------------------------------------------------------ */

/* Whether an error of the original goes on: it was not caught, or raised again, and so was marked. */
static bool goes_on(const caw_error *error, void *search)
{
    return !caw_error_child_count(error) && error->search == *(const uint64_t *)search;
}

/* New errors in the order of the sections, then what goes on of the original, in its structure. */
static caw_error *together(clause *last)
{
    size_t fresh = 0;
    for (const clause *c = last; c; c = c->before) fresh += c->raised && c->raised != c->caught;
    if (!caw_error_child_count(last->original)) return caw_ref(last->raised); /* one section at most has run */
    caw_error *rest = NULL;
    uint64_t   search = caw__error_search();
    caw__error_mark(last->rest, search);
    for (const clause *c = last; c; c = c->before) {
        if (c->raised == c->caught) caw__error_mark(c->caught, search);
    }
    if (caw_error_split_by(last->original, goes_on, &search, &rest, NULL)) return caw__error_no_memory();
    if (!fresh) return rest;
    size_t      size = (fresh + 1) * sizeof(caw_error *), count = fresh;
    caw_error **errors = caw__alloc(size);
    if (!errors) {
        caw_unref(rest);
        return caw__error_no_memory();
    }
    for (const clause *c = last; c; c = c->before) {
        if (c->raised && c->raised != c->caught) errors[--count] = caw_ref(c->raised);
    }
    if (rest) errors[fresh++] = rest;
    caw_error *error = fresh == 1 ? errors[0] : caw_error_group("", errors, fresh);
    caw__free(errors, size);
    return error;
}

caw_error *caw__clause_end(caw__clause *head, caw_error *error)
{
    clause *last = (clause *)(void *)head;
    if (last == &lost) {
        caw_unref(error);
        return caw__error_no_memory();
    }
    if (error) last->raised = error;
    error = together(last);
    split_release(last);
    return error;
}

CAW__COLD_END
