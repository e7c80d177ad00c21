/* Values of their own, which are to be released once: made, listed; futures and tasks that are let go of, and what they have. */
#include "act.h"
#include <stdio.h>
#include <stdlib.h>

/* The first bytes are what text_value prints. The memory stays until the end: what is used too late prints so. */
typedef struct owned {
    char          name[16];
    world        *world;
    int           number, releases;
    bool          listed, looked_at;
    struct owned *next;
} owned;

static void release(void *argument)
{
    owned *o = argument;
    o->releases++;
    snprintf(o->name, sizeof o->name, "released O%d", o->number);
}

caw_value owned_new(world *w, bool listed)
{
    owned *o = malloc(sizeof *o);
    if (!o) abort();
    *o = (owned){.world = w, .number = ++w->owned_count, .listed = listed, .next = w->owned};
    snprintf(o->name, sizeof o->name, "O%d", o->number);
    w->owned = o;
    return caw_pointer(o, release);
}

int owned_free(world *w)
{
    int wrong = 0;
    for (owned *o; (o = w->owned);) {
        w->owned = o->next;
        wrong += o->releases != 1;
        free(o);
    }
    return wrong;
}

/* ---- Statements ------------------------------------------------------------------------------------------------------------------ */

/* In order of creation; the list has the last first. */
static void list(owned *o, text *to)
{
    if (!o) return;
    list(o->next, to);
    if (!o->releases || !o->listed || o->looked_at) return;
    o->looked_at = true;
    text_add(to, to->size > 1 ? ",%d" : "%d", o->number);
}

static CAW_ASYNC(caw_value, do_released, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        (void)s;
        CAW_AWAIT(caw_sleep(0));
        text numbers = {0};
        text_add(&numbers, "[");
        list(a->world->owned, &numbers);
        text_add(&numbers, "]");
        CAW_RETURN(text_take(&numbers));
    } CAW_END;
}

static caw_value do_renew(act *a, const json *s, caw_error **error)
{
    caw_of(caw_value) *place = &a->world->futures[json_int(arg(s, 0)) & (FUTURES - 1)], fresh = caw_future(caw_value);
    if (caw_done(fresh)) {
        *error = caw_exception(fresh);
        caw_unref(fresh);
        return caw_none();
    }
    caw_of(caw_value) old = *place;
    *place = fresh;
    caw_unref(old);
    return caw_none();
}

static caw_value do_forget(act *a, const json *s, caw_error **error)
{
    (void)error;
    int number = world_task(a->world, json_int(arg(s, 0)));
    if (number <= 0 || !caw_done(a->world->tasks[number].is)) return text_literal("none");
    caw_of(caw_value) task = a->world->tasks[number].is;
    a->world->tasks[number] = (started){NULL, NULL};
    caw_unref(task);
    return caw_none();
}

const statement owned_statements[] = {
    {"released", NULL, do_released},
    {"renew_f", do_renew, NULL},
    {"forget_t", do_forget, NULL},
    {NULL, NULL, NULL},
};
