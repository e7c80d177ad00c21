/*
 * Owns: JSON as a tree: enough of it to read programs.
 * Must not know: what a program means.
 */
#ifndef SCENARIO_JSON_H
#define SCENARIO_JSON_H

#include <stdbool.h>
#include <stddef.h>

typedef enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT } json_kind;

/* Of an object the items are key, value, key, value... */
typedef struct json {
    json_kind    kind;
    double       number;
    char        *text; /* UTF-8, NUL terminated */
    struct json *items;
    size_t       count;
} json;

/* How deep a tree may be. */
#define JSON_DEPTH 100

/* The tree of a text; NULL when it is not JSON or deeper than JSON_DEPTH. Nothing below returns NULL: what is not there is a null. */
json       *json_parse(const char *text);
void        json_free(json *tree);
const json *json_at(const json *array, size_t index);
const json *json_get(const json *object, const char *key);
const char *json_text(const json *string); /* "" of anything else */
int         json_int(const json *number);  /* 0 of anything else, and of what is no int */

#endif
