/*
 * Owns: the end of a loop's async generators when its run ends: asyncio's shutdown_asyncgens.
 * Must not know: how one is closed (generator.c).
 */
#include "task/report.h"
#include <cawait/gather.h>
#include <cawait/generator.h>

CAW__COLD

CAW_ASYNC(void, caw__generators_close, caw_loop *loop)
{
    CAW_BEGIN(void) {
        size_t count = 0;
        for (caw_generator *g = loop->generators; g; g = g->after) count++;
        if (!count) CAW_RETURN();
        caw_any **closing = caw__alloc(count * sizeof *closing);
        if (!closing) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        size_t n = count; /* oldest first */
        for (caw_generator *g = loop->generators; g; g = g->after) {
            closing[--n] = caw_base(caw__aclose(g));
            if (g->idle != CAW__LEFT) continue;
            g->idle = CAW__WANTED; /* from here on it is the closing's */
            g->object.refs--;
        }
        caw_of(caw_results *) all = caw_gather_settled_array(closing, count);
        caw__free(closing, count * sizeof *closing);
        caw_results *results = CAW_AWAIT(all);
        for (size_t i = 0; i < count; i++) {
            caw_error *error = caw_error_at(results, i);
            if (error) caw__report_error(loop, "an error occurred during closing of an async generator", error, NULL);
        }
        caw_unref(results);
    } CAW_END;
}

caw_of(void) caw_shutdown_generators(caw_loop *loop) { return caw__generators_close(loop ? loop : caw__running); }

CAW__COLD_END
