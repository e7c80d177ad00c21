/*
 * The Nth allocation fails, for every N until a run gets through, once alone and once with all that follow: over scenarios that
 * use every primitive. Nothing may crash or be left behind, and nothing but MemoryError may come out. Where storage is pooled
 * few allocations reach the allocator; with a sanitizer, or CAW_NO_POOL, each block is one.
 */
#ifndef CAW_TEST_FAULT_H
#define CAW_TEST_FAULT_H

#include "test.h"

static size_t allocation, failing; /* how many so far; which one fails (0: none) */
static bool   failing_on;          /* and all after it */

static void *failing_allocator(void *data, void *block, size_t old_size, size_t size)
{
    (void)data, (void)old_size;
    if (!size) {
        free(block);
        return NULL;
    }
    allocation++;
    if (failing && (allocation == failing || (failing_on && allocation > failing))) return NULL;
    return realloc(block, size);
}

__attribute__((constructor)) static void take_over(void)
{
    if (caw_set_allocator(failing_allocator, NULL)) abort();
}

/* In an async function: raises MemoryError for NULL. */
#define NEED(pointer)                                                                                                          \
    ({                                                                                                                         \
        __auto_type needed = (pointer);                                                                                        \
        if (!needed) CAW_RAISE(CAW_MEMORY_ERROR, NULL);                                                                        \
        needed;                                                                                                                \
    })

static void sweep(caw_of(void) (*scenario)(void))
{
    size_t    runs = 0;
    caw_stats before = caw_get_stats();
    for (int mode = 0; mode < 2; mode++) {
        failing_on = mode == 1;
        for (failing = 1;; failing++) {
            allocation = 0;
            runs++;
            caw_error     *error = caw_run(scenario(), NULL);
            caw_error_type type = caw_error_type_of(error);
            bool           through = allocation < failing;
            char           text[512];
            caw_error_format(error, text, sizeof text);
            caw_unref(error);
            caw_stats alive = caw_get_stats();
            bool      left = alive.frames != before.frames || alive.blocks != before.blocks || alive.loops != before.loops;
            if (left || (type && type != CAW_MEMORY_ERROR) || (through && type)) {
                test_complain("  allocation %zu%s: %d frames, %d blocks, %d loops left; ended with %s\n%s", failing,
                              failing_on ? " and all after it" : "", (int)(alive.frames - before.frames),
                              (int)(alive.blocks - before.blocks), (int)(alive.loops - before.loops), type ? text : "no error",
                              test.log);
                failing = 0;
                return;
            }
            if (through) break;
            test.log[0] = 0; /* reports of what was cut short */
        }
    }
    failing = 0;
    CHECK(runs >= 2);
}

/*
 * Runs the statement behind it with each of its allocations failing, and at last with none; `failing = 0;` in it: from there on none
 * does. For what can be looked at when it has failed.
 */
#define EACH_ALLOCATION_FAILS                                                                                                  \
    for (size_t nth = 1, through = 0; !through && (allocation = 0, failing_on = false, failing = nth);                         \
         through = allocation < nth, failing = 0, nth++)

#define SCENARIO(name)                                                                                                         \
    static caw_of(void) name##_scenario(void);                                                                                 \
    TEST(name) { sweep(name##_scenario); }                                                                                     \
    static CAW_ASYNC(void, name##_scenario, void)

#endif
