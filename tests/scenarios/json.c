#include "json.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    const char *at;
    int         depth;
} reader;

static void skip_space(reader *r) { r->at += strspn(r->at, " \t\r\n"); }

static bool accept(reader *r, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(r->at, word, length) != 0) return false;
    r->at += length;
    return true;
}

/* ---- Strings --------------------------------------------------------------------------------------------------------- */

static char *put_utf8(char *to, unsigned code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
        *to++ = (char)(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        *to++ = (char)(0xe0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    } else {
        *to++ = (char)(0xf0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 0x3f));
        *to++ = (char)(0x80 | (code >> 6 & 0x3f));
        *to++ = (char)(0x80 | (code & 0x3f));
    }
    return to;
}

static bool read_hex(reader *r, unsigned *code)
{
    int length = 0;
    if (sscanf(r->at, "%4x%n", code, &length) != 1 || length != 4) return false;
    r->at += 4;
    return true;
}

static bool read_escape(reader *r, char **to)
{
    static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    unsigned          code = 0, low = 0;
    const char       *name = *r->at ? strchr(names, *r->at) : NULL;
    if (name) {
        *(*to)++ = meant[name - names];
        r->at++;
        return true;
    }
    if (!accept(r, "u") || !read_hex(r, &code)) return false;
    if (code >= 0xd800 && code < 0xdc00 && accept(r, "\\u")) {
        if (!read_hex(r, &low)) return false;
        code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
    }
    *to = put_utf8(*to, code);
    return true;
}

static bool read_string(reader *r, char **text)
{
    char *to = *text = malloc(strlen(r->at)); /* no escape is shorter than what it stands for */
    if (!to) return false;
    for (r->at++; *r->at != '"';) {
        if (!*r->at) return false;
        if (*r->at != '\\') *to++ = *r->at++;
        else if (r->at++, !read_escape(r, &to)) return false;
    }
    r->at++;
    *to = 0;
    return true;
}

/* ---- Values ------------------------------------------------------------------------------------------------------------ */

static bool read_value(reader *r, json *value);

static json *add_item(json *to)
{
    if ((to->count & (to->count - 1)) == 0) { /* the capacity is the next power of two */
        json *items = realloc(to->items, (to->count ? to->count * 2 : 1) * sizeof *items);
        if (!items) return NULL;
        to->items = items;
    }
    json *item = &to->items[to->count++];
    *item = (json){JSON_NULL, 0, NULL, NULL, 0};
    return item;
}

static bool read_item(reader *r, json *to)
{
    json *item = add_item(to);
    return item && read_value(r, item);
}

static bool read_items(reader *r, json *to, const char *end)
{
    bool object = to->kind == JSON_OBJECT;
    if (++r->depth > JSON_DEPTH) return false;
    skip_space(r);
    if (!accept(r, end)) {
        do {
            skip_space(r);
            if (object) {
                if (*r->at != '"' || !read_item(r, to)) return false;
                skip_space(r);
                if (!accept(r, ":")) return false;
            }
            if (!read_item(r, to)) return false;
            skip_space(r);
        } while (accept(r, ","));
        if (!accept(r, end)) return false;
    }
    r->depth--;
    return true;
}

static bool read_value(reader *r, json *value)
{
    skip_space(r);
    switch (*r->at) {
    case '"': value->kind = JSON_STRING; return read_string(r, &value->text);
    case '[':
        value->kind = JSON_ARRAY;
        r->at++;
        return read_items(r, value, "]");
    case '{':
        value->kind = JSON_OBJECT;
        r->at++;
        return read_items(r, value, "}");
    case 'n': return accept(r, "null");
    case 't': value->kind = JSON_TRUE; return accept(r, "true");
    case 'f': value->kind = JSON_FALSE; return accept(r, "false");
    default: break;
    }
    char *end = NULL;
    if (*r->at != '-' && (*r->at < '0' || *r->at > '9')) return false;
    value->kind = JSON_NUMBER;
    value->number = strtod(r->at, &end);
    r->at = end;
    return true;
}

static void clear(json *value)
{
    for (size_t i = 0; i < value->count; i++) clear(&value->items[i]);
    free(value->items);
    free(value->text);
}

json *json_parse(const char *text)
{
    reader r = {text, 0};
    json  *tree = calloc(1, sizeof *tree);
    if (tree && read_value(&r, tree)) {
        skip_space(&r);
        if (!*r.at) return tree;
    }
    json_free(tree);
    return NULL;
}

void json_free(json *tree)
{
    if (tree) clear(tree);
    free(tree);
}

/* ---- Reading ------------------------------------------------------------------------------------------------------------- */

static const json nothing;

const json *json_at(const json *array, size_t index)
{
    return array->kind == JSON_ARRAY && index < array->count ? &array->items[index] : &nothing;
}

const json *json_get(const json *object, const char *key)
{
    if (object->kind != JSON_OBJECT) return &nothing;
    for (size_t i = 0; i < object->count; i += 2) {
        if (strcmp(object->items[i].text, key) == 0) return &object->items[i + 1];
    }
    return &nothing;
}

const char *json_text(const json *string) { return string->kind == JSON_STRING ? string->text : ""; }
int         json_int(const json *number)
{
    return number->kind == JSON_NUMBER && number->number >= INT_MIN && number->number <= INT_MAX ? (int)number->number : 0;
}
