/*
 * Owns: what one program runs in: its objects, its tasks by number, its trace.
 * Must not know: what a statement does.
 */
#ifndef SCENARIO_WORLD_H
#define SCENARIO_WORLD_H

#include "json.h"
#include "text.h"

enum { FUTURES = 4, QUEUES = 3, HANDLES = 4, GENERATORS = 2, ERRORS = 2, CONTEXTS = 2 };

/* A number that was given to a task. */
typedef struct started {
    caw_any *seen;        /* once the body has begun */
    caw_of(caw_value) is; /* once it was created, a reference; NULL: creation goes on, or has failed; or it was forgotten */
} started;

typedef struct world {
    const json *program;
    caw_loop   *loop;
    double start, unit; /* when it began on the loop's clock; how many of its seconds a second of the program is ("unit") */
    text   lines;       /* the trace, a JSON array that is still open */
    bool   over;        /* statements do nothing and print nothing any more */

    caw_of(caw_value) futures[FUTURES];
    caw_lock      *lock;
    caw_semaphore *semaphore, *bounded;
    caw_event     *event;
    caw_condition *condition;
    caw_queue     *queues[QUEUES];
    caw_barrier   *barrier;
    caw_handle    *handles[HANDLES];

    started     *tasks;
    int          task_count;
    struct told *told; /* by callbacks.c */

    caw_error    *errors[ERRORS];     /* kept by errors.c */
    caw_context  *contexts[CONTEXTS]; /* by contexts.c */
    struct owned *owned;              /* by owned.c */
    int           owned_count;

    caw_gen(caw_value) generators[GENERATORS]; /* borrowed from `made` */
    caw_gen(caw_value) * made;                 /* by generators.c: all of them, kept to the end */
    size_t made_count;
} world;

/* A program's world on a loop of its own, from time 0; the error if there is no memory. Borrows the program. */
caw_error *world_open(world *w, const json *program);
/* Closes the loop and lets go of everything but the trace; gives how many values of their own were not released once. */
int world_close(world *w);

/* ---- The trace ----------------------------------------------------------------------------------------------------------- */

/* A line as it is; the text is emptied. */
void world_print(world *w, text *line);
/* "TIME TASK PATH " of what runs now. */
void world_stamp(const world *w, text *line, const char *path);
/* A line of one word. */
void world_print_word(world *w, const char *word);
/* Closes the array of lines. */
void world_end_trace(world *w);
/* "end" or "final": a line for each task. */
void world_print_tasks(world *w, const char *phase);
void world_print_objects(world *w);

/* ---- Tasks --------------------------------------------------------------------------------------------------------------- */

/* The task that `reference` means, -1 when it does not exist. */
int world_task(const world *w, int reference);
/* How a task is made: consumes `body`, on failure too. */
typedef caw_of(caw_value) world_maker(caw_of(caw_value) body, void *argument);
/* Takes a number and makes a task of a body; -1 and the error when that fails. */
int world_spawn(world *w, int body, world_maker *make, void *argument, caw_error **error);
/* By create_task; `loop` NULL: the running one. */
caw_of(caw_value) world_create_task(caw_of(caw_value) body, void *loop);

#endif
