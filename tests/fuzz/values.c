/*
 * Owns: the program's values: numbers, strings, and owned ones that know whether they are alive and may act as they go.
 * Must not know: who holds them.
 */
#include "world.h"

static void token_destroy(void *self)
{
    token *t = self;
    REQUIRE(t->alive);
    t->alive = false;
    if (t->acts) deed();
}

token *token_new(void)
{
    if (w.token_count == TOKENS) return NULL;
    token *t = &w.tokens[w.token_count++];
    *t = (token){.alive = true};
    return t;
}

caw_value value_new(void)
{
    unsigned which = below(8);
    if (which == 0) return caw_none();
    if (which == 1) return caw_int((int)byte());
    if (which == 2) return caw_text(caw_string_of("text"));
    token *t = token_new();
    if (!t) return caw_int(0);
    t->acts = which == 3;
    return caw_pointer(t, token_destroy);
}

void value_take(caw_value value)
{
    if (value.tag == CAW_POINTER && value.destroy) REQUIRE(((token *)value.as_pointer)->alive);
    if (value.tag == CAW_STRING && value.as_string) REQUIRE(caw_string_size(value.as_string) == 4);
    if (byte() & 1) caw_value_drop(caw_value_copy(value));
    caw_value_drop(value);
}

void value_drop(void *argument) { token_destroy(argument); }

bool value_before(const caw_value *a, const caw_value *b)
{
    REQUIRE(!(a->tag == CAW_POINTER && a->destroy) || ((token *)a->as_pointer)->alive);
    return a->tag < b->tag;
}
