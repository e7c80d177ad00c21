/*
 * What <emscripten/promise.h> is known to do, the facts that Emscripten's own tests of it check, for whoever offers its functions: facts()
 * gives a promise of the number of those that are not so, each of which was printed. Before it is included:
 *     LATER(callback, data)  calls back from outside of any promise's callback
 *     THROW                  where JavaScript can be thrown through C: EM_ASM is there
 */
#include "settled.h"
#include <stdio.h>
#include <string.h>

/* ---- How promises end is noted: a word, + or -, and the value; each once, in whatever order ------------------------------------ */

static char facts_noted[1024];

static void facts_note(const char *word, char sign, void *value)
{
    size_t length = strlen(facts_noted);
    snprintf(facts_noted + length, sizeof facts_noted - length, " %s%c%ld ", word, sign, (long)(intptr_t)value);
}

static em_promise_result_t facts_fulfilled(void **result, void *data, void *value)
{
    facts_note(data, '+', value);
    *result = value;
    return EM_PROMISE_FULFILL;
}

static em_promise_result_t facts_rejected(void **result, void *data, void *value)
{
    facts_note(data, '-', value);
    *result = value;
    return EM_PROMISE_FULFILL;
}

/* A promise that is given over to another, by then. */
static em_promise_t facts_then(em_promise_t promise, em_promise_callback_t fulfilled, em_promise_callback_t rejected,
                               const char *data)
{
    em_promise_t next = emscripten_promise_then(promise, fulfilled, rejected, (void *)(uintptr_t)data);
    emscripten_promise_destroy(promise);
    return next;
}
static em_promise_t facts_end(em_promise_t promise, const char *word)
{
    return facts_then(promise, facts_fulfilled, facts_rejected, word);
}

static em_promise_t facts_all(em_promise_t *promises, size_t count)
{
    em_promise_t all = emscripten_promise_all(promises, NULL, count);
    facts_destroy(promises, count);
    return all;
}
#define FACTS_ALL(...) facts_all((em_promise_t[]){__VA_ARGS__}, sizeof((em_promise_t[]){__VA_ARGS__}) / sizeof(em_promise_t))

static void facts_create(em_promise_t *promises, size_t count)
{
    for (size_t i = 0; i < count; i++) promises[i] = emscripten_promise_create();
}

/* ---- Created, matched ---------------------------------------------------------------------------------------------------- */

static em_promise_t facts_of_create(void)
{
    em_promise_t fulfilled = facts_settled(EM_PROMISE_FULFILL, VALUE(1)), rejected = facts_settled(EM_PROMISE_REJECT, VALUE(2));
    em_promise_t like_fulfilled = facts_settled(EM_PROMISE_MATCH, fulfilled);
    em_promise_t like_rejected = facts_settled(EM_PROMISE_MATCH_RELEASE, rejected);
    em_promise_t twice = facts_settled(EM_PROMISE_FULFILL, VALUE(3));
    emscripten_promise_resolve(twice, EM_PROMISE_REJECT, VALUE(4));
    return FACTS_ALL(facts_end(fulfilled, "created"), facts_end(like_fulfilled, "matched"), facts_end(like_rejected, "matched"),
                     facts_end(twice, "once"));
}

static void facts_resolve_later(void *promise)
{
    emscripten_promise_resolve(promise, EM_PROMISE_FULFILL, VALUE(5));
    emscripten_promise_destroy(promise);
}

static em_promise_result_t facts_matching(void **result, void *data, void *value)
{
    facts_note(data, '+', value);
    em_promise_t promise = emscripten_promise_create();
    LATER(facts_resolve_later, promise);
    *result = promise;
    return EM_PROMISE_MATCH;
}

/* What a callback gives to match is its own to destroy. */
static em_promise_t facts_of_match(void)
{
    return facts_end(facts_then(facts_settled(EM_PROMISE_FULFILL, NULL), facts_matching, NULL, "matching"), "later");
}

/* ---- Callbacks ---------------------------------------------------------------------------------------------------------------- */

static em_promise_result_t facts_no_result(void **result, void *data, void *value)
{
    facts_note(data, *result == NULL ? '+' : '?', value);
    return EM_PROMISE_FULFILL;
}

static em_promise_result_t facts_rejects(void **result, void *data, void *value)
{
    facts_note(data, '+', value);
    *result = VALUE(-7);
    return EM_PROMISE_REJECT;
}

static em_promise_t facts_of_then(void)
{
    em_promise_t nothing = facts_then(facts_settled(EM_PROMISE_FULFILL, VALUE(6)), facts_no_result, NULL, "gives");
    em_promise_t refuses = facts_then(facts_settled(EM_PROMISE_FULFILL, VALUE(7)), facts_rejects, NULL, "refuses");
    /* Without a callback the outcome goes on. */
    em_promise_t value = facts_then(facts_settled(EM_PROMISE_FULFILL, VALUE(42)), NULL, facts_rejected, "wrong");
    em_promise_t reason = facts_then(facts_settled(EM_PROMISE_REJECT, VALUE(43)), facts_fulfilled, NULL, "wrong");
    return FACTS_ALL(facts_end(nothing, "nothing"), facts_end(refuses, "refused"), facts_end(value, "passed"),
                     facts_end(reason, "passed"));
}

