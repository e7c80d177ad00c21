/*
 * Owns: what the parts of the streams' harness share: tasks that work on one stream, deeds between their steps.
 */
#ifndef FUZZ_STREAMS_H
#define FUZZ_STREAMS_H

#include "input.h"

/* A kind of stream under test: makes it in the running loop, gives one coroutine to await, and a few deeds from callbacks. */
typedef struct kind_of_stream {
    bool (*open)(void);               /* false: no memory */
    caw_of(void) (*work)(unsigned i); /* of worker i */
    void (*deed)(void);
    void (*idle)(void); /* nothing can happen any more but by deeds: what must hold then */
    void (*close)(void);
    unsigned workers;
} kind_of_stream;

extern const kind_of_stream fed_stream, pipe_stream, carried_stream;

#endif
