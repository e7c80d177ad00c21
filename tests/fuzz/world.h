/*
 * Owns: what one fuzzed program runs in: its objects in slots, the owned values it has made, its loops.
 * Must not know: what any statement does.
 *
 * Nothing here misuses the library: what a header forbids is left out, so that every finding is a fault.
 */
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include "input.h"

enum { SLOTS = 8, GENERATORS = 3, LOOPS = 2, HANDLES = 3, CONTEXTS = 2, ITERATORS = 2, QUEUES = 3, ERRORS = 2, TOKENS = 512 };

/* What awaiting a handle gives. */
typedef enum kind { NOTHING, VALUE, RESULTS, VALUES, WAITED, ANY } kind; /* VALUES: caw_results of caw_values only */

/* An awaitable that the program has. Counted: a future of some sort, that can be referenced; else it has one owner. */
typedef struct handle {
    caw_any *any;
    kind     kind;
    bool     counted;
} handle;

/* An owned value: destroyed exactly once, and what its destructor may do. */
typedef struct token {
    bool alive, acts;
} token;

typedef struct world {
    caw_loop *loops[LOOPS];
    bool      closing[LOOPS];
    handle    slots[SLOTS];
    caw_gen(caw_value) generators[GENERATORS];
    caw_handle      *handles[HANDLES];
    caw_context     *contexts[CONTEXTS];
    caw_completions *iterators[ITERATORS];
    caw_error       *errors[ERRORS];
    caw_queue       *queues[QUEUES];
    caw_lock        *lock;
    caw_semaphore   *semaphore, *bounded;
    int              strays; /* releases of bounded by who may not hold it */
    caw_event       *event;
    caw_condition   *condition;
    caw_barrier     *barrier;
    caw_task_group  *group;   /* the last one that was entered */
    caw_timeout     *timeout; /* the last one that was entered, while its frame lives */

    token  tokens[TOKENS];
    size_t token_count;
    int    depth;   /* of deeds within deeds */
    bool   waiting; /* a loop waits for the outside world, which must run no other */
} world;

/* There is one. */
extern world w;

/* Makes the objects; gives everything back, after which every owned value must have been destroyed. */
void world_open(void);
void world_close(void);

/* ---- Values ---------------------------------------------------------------------------------------------------------------- */

caw_value value_new(void);             /* of the next bytes: a number, a string, an owned value */
void      value_take(caw_value value); /* one that was got: looked at and given up */
void      value_drop(void *argument);  /* for CAW_DEFER: of a token */
bool      value_before(const caw_value *a, const caw_value *b);
token    *token_new(void);

/* ---- Errors ---------------------------------------------------------------------------------------------------------------- */

caw_error *error_new(void);
void       error_deed(unsigned which);

/* ---- Deeds: what is done at once, from anywhere ---------------------------------------------------------------------------- */

void deed(void);
void deeds(unsigned most);
void deed_called(void *argument);                /* as a callback */
void deed_done(void *argument, caw_any *future); /* as a done callback */
void primitive_deed(unsigned which);
void queue_deed(unsigned which);
void loop_deed(unsigned which);
void future_deed(unsigned which);
void context_deed(unsigned which);
void generator_deed(unsigned which);
void look(void); /* takes pictures of who awaits whom */
void loop_give_up(unsigned index);
void drive(void); /* makes loops run, from outside of any */

/* ---- Handles --------------------------------------------------------------------------------------------------------------- */

handle handle_new(unsigned depth);     /* of the next bytes: never NULL */
handle handle_of_slot(unsigned index); /* takes it out, or another reference */
void   handle_keep(handle h);          /* into a slot */
void   handle_drop(handle h);
handle handle_spawn(handle h);
caw_of(void) handle_await(handle h);

/* ---- Statements: what a body does ------------------------------------------------------------------------------------------ */

caw_of(caw_value) body(void);
caw_of(void) statement(void);
caw_of(void) scope_statement(unsigned which);
caw_of(void) primitive_statement(unsigned which);
caw_of(void) queue_statement(unsigned which);
caw_of(void) generator_statement(unsigned which);
caw_gen(caw_value) generator_new(void);
handle generator_step(void);

#endif
