/*
 * Owns: input.h's parts: memory that fails, the trace, what must hold at the end.
 */
#include "input.h"
#include <sanitizer/lsan_interface.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

input in;
bool  loud;

void say(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

_Noreturn void broken(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s:%d: not true: %s\n", file, line, what);
    abort();
}

/* ---- Memory ------------------------------------------------------------------------------------------------------------------ */

static size_t countdown; /* 0: nothing fails */
static bool   failing_on, failed;

static void *allocate(void *data, void *block, size_t old_size, size_t size)
{
    (void)data, (void)old_size;
    if (!size) {
        free(block);
        return NULL;
    }
    if (countdown && --countdown == 0) {
        failed = true;
        if (failing_on) countdown = 1;
        return NULL;
    }
    return realloc(block, size);
}

void memory_fail(unsigned count, bool on)
{
    countdown = count;
    failing_on = on;
}

bool memory_failed(void) { return failed; }

/* ---- A program's beginning and end -------------------------------------------------------------------------------------------- */

static void log_line(void *data, int level, const char *text, size_t length)
{
    (void)data;
    SAY("log %d: %.*s", level, (int)length, text);
}

void input_open(const uint8_t *bytes, size_t size)
{
    static bool taken_over;
    if (!taken_over) REQUIRE(caw_set_allocator(allocate, NULL) == 0);
    taken_over = true;
    loud = getenv("FUZZ_LOG") != NULL;
    failed = false;
    in = (input){bytes, bytes + size};
    caw_sim_on_log(log_line, NULL);
}

void input_over(void)
{
    SAY("--- over");
    memory_fail(0, false);
    in.next = in.end;
}

void input_close(void)
{
    caw_sim_on_log(NULL, NULL);
    caw_stats left = caw_get_stats();
    if (loud && left.bytes) __lsan_do_leak_check(); /* where what is left was allocated, if nothing points to it */
    REQUIRE(left.loops == 0);
    REQUIRE(left.frames == 0);
    REQUIRE(left.blocks == 0);
    REQUIRE(left.bytes == 0);
    REQUIRE(caw_running_loop() == NULL);
    REQUIRE(caw_current_task() == NULL);
}