#ifdef THROW

static uintptr_t facts_stack;

static em_promise_result_t facts_see_stack(void **result, void *data, void *value)
{
    uintptr_t stack = emscripten_stack_get_current();
    facts_note(data, !facts_stack || facts_stack == stack ? '+' : '?', value);
    facts_stack = stack;
    (void)result;
    return EM_PROMISE_FULFILL;
}

static em_promise_result_t facts_throw_text(void **result, void *data, void *value)
{
    volatile int large[128] = {0};
    EM_ASM({ throw "a text"; });
    facts_note("thrown through", '?', VALUE(large[0]));
    (void)result, (void)data, (void)value;
    return EM_PROMISE_FULFILL;
}

static em_promise_result_t facts_throw_number(void **result, void *data, void *value)
{
    volatile int large[128] = {0};
    EM_ASM({ throw 1234; });
    facts_note("thrown through", '?', VALUE(large[0]));
    (void)result, (void)data, (void)value;
    return EM_PROMISE_FULFILL;
}

/* Thrown out of either callback: a rejection by the number, 0 if it is none; and C's stack is as it was. */
static em_promise_t facts_of_throw(void)
{
    em_promise_t ready = emscripten_promise_create(), broken = emscripten_promise_create();
    em_promise_t before = facts_then(facts_settled(EM_PROMISE_FULFILL, NULL), facts_see_stack, NULL, "stack");
    em_promise_t text = emscripten_promise_then(ready, facts_throw_text, facts_rejected, "wrong");
    em_promise_t number = emscripten_promise_then(broken, facts_fulfilled, facts_throw_number, "wrong");
    emscripten_promise_resolve(ready, EM_PROMISE_FULFILL, NULL);
    emscripten_promise_resolve(broken, EM_PROMISE_REJECT, NULL);
    facts_destroy((em_promise_t[]){ready, broken}, 2);
    em_promise_t thrown = FACTS_ALL(before, facts_end(text, "text"), facts_end(number, "number"));
    return facts_then(thrown, facts_see_stack, NULL, "after");
}

#endif

/* ---- Of several ---------------------------------------------------------------------------------------------------------------- */

static void               *facts_values[3];
static em_settled_result_t facts_outcomes[3];

/* What it settled as is in the array that it was given, and that is its value. */
static em_promise_result_t facts_see_values(void **result, void *data, void *value)
{
    facts_note(data, value == facts_values ? '+' : '?', NULL);
    for (int i = 0; i < 3; i++) facts_note(data, '=', facts_values[i]);
    (void)result;
    return EM_PROMISE_FULFILL;
}

static em_promise_result_t facts_see_outcomes(void **result, void *data, void *value)
{
    facts_note(data, value == facts_outcomes ? '+' : '?', NULL);
    for (int i = 0; i < 3; i++)
        facts_note(data, facts_outcomes[i].result == EM_PROMISE_FULFILL ? '+' : '-', facts_outcomes[i].value);
    (void)result;
    return EM_PROMISE_FULFILL;
}

static em_promise_result_t facts_is_values(void **result, void *data, void *value)
{
    facts_note(data, '=', VALUE(value == facts_values));
    (void)result;
    return EM_PROMISE_FULFILL;
}

static em_promise_t facts_of_all(void)
{
    em_promise_t in[3];
    em_promise_t empty = facts_then(emscripten_promise_all(in, facts_values, 0), facts_is_values, facts_rejected, "empty");
    facts_create(in, 3);
    em_promise_t full = facts_then(emscripten_promise_all(in, facts_values, 3), facts_see_values, facts_rejected, "all");
    emscripten_promise_resolve(in[1], EM_PROMISE_FULFILL, VALUE(1337)); /* in any order */
    emscripten_promise_resolve(in[0], EM_PROMISE_FULFILL, VALUE(42));
    emscripten_promise_resolve(in[2], EM_PROMISE_FULFILL, NULL);
    facts_destroy(in, 3);
    facts_create(in, 3);
    em_promise_t failed = facts_end(emscripten_promise_all(in, NULL, 3), "unlike");
    emscripten_promise_resolve(in[0], EM_PROMISE_FULFILL, VALUE(42));
    emscripten_promise_resolve(in[1], EM_PROMISE_REJECT, VALUE(1337));
    emscripten_promise_resolve(in[2], EM_PROMISE_FULFILL, NULL);
    facts_destroy(in, 3);
    return FACTS_ALL(empty, full, failed);
}

