/*
 * Owns: the interpreter on hosts that block: a program on each line of stdin, its trace on a line of stdout.
 * Must not know: what a program is.
 *
 * With the argument --sweep every program is run again and again, its first allocation failing, its second... alone and with all
 * that follow, until a run gets through, whose trace is printed. Ends with 1 when a program leaves anything behind.
 */
#include "../clock/clock.h"
#include "scenario.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t allocation, failing; /* how many so far; which one fails (0: none) */
static bool   failing_on;          /* and all after it */

static void *allocate(void *data, void *block, size_t old_size, size_t size)
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

/* Runs until `task` is done; false when nothing can wake the loop. */
static bool run_until_done(world *w, caw_of(void) task)
{
    caw_unref(caw_run_until_complete(w->loop, caw_ref(task), NULL));
    return caw_done(task);
}

static void run_world(world *w)
{
    if (!run_until_done(w, (caw_of(void))caw_base(w->tasks[0].is))) {
        scenario_deadlock(w);
        return;
    }
    caw_of(void) end = scenario_end(w);
    bool ended = run_until_done(w, end);
    caw_unref(end);
    end = ended ? scenario_close_generators(w) : NULL;
    if (end) ended = run_until_done(w, end);
    caw_unref(end);
    if (ended) scenario_ended(w);
    else scenario_deadlock(w);
}

/* The trace; false when something was left behind. */
static bool run(const json *program, text *trace)
{
    world     w;
    caw_stats before = caw_get_stats(), after;
    clock_restart();
    caw_error *error = world_open(&w, program);
    if (!error) error = scenario_begin(&w);
    if (!error) run_world(&w);
    caw_unref(error);
    world_end_trace(&w);
    caw_of(void) cleanup = scenario_cleanup(&w);
    if (cleanup) run_until_done(&w, cleanup);
    caw_unref(cleanup);
    int wrong = world_close(&w);
    *trace = w.lines;
    after = caw_get_stats();
    bool left = after.frames != before.frames || after.blocks != before.blocks || after.loops != before.loops;
    if (left) {
        fprintf(stderr, "left behind: %d frames, %d blocks, %d loops", (int)(after.frames - before.frames),
                (int)(after.blocks - before.blocks), (int)(after.loops - before.loops));
    }
    if (wrong) fprintf(stderr, "%d values were not released once", wrong);
    if (!left && !wrong) return true;
    if (failing) fprintf(stderr, ", when allocation %zu%s failed", failing, failing_on ? " and all after it" : "");
    fputc('\n', stderr);
    return false;
}

static bool sweep(const json *program, text *trace)
{
    for (int mode = 0; mode < 2; mode++) {
        failing_on = mode == 1;
        for (failing = 1;; failing++) {
            text_free(trace);
            allocation = 0;
            if (!run(program, trace)) return false;
            if (allocation < failing) break;
        }
    }
    failing = 0;
    return true;
}

int main(int argc, char **argv)
{
    bool   sweeping = argc > 1 && strcmp(argv[1], "--sweep") == 0;
    char  *line = NULL;
    size_t room = 0;
    int    code = 0;
    if (sweeping && caw_set_allocator(allocate, NULL)) abort();
    for (unsigned number = 1; getline(&line, &room, stdin) > 0; number++) {
        text  trace = {0};
        json *program = json_parse(line);
        if (!program) {
            fprintf(stderr, "line %u is not JSON\n", number);
            code = 2;
            break;
        }
        if (!(sweeping ? sweep : run)(program, &trace)) {
            fprintf(stderr, "by the program in line %u: %s", number, line);
            code = 1;
        }
        puts(trace.data);
        fflush(stdout); /* before a crash of the next */
        text_free(&trace);
        json_free(program);
    }
    free(line);
    return code;
}
