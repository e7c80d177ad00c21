/*
 * Owns: generators: their body, their steps, loops over them, managers made of them.
 */
#include "world.h"

/* A body that yields, does, catches what is thrown in, and sometimes goes on after GeneratorExit. */
CAW_ASYNC_GEN(caw_value, generator_new, void)
{
    CAW_BEGIN_GEN(caw_value)
    {
        token *held = token_new();
        if (held) CAW_DEFER(value_drop, held);
        for (;;) {
            unsigned how = byte();
            SAY("generator %u in %p", how, (void *)caw_current_task());
            if (how % 8 == 0) break;
            if (how % 8 == 1) CAW_AWAIT(statement());
            else if (how % 8 == 2) deed();
            else if (how % 8 < 5) {
                CAW_TRY {
                    CAW_YIELD(value_new());
                    value_take(CAW_SENT());
                } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                    (void)error;
                    if (how & 8) deed();
                    if (how & 16) CAW_AWAIT(statement());
                    if (!(how & 32)) CAW_RERAISE();
                } CAW_FINALLY {
                    if (how & 64) CAW_AWAIT(statement());
                }
                CAW_END_TRY;
            } else {
                CAW_YIELD(value_new());
                if (how & 8) value_take(CAW_SENT());
            }
        }
    }
    CAW_END_GEN;
}

static void keep(unsigned slot, caw_gen(caw_value) generator)
{
    caw_gen(caw_value) old = w.generators[slot];
    w.generators[slot] = generator;
    caw_unref((void *)(uintptr_t)old);
}

/* One in a slot, a reference; made if need be. */
static caw_gen(caw_value) some(unsigned slot)
{
    slot %= GENERATORS;
    if (!w.generators[slot]) w.generators[slot] = generator_new();
    return w.generators[slot] ? (caw_gen(caw_value))(uintptr_t)caw__ref((const void *)(uintptr_t)w.generators[slot])
                              : generator_new();
}

handle generator_step(void)
{
    unsigned which = byte();
    caw_gen(caw_value) g = some(which >> 4);
    handle step;
    SAY("step %u of %u", which % 8, which >> 4);
    switch (which % 8) {
    case 0: step = (handle){caw_base(caw_aclose(g)), NOTHING, false}; break;
    case 1: step = (handle){caw_base(caw_athrow(g, error_new())), VALUE, false}; break;
    case 2: step = (handle){caw_base(caw_asend(g, value_new())), VALUE, false}; break;
    default: step = (handle){caw_base(caw_anext(g)), VALUE, false}; break;
    }
    caw_unref((void *)(uintptr_t)g);
    return step;
}

void generator_deed(unsigned which)
{
    unsigned slot = which >> 4 & 3;
    if (slot >= GENERATORS) slot = 0;
    switch (which % 4) {
    case 0:
    case 1: keep(slot, generator_new()); return;
    case 2: keep(slot, NULL); return;
    default: handle_keep(generator_step()); return;
    }
}

CAW_ASYNC(void, generator_statement, unsigned which)
{
    CAW_BEGIN(void) {
        switch (which % 8) {
        case 0:
        case 1:
        case 2:
            CAW_FOR_AWAIT(caw_value item, which & 8 ? generator_new() : some(which >> 4)) {
                value_take(item);
                unsigned how = byte();
                if (how & 1) CAW_AWAIT(statement());
                if (how & 2) deed();
                if (how & 4) break;
                if (how & 8) CAW_RETURN();
                if (how & 16) continue;
                if (how & 32) CAW_RAISE_ERROR(error_new());
            }
            CAW_END_FOR;
            break;
        case 3:
            CAW_WITH_AS(caw_value item, which & 8 ? generator_new() : some(which >> 4)) {
                value_take(item);
                CAW_AWAIT(statement());
            }
            CAW_END_WITH;
            break;
        case 4: {
            caw_gen(caw_value) g = some(which >> 4);
            CAW_WITH(caw_aclosing(g)) {
                CAW_AWAIT(handle_await(generator_step()));
            }
            CAW_END_WITH;
            break;
        }
        case 5:
            if (w.iterators[which >> 7]) {
                CAW_FOR_NEXT(caw_any * next, caw_next_completed(w.iterators[which >> 7]))
                {
                    REQUIRE(caw__future_done(next));
                    caw_unref(next);
                    if (byte() & 1) break;
                    if (byte() & 1) CAW_AWAIT(statement());
                    if (!w.iterators[which >> 7]) break;
                }
                CAW_END_FOR;
            }
            break;
        case 6:
            if (which & 64) CAW_AWAIT(caw_shutdown_generators(NULL));
            break;
        default: CAW_AWAIT(handle_await(generator_step())); break;
        }
    } CAW_END;
}
