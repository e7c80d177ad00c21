/*
 * Owns: text that grows, and how values and errors are written in a trace.
 * Must not know: who writes what, or when.
 */
#ifndef SCENARIO_TEXT_H
#define SCENARIO_TEXT_H

#include <cawait.h>

/* The harness's own memory: it is not among the allocations that are made to fail. The program ends when there is none. */
typedef struct text {
    char  *data; /* NUL terminated once anything was added */
    size_t size, capacity;
} text;

void text_add(text *to, const char *format, ...) CAW__PRINTF(2, 3);
void text_put(text *to, const char *bytes, size_t size);
/* As a string of JSON, with the quotes. */
void text_quote(text *to, const char *string);
void text_free(text *t);

/*
 * A VALUE. An integer, None or a boolean is a caw_value of that type; what a program cannot compute with, a list or a task, is its
 * text: text_value makes such a value, which owns it (text_take) or not (a literal).
 */
void      text_value(text *to, const caw_value *value);
caw_value text_take(text *t); /* `t` is empty then */
caw_value text_literal(const char *word);
caw_value text_task(int number);
/* An ERROR; Boom:n is an Exception whose message is n. */
void text_error(text *to, const caw_error *error);
/* The same with an empty message, for a CancelledError that has none: CPython's CancelledError(''). */
void text_error_empty(text *to, const caw_error *error);
/* Whether an error is followed by what it came of. */
void       text_chains(bool shown);
caw_error *boom(int n);
/* A future or task: pending, cancelled, VALUE, !ERROR. */
void text_state(text *to, caw_of(caw_value) future);

#endif
