/*
 * Owns: the table of deeds: what is done at once, from bodies, callbacks, destructors, exception handlers, or from outside of any loop.
 * Must not know: what each does.
 */
#include "world.h"

void deed(void)
{
    if (!more() || w.depth > 20) return;
    w.depth++;
    unsigned which = byte();
    unsigned family = below(8);
    SAY("deed %u %u", family, which);
    switch (family) {
    case 0:
    case 1: future_deed(which); break;
    case 2: queue_deed(which); break;
    case 3: primitive_deed(which); break;
    case 4: context_deed(which); break;
    case 5: error_deed(which); break;
    case 6: generator_deed(which); break;
    default: loop_deed(which); break;
    }
    w.depth--;
}

void deeds(unsigned most)
{
    for (unsigned count = below(most + 1); count; count--) deed();
}

void deed_called(void *argument)
{
    (void)argument;
    deeds(3);
}

void deed_done(void *argument, caw_any *future)
{
    (void)argument, (void)future;
    deeds(2);
}
