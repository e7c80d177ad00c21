/* Generators: their bodies, and what is done with them. */
#include "act.h"
#include <stdlib.h>
#include <string.h>

static bool is(const json *s, const char *op) { return strcmp(json_text(json_at(s, 0)), op) == 0; }

/* Whether a try has a yield in its first or its finally block: only the generator itself can yield. */
static bool yields(const json *s)
{
    if (!is(s, "try")) return false;
    for (size_t block = 0; block <= 3; block += 3) {
        for (size_t i = 0; i < arg(s, block)->count; i++) {
            if (is(&arg(s, block)->items[i], "yield")) return true;
        }
    }
    return false;
}

/* In the generator: a statement that may be a yield. */
#define RUN(a, s)                                                                                                              \
    do {                                                                                                                       \
        if (!is((s), "yield")) {                                                                                               \
            CAW_AWAIT(run_statement((a), (s)));                                                                                \
            break;                                                                                                             \
        }                                                                                                                      \
        act_print((a), "> yield");                                                                                             \
        CAW_TRY                                                                                                                \
        {                                                                                                                      \
            CAW_YIELD(arg_value((s), 0));                                                                                      \
            act_print((a), "= yield None");                                                                                    \
        }                                                                                                                      \
        CAW_EXCEPT(CAW_BASE_EXCEPTION, raised)                                                                                 \
        {                                                                                                                      \
            act_print_error((a), "! yield ", raised);                                                                          \
            CAW_RERAISE();                                                                                                     \
        }                                                                                                                      \
        CAW_END_TRY;                                                                                                           \
    } while (0)

/* In the generator: the statements of a block, a flat one. */
#define RUN_BLOCK(a, s, index)                                                                                                 \
    do {                                                                                                                       \
        (a)->path[1] = (index);                                                                                                \
        for (size_t at = 0; at < arg((s), (index))->count && !(a)->returning && !(a)->world->over; at++) {                     \
            (a)->path[2] = (int)at;                                                                                            \
            (a)->depth = 3;                                                                                                    \
            RUN((a), &arg((s), (index))->items[at]);                                                                           \
        }                                                                                                                      \
        (a)->depth = 1;                                                                                                        \
    } while (0)

static void drop_failure(void *argument)
{
    caw_error **failure = argument;
    caw_unref(*failure);
    *failure = NULL;
}

static CAW_ASYNC_GEN(caw_value, run_generator, world *w, int number)
{
    CAW_BEGIN_GEN(caw_value)
    {
        act         a = {.world = w, .kind = 'g', .number = number, .result = caw_none()};
        const json *body = json_at(json_get(w->program, "gens"), (size_t)number);
        caw_error  *failure = NULL; /* what is to leave the try */
        CAW_DEFER(drop_failure, &failure);
        for (size_t i = 0; i < body->count && !a.returning && !w->over; i++) {
            const json *s = &body->items[i];
            a.path[0] = (int)i;
            a.depth = 1;
            if (!yields(s)) {
                RUN(&a, s);
                continue;
            }
            act_print(&a, "> try");
            CAW_TRY {
                RUN_BLOCK(&a, s, 0);
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                failure = caw_ref(error);
            }
            CAW_END_TRY;
            if (failure && catches(json_text(arg(s, 1)), failure)) {
                CAW_TRY {
                    CAW_AWAIT(run_except(&a, s, 1, failure));
                    drop_failure(&failure);
                } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                    drop_failure(&failure);
                    failure = caw_ref(error);
                }
                CAW_END_TRY;
            }
            bool returning = a.returning;
            a.returning = false;
            CAW_TRY {
                RUN_BLOCK(&a, s, 3);
                if (a.returning) drop_failure(&failure);
                a.returning |= returning;
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                drop_failure(&failure);
                failure = caw_ref(error);
            }
            CAW_END_TRY;
            a.depth = 1;
            if (failure) {
                caw_error *leaving = failure;
                failure = NULL;
                act_print_error(&a, "! try ", leaving);
                CAW_RAISE_ERROR(leaving);
            }
            act_print(&a, "= try None");
        }
    }
    CAW_END_GEN;
}

void generators_free(world *w)
{
    for (size_t i = 0; i < w->made_count; i++) caw_unref((void *)(uintptr_t)w->made[i]);
    free(w->made);
}

/* ---- Statements -------------------------------------------------------------------------------------------------------------- */

static caw_value do_agen(act *a, const json *s, caw_error **error)
{
    world *w = a->world;
    caw_gen(caw_value) *made = realloc(w->made, (w->made_count + 1) * sizeof *made);
    (void)error;
    if (!made) abort();
    w->made = made;
    w->generators[json_int(arg(s, 0)) & (GENERATORS - 1)] = made[w->made_count++] = run_generator(w, json_int(arg(s, 1)));
    return caw_none();
}

static caw_gen(caw_value) generator(act *a, const json *s)
{
    return a->world->generators[json_int(arg(s, 0)) & (GENERATORS - 1)];
}

static CAW_ASYNC(caw_value, none_made, void)
{
    CAW_BEGIN(caw_value) {
        CAW_RETURN(text_literal("none"));
    } CAW_END;
}

static caw_of(caw_value) do_anext(act *a, const json *s)
{
    caw_gen(caw_value) g = generator(a, s);
    return g ? caw_anext(g) : none_made();
}

static caw_of(caw_value) do_athrow(act *a, const json *s)
{
    caw_gen(caw_value) g = generator(a, s);
    return g ? caw_athrow(g, boom(json_int(arg(s, 1)))) : none_made();
}

static CAW_ASYNC(caw_value, do_aclose, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        caw_gen(caw_value) g = generator(a, s);
        if (!g) CAW_RETURN(text_literal("none"));
        CAW_AWAIT(caw_aclose(g));
        CAW_RETURN(caw_none());
    } CAW_END;
}

static CAW_ASYNC(caw_value, do_for, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        caw_gen(caw_value) g = generator(a, s);
        if (!g) CAW_RETURN(text_literal("none"));
        CAW_FOR_AWAIT(caw_value item, caw_ref(g)) { /* not the last reference: it stays open */
            act_print_value(a, "~", item);
            CAW_AWAIT(run_block(a, s, 1));
            if (a->returning || a->world->over) break;
        }
        CAW_END_FOR;
        CAW_RETURN(caw_none());
    } CAW_END;
}

const statement generator_statements[] = {
    {"agen", do_agen, NULL},     {"anext", NULL, do_anext}, {"athrow", NULL, do_athrow},
    {"aclose", NULL, do_aclose}, {"for", NULL, do_for},     {NULL, NULL, NULL},
};
