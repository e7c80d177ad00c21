/*
 * Owns: the run of a body or generator (an act): where it is, its open scopes, its return; the table of statements.
 * Must not know: what any one statement does.
 */
#ifndef SCENARIO_ACT_H
#define SCENARIO_ACT_H

#include "world.h"

typedef struct act {
    world          *world;
    char            kind;      /* 'b' or 'g' */
    int             number;    /* of the body */
    bool            returning; /* a return statement is on its way out, with `result` */
    caw_value       result;
    caw_timeout    *timeout; /* the innermost open one of its own statements; NULL: none */
    caw_task_group *group;   /* likewise */
    caw_error      *caught;  /* what the innermost handler of its own statements handles; NULL: none; borrowed */
    size_t          depth;
    int             path[JSON_DEPTH + 2]; /* two steps a level of blocks, which are two levels of JSON */
} act;

/* Prints a line with the act's place and a few words; then a value, which is given up; then an error. */
void act_print(const act *a, const char *format, ...) CAW__PRINTF(2, 3);
void act_print_value(const act *a, const char *before, caw_value value);
void act_print_error(const act *a, const char *before, const caw_error *error);

/*
 * A statement is one of these: `now` cannot suspend, and sets *error when it fails; `later` is awaited. Both give the VALUE.
 */
typedef struct statement {
    const char *op;
    caw_value (*now)(act *a, const json *args, caw_error **error);
    caw_of(caw_value) (*later)(act *a, const json *args);
} statement;

/* The families; each ends with an empty entry. */
extern const statement control_statements[], future_statements[], task_statements[], callback_statements[],
    combinator_statements[], scope_statements[], primitive_statements[], queue_statements[], generator_statements[],
    error_statements[], context_statements[], owned_statements[];

/* Whether an except clause of a kind catches an error; how it begins: prints it. Who calls it sets `caught` back at the end. */
bool catches(const char *kind, const caw_error *error);
void begin_except(act *a, size_t depth, caw_error *error);
/* Lets go of the world's generators, once its loop is closed. */
void generators_free(world *w);
/* Frees what callbacks were told, once none of them can be called any more. */
void callbacks_free(world *w);
/* Frees the values of their own at last; gives how many of them were not released once. */
int owned_free(world *w);

/* The argument of a statement, from 0. */
static inline const json *arg(const json *s, size_t index) { return json_at(s, index + 1); }
/* An argument that is a time: seconds of the loop's, CAW_NEVER for null. */
double arg_time(const act *a, const json *s, size_t index);
/* An integer, boolean or null of the program as a VALUE; of "own" a new value of its own. */
caw_value arg_value(const act *a, const json *s, size_t index);
/* The same; a value of its own is not listed when it is released. */
caw_value arg_unlisted(world *w, const json *j);
caw_value owned_new(world *w, bool listed);
/* An argument that is a message or null. */
const char *arg_message(const json *s, size_t index);

/* A context's variable is bound anew; gives what it was. What both consume and give is owned. */
caw_value context_swap(caw_value value, caw_error **error);

/* What a return has given is no result any more. */
void act_overtaken(void *act);
/* Takes what a return has given; None: nothing. */
caw_value act_take(act *a);

/* Runs a body in the current task: what its return gave. */
caw_of(caw_value) run_body(world *w, int body);
/* Runs the block that is argument `index` of a statement. */
caw_of(void) run_block(act *a, const json *s, size_t index);
caw_of(void) run_statement(act *a, const json *s);

#endif
