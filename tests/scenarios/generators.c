/* Generators: their bodies, and what is done with them. */
#include "act.h"
#include <stdlib.h>
#include <string.h>

static bool is(const json *s, const char *op) { return strcmp(json_text(json_at(s, 0)), op) == 0; }

/* Whether a try has a yield in one of its blocks: only the generator itself can yield. */
static bool yields(const json *s)
{
    if (!is(s, "try")) return false;
    for (size_t block = 0; block <= 3; block++) {
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
            CAW_YIELD(arg_value((a), (s), 0));                                                                                 \
            act_print_value((a), "= yield", CAW_SENT());                                                                       \
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

static CAW_ASYNC_GEN(caw_value, run_generator, world *w, int number)
{
    CAW_BEGIN_GEN(caw_value)
    {
        act         a = {.world = w, .kind = 'g', .number = number, .result = caw_none()};
        act         before = {.result = caw_none()}; /* what a return has done so far, while a finally block runs */
        const json *body = json_at(json_get(w->program, "gens"), (size_t)number);
        CAW_DEFER(act_overtaken, &a);
        CAW_DEFER(act_overtaken, &before);
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
                CAW_TRY {
                    CAW_TRY {
                        RUN_BLOCK(&a, s, 0);
                    } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                        if (!catches(json_text(arg(s, 1)), error)) CAW_RERAISE();
                        begin_except(&a, 1, error);
                        RUN_BLOCK(&a, s, 2);
                    }
                    CAW_END_TRY;
                } CAW_FINALLY {
                    a.caught = NULL;
                    before.returning = a.returning;
                    before.result = act_take(&a);
                    RUN_BLOCK(&a, s, 3);
                    if (!a.returning) {
                        a.returning = before.returning;
                        a.result = act_take(&before);
                    } else {
                        act_overtaken(&before);
                        a.depth = 1;
                        act_print(&a, "= try None");
                        CAW_RETURN();
                    }
                }
                CAW_END_TRY;
                a.depth = 1;
                act_print(&a, "= try None");
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                act_overtaken(&before);
                a.depth = 1;
                act_print_error(&a, "! try ", error);
                CAW_RERAISE();
            }
            CAW_END_TRY;
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

static CAW_ASYNC(caw_value, do_asend, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        caw_gen(caw_value) g = generator(a, s);
        if (!g) CAW_RETURN(text_literal("none"));
        CAW_RETURN(CAW_AWAIT(caw_asend(g, arg_unlisted(a->world, arg(s, 1)))));
    } CAW_END;
}

/* Nobody keeps it any more. */
static caw_value do_drop(act *a, const json *s, caw_error **error)
{
    world *w = a->world;
    caw_gen(caw_value) g = generator(a, s);
    (void)error;
    if (!g) return text_literal("none");
    w->generators[json_int(arg(s, 0)) & (GENERATORS - 1)] = NULL;
    for (size_t i = 0; i < w->made_count; i++) {
        if (w->made[i] != g) continue;
        w->made[i] = w->made[--w->made_count];
        break;
    }
    caw_unref((void *)(uintptr_t)g);
    return caw_none();
}

/* Gives up the generator, which is closed then if nobody else has it. At most so many items; 0: all. */
static CAW_ASYNC(void, iterate, act *a, const json *s, caw_gen(caw_value) g, int most, size_t block)
{
    CAW_BEGIN_OWNING(void, caw_unref((void *)(uintptr_t) g)) {
        CAW_FOR_AWAIT(caw_value item, g) {
            act_print_value(a, "~", item);
            CAW_AWAIT(run_block(a, s, block));
            if (a->returning || a->world->over || --most == 0) break;
        }
        CAW_END_FOR;
    } CAW_END;
}

/* Over one that stays open, even if it was dropped meanwhile: this reference is not given up by the loop. */
static CAW_ASYNC(caw_value, iterate_open, act *a, const json *s, int most, size_t block)
{
    CAW_BEGIN(caw_value) {
        caw_gen(caw_value) g = generator(a, s);
        if (!g) CAW_RETURN(text_literal("none"));
        void *own = caw_ref((void *)(uintptr_t)g);
        CAW_DEFER(caw_unref, own);
        CAW_AWAIT(iterate(a, s, caw_ref(g), most, block));
        CAW_RETURN(caw_none());
    } CAW_END;
}

static caw_of(caw_value) do_for(act *a, const json *s) { return iterate_open(a, s, 0, 1); }
static caw_of(caw_value) do_for_some(act *a, const json *s) { return iterate_open(a, s, json_int(arg(s, 1)), 2); }

static CAW_ASYNC(caw_value, do_for_new, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        CAW_AWAIT(iterate(a, s, run_generator(a->world, json_int(arg(s, 0))), json_int(arg(s, 1)), 2));
        CAW_RETURN(caw_none());
    } CAW_END;
}

const statement generator_statements[] = {
    {"agen", do_agen, NULL},     {"anext", NULL, do_anext}, {"asend", NULL, do_asend},    {"athrow", NULL, do_athrow},
    {"aclose", NULL, do_aclose}, {"for", NULL, do_for},     {"for_n", NULL, do_for_some}, {"for_new", NULL, do_for_new},
    {"drop", do_drop, NULL},     {NULL, NULL, NULL},
};
