/*
 * Owns: the bytes that a fuzzed program is read from, memory that fails when they say so, the trace, and what must hold at the end.
 * Must not know: what a program is.
 *
 * A program is read as it runs: whoever runs next (a body, a callback, a destructor) takes the next bytes. When they are over every
 * byte is 0, which ends whatever reads it; so every program ends.
 */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <cawait.h>
#include <cawait/sim.h>
#include <string.h>

typedef struct input {
    const uint8_t *next, *end;
} input;
extern input in; /* there is one */

static inline bool     more(void) { return in.next < in.end; }
static inline unsigned byte(void) { return more() ? *in.next++ : 0; }
static inline unsigned below(unsigned count) { return byte() % count; }

/* The allocation after `count` others fails, and all that follow if `on`; 0: none fails. */
void memory_fail(unsigned count, bool on);
/* Whether one has failed in this program. */
bool memory_failed(void);

/* A program of these bytes is about to run; it is over: from here on all bytes are 0, no allocation fails. */
void input_open(const uint8_t *bytes, size_t size);
void input_over(void);
/* Everything was given back: nothing of the library's may be alive. */
void input_close(void);

/* With FUZZ_LOG set: what the program does, on stderr. */
extern bool                                loud;
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);
#define SAY(...)                                                                                                               \
    do {                                                                                                                       \
        if (loud) say(__VA_ARGS__);                                                                                            \
    } while (0)

/* What must hold: else the program aborts, which is a finding. */
#define REQUIRE(condition)                                                                                                     \
    do {                                                                                                                       \
        if (!(condition)) broken(#condition, __FILE__, __LINE__);                                                              \
    } while (0)
_Noreturn void broken(const char *what, const char *file, int line);

#endif
