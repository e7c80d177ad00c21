/*
 * Owns: the end of the async generators that are left when the instance is to end after all cleanup.
 * Must not know: who waits for it, js/run/close.ts. Linked only into programs with generators.
 */
#include "bridge.h"
#include "host.h"

CAW__COLD

void caw__host_generators(void) {}

/* A task ends them, as asyncio.run does; false: there are none. */
CAW__EXPORT(caw_generators) bool caw__js_generators_end(void)
{
    caw_loop *loop = caw__js_loop();
    if (!loop || !loop->generators) return false;
    caw_loop *previous = caw__loop_enter(loop);
    caw_unref(caw__spawn(caw_base(loop->generators_end->shutdown(loop)), CAW__SHAPE(void), NULL));
    caw__loop_leave(loop, previous);
    return true;
}

CAW__COLD_END