static em_promise_t facts_of_all_settled(void)
{
    em_promise_t in[3];
    em_promise_t empty = facts_end(emscripten_promise_all_settled(in, NULL, 0), "none");
    facts_create(in, 3);
    em_promise_t full =
        facts_then(emscripten_promise_all_settled(in, facts_outcomes, 3), facts_see_outcomes, facts_rejected, "settled");
    em_promise_t nowhere = facts_end(emscripten_promise_all_settled(in, NULL, 3), "nowhere");
    emscripten_promise_resolve(in[0], EM_PROMISE_FULFILL, VALUE(42));
    emscripten_promise_resolve(in[1], EM_PROMISE_REJECT, VALUE(43));
    emscripten_promise_resolve(in[2], EM_PROMISE_FULFILL, VALUE(44));
    facts_destroy(in, 3);
    return FACTS_ALL(empty, full, nowhere);
}

static em_promise_t facts_of_any(void)
{
    static void *reasons[3];
    em_promise_t in[3];
    em_promise_t empty = facts_then(emscripten_promise_any(in, facts_values, 0), facts_fulfilled, facts_is_values, "any empty");
    facts_create(in, 3);
    em_promise_t one = facts_end(emscripten_promise_any(in, reasons, 3), "any");
    emscripten_promise_resolve(in[0], EM_PROMISE_REJECT, VALUE(41));
    emscripten_promise_resolve(in[1], EM_PROMISE_FULFILL, VALUE(42));
    emscripten_promise_resolve(in[2], EM_PROMISE_FULFILL, VALUE(43));
    facts_destroy(in, 3);
    facts_create(in, 3);
    em_promise_t none = facts_then(emscripten_promise_any(in, facts_values, 3), facts_fulfilled, facts_see_values, "unfit");
    em_promise_t nowhere = facts_end(emscripten_promise_any(in, NULL, 3), "unfit nowhere");
    for (int i = 0; i < 3; i++) emscripten_promise_resolve(in[i], EM_PROMISE_REJECT, VALUE(52 + i));
    facts_destroy(in, 3);
    return FACTS_ALL(empty, one, none, nowhere);
}

static em_promise_t facts_of_race(void)
{
    em_promise_t in[2];
    facts_create(in, 2);
    em_promise_t won = facts_end(emscripten_promise_race(in, 2), "won");
    emscripten_promise_resolve(in[1], EM_PROMISE_FULFILL, VALUE(42));
    emscripten_promise_resolve(in[0], EM_PROMISE_REJECT, NULL);
    facts_destroy(in, 2);
    facts_create(in, 2);
    em_promise_t lost = facts_end(emscripten_promise_race(in, 2), "lost");
    emscripten_promise_resolve(in[0], EM_PROMISE_REJECT, VALUE(42));
    emscripten_promise_resolve(in[1], EM_PROMISE_FULFILL, NULL);
    facts_destroy(in, 2);
    return FACTS_ALL(won, lost);
}

/* ---- One after the other --------------------------------------------------------------------------------------------------------- */

static em_promise_t (*const facts_parts[])(void) = {
    facts_of_create, facts_of_match, facts_of_then, facts_of_all, facts_of_all_settled, facts_of_any, facts_of_race,
#ifdef THROW
    facts_of_throw,
#endif
};

static const char *const facts_expected[] = {
    "created+1",  "matched+1",  "matched-2",       "once+3",      "matching+0", "later+5",   "gives+6",
    "nothing+0",  "refuses+7",  "refused--7",      "passed+42",   "passed-43",  "empty=1",   "all+0",
    "all=42",     "all=1337",   "all=0",           "unlike-1337", "none+0",     "settled+0", "settled+42",
    "settled-43", "settled+44", "nowhere+0",       "any empty=1", "any+42",     "unfit+0",   "unfit=52",
    "unfit=53",   "unfit=54",   "unfit nowhere-0", "won+42",      "lost-42",
#ifdef THROW
    "stack+0",    "text-0",     "number-1234",     "after+0",
#endif
};

static em_promise_result_t facts_part(void **result, void *data, void *value)
{
    (void)value;
    *result = facts_parts[(intptr_t)data]();
    return EM_PROMISE_MATCH_RELEASE;
}

static em_promise_result_t facts_count(void **result, void *data, void *value)
{
    intptr_t wrong = 0;
    size_t   length = 0;
    for (size_t i = 0; i < sizeof facts_expected / sizeof *facts_expected; i++) {
        char word[32];
        length += (size_t)snprintf(word, sizeof word, " %s ", facts_expected[i]);
        if (strstr(facts_noted, word)) continue;
        printf("not so:%s\n", word);
        wrong++;
    }
    if (length != strlen(facts_noted) || data || value) printf("more than was expected:%s, %p\n", facts_noted, value), wrong++;
    *result = VALUE(wrong);
    return EM_PROMISE_FULFILL;
}

static em_promise_t facts(void)
{
    em_promise_t start = emscripten_promise_create(), last = start;
    for (size_t i = 0; i < sizeof facts_parts / sizeof *facts_parts; i++) {
        em_promise_t next = emscripten_promise_then(last, facts_part, NULL, VALUE(i));
        if (last != start) emscripten_promise_destroy(last);
        last = next;
    }
    em_promise_t end = facts_then(last, facts_count, NULL, NULL);
    emscripten_promise_resolve(start, EM_PROMISE_FULFILL, NULL);
    emscripten_promise_destroy(start);
    return end;
}
