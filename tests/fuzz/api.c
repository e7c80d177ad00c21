/*
 * Owns: the harness of the public API: bytes are a program, see world.h.
 */
#include "world.h"

static void program(void *argument)
{
    (void)argument;
    while (more()) {
        drive();
        deeds(4);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    input_open(bytes, size);
    world_open();
    caw_context *context = caw_context_copy(); /* what is set outside of any loop is gone with it */
    caw_context_run(context, program, NULL);
    caw_unref(context);
    world_close();
    input_close();
    return 0;
}
