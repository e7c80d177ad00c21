/*
 * Owns: the end of a loop's async generators when its run ends: asyncio's shutdown_asyncgens.
 * Must not know: how one is closed (generator.c).
 */
#include "task/report.h"
#include <cawait/gather.h>
#include <cawait/generator.h>

CAW__COLD

#define ROUNDS 100

/*
 * How many there are, and a reference to each: closing one may be the end of others. Those that nobody had any more are waited for, too,
 * where asyncio would cut them off; and those that others let go of meanwhile.
 */
static size_t generators_collect(const caw_loop *loop, caw_any **them, bool all)
{
    size_t count = 0;
    for (caw_generator *g = loop->generators; g; g = g->after) {
        if (!all && !caw__generator_is_left(g)) continue;
        if (them) *--them = (caw_any *)(void *)caw_ref(g); /* oldest first */
        count++;
    }
    return count;
}

CAW_ASYNC(void, caw__generators_close, caw_loop *loop)
{
    CAW_BEGIN(void) {
        for (int round = 0; round < ROUNDS; round++) { /* one whose cleanup leaves another behind may do so for ever */
            size_t count = generators_collect(loop, NULL, round == 0);
            if (!count) CAW_RETURN();
            caw_any **closing = caw__alloc(count * sizeof *closing);
            if (!closing) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
            generators_collect(loop, closing + count, round == 0);
            for (size_t i = 0; i < count; i++) {
                caw_generator *g = (caw_generator *)(void *)closing[i];
                closing[i] = caw__generator_closing(g);
                caw_unref(g);
            }
            caw_of(caw_results *) all = caw_gather_settled_array(closing, count);
            caw__free(closing, count * sizeof *closing);
            caw_results *results = CAW_AWAIT(all);
            for (size_t i = 0; i < count; i++) {
                caw_error *error = caw_error_at(results, i);
                if (error) caw__report_error(loop, "an error occurred during closing of an async generator", error, NULL);
            }
            caw_unref(results);
        }
    } CAW_END;
}

caw_of(void) caw_shutdown_generators(caw_loop *loop) { return caw__generators_close(loop ? loop : caw__running); }

CAW__COLD_END
