/*
 * Owns: the scanner: a state machine over single bytes, so a page of any size needs no memory but its links.
 * Must not know: where the bytes come from. It follows the HTML standard's tokenizer as far as links need it, and never fails on
 * bad markup: what is no tag is text.
 */
#include "links.h"
#include <cawait/error.h>
#include <stdlib.h>
#include <string.h>

enum state { TEXT, OPEN, MARKUP, COMMENT, BOGUS, TAG, BEFORE_NAME, NAME, AFTER_NAME, BEFORE_VALUE, VALUE, RAW };
enum raw { NONE, SCRIPT, STYLE };

static const char *const raw_end[] = {[SCRIPT] = "</script", [STYLE] = "</style"};

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
static bool is_letter(char c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c | 32) : c; }

/* ---- Targets --------------------------------------------------------------------------------------------------------- */

static bool put(links *l, char c)
{
    if (l->value_length == LINK_LONGEST) return true;
    if (l->value_length == l->value_room) {
        size_t room = l->value_room ? l->value_room * 2 : 128;
        char  *bigger = realloc(l->value, room);
        if (!bigger) return false;
        l->value = bigger;
        l->value_room = room;
    }
    l->value[l->value_length++] = c;
    return true;
}

/* The byte that a character reference stands for, and its length in *used; 0: none, or none that a URL would hold. */
static char reference(const char *text, size_t size, size_t *used)
{
    static const struct {
        const char *name;
        char        is;
    } known[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        *used = strlen(known[i].name);
        if (*used <= size && !memcmp(text, known[i].name, *used)) return known[i].is;
    }
    if (size < 4 || text[1] != '#') return 0;
    bool     hex = text[2] == 'x' || text[2] == 'X';
    unsigned number = 0;
    size_t   i = hex ? 3 : 2;
    for (; i < size && i < 10; i++) {
        char c = text[i];
        if (c >= '0' && c <= '9') number = number * (hex ? 16 : 10) + (unsigned)(c - '0');
        else if (hex && lower(c) >= 'a' && lower(c) <= 'f') number = number * 16 + (unsigned)(lower(c) - 'a') + 10;
        else break;
    }
    *used = i + 1;
    return i < size && text[i] == ';' && number < 128 ? (char)number : 0;
}

/* The value that was read is a link: keeps it. */
static int keep(links *l)
{
    size_t length = 0, used;
    for (size_t i = 0; i < l->value_length; i += used) {
        char c = l->value[i], meant = c == '&' ? reference(l->value + i, l->value_length - i, &used) : 0;
        if (!meant) used = 1;
        l->value[length++] = meant ? meant : c;
    }
    if (l->count == l->room) {
        size_t       room = l->room ? l->room * 2 : 16;
        caw_string **bigger = realloc(l->found, room * sizeof *bigger);
        if (!bigger) return -CAW_MEMORY_ERROR;
        l->found = bigger;
        l->room = room;
    }
    caw_string *target = caw_string_new(l->value, length);
    if (!target) return -CAW_MEMORY_ERROR;
    l->found[l->count++] = target;
    return 0;
}

/* ---- Tags ------------------------------------------------------------------------------------------------------------ */

static bool tag_is(const links *l, const char *name) { return !strcmp(l->tag, name); }

static uint8_t tag_end(links *l)
{
    l->raw = tag_is(l, "script") ? SCRIPT : tag_is(l, "style") ? STYLE : NONE;
    l->matched = 0;
    return l->raw ? RAW : TEXT;
}

/* A byte more of a name that is kept in 8: longer ones are none that we look for. */
static void name_put(char *name, uint8_t *length, char c)
{
    if (*length < 7) name[(*length)++] = lower(c);
    else name[0] = '?';
    name[*length] = 0;
}

static uint8_t value_begin(links *l, char quote)
{
    l->quote = (uint8_t)quote;
    l->value_length = 0;
    l->wanted = !strcmp(l->name, "href") && (tag_is(l, "a") || tag_is(l, "area"));
    return VALUE;
}

static int value_byte(links *l, char c)
{
    bool over = l->quote ? c == (char)l->quote : is_space(c) || c == '>';
    if (!over) return l->wanted && !put(l, c) ? -CAW_MEMORY_ERROR : 0;
    l->state = c == '>' ? tag_end(l) : BEFORE_NAME;
    if (!l->wanted) return 0;
    l->wanted = false;
    return keep(l);
}

/* Between attributes: a name begins, or the tag ends. */
static uint8_t name_begin(links *l, char c)
{
    if (is_space(c) || c == '/') return BEFORE_NAME;
    if (c == '>') return tag_end(l);
    l->name_length = 0;
    name_put(l->name, &l->name_length, c);
    return NAME;
}

static int byte(links *l, char c)
{
    switch ((enum state)l->state) {
    case TEXT:
        if (c == '<') l->state = OPEN;
        break;
    case OPEN:
        l->matched = 0;
        if (is_letter(c)) {
            l->name_length = 0;
            name_put(l->tag, &l->name_length, c);
            l->state = TAG;
        } else {
            l->state = c == '!' ? MARKUP : c == '/' || c == '?' ? BOGUS : c == '<' ? OPEN : TEXT;
        }
        break;
    case MARKUP: /* after "<!": two dashes begin a comment */
        if (c == '-' && ++l->matched == 2) l->state = COMMENT;
        else if (c != '-') l->state = c == '>' ? TEXT : BOGUS;
        break;
    case COMMENT: /* matched: dashes in a row, as many as matter; those of "<!--" count */
        if (c == '>' && l->matched == 2) l->state = TEXT;
        l->matched = c != '-' ? 0 : l->matched < 2 ? l->matched + 1 : 2;
        break;
    case BOGUS:
        if (c == '>') l->state = TEXT;
        break;
    case TAG:
        if (is_space(c) || c == '/') l->state = BEFORE_NAME;
        else if (c == '>') l->state = tag_end(l);
        else name_put(l->tag, &l->name_length, c);
        break;
    case BEFORE_NAME: l->state = name_begin(l, c); break;
    case NAME:
    case AFTER_NAME:
        if (c == '=') l->state = BEFORE_VALUE;
        else if (is_space(c)) l->state = AFTER_NAME;
        else if (c == '>' || c == '/' || l->state == AFTER_NAME) l->state = name_begin(l, c);
        else name_put(l->name, &l->name_length, c);
        break;
    case BEFORE_VALUE:
        if (is_space(c)) break;
        if (c == '>') {
            l->state = tag_end(l);
            break;
        }
        l->state = value_begin(l, c == '"' || c == '\'' ? c : 0);
        return l->quote ? 0 : value_byte(l, c);
    case VALUE: return value_byte(l, c);
    case RAW:
        if (lower(c) == raw_end[l->raw][l->matched]) l->matched++;
        else l->matched = c == '<';
        if (!raw_end[l->raw][l->matched]) l->state = BOGUS;
        break;
    }
    return 0;
}

int links_feed(links *l, const char *bytes, size_t size)
{
    int status = 0;
    for (size_t i = 0; i < size && !status; i++) status = byte(l, bytes[i]);
    return status;
}

void links_clear(links *l)
{
    for (size_t i = 0; i < l->count; i++) caw_unref(l->found[i]);
    free(l->found);
    free(l->value);
    memset(l, 0, sizeof *l);
}
