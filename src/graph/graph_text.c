/*
 * Owns: pictures of who awaits whom as text: call graph, tree, table, cycles; the deadlock report.
 * Must not know: how a picture is taken (graph.c).
 */
#include "graph/graph.h"

CAW__COLD

#define DEEP 50 /* awaits, or calls of one task: what is further away is not shown there */

typedef struct drawing {
    const caw_call_graph *graph;
    uint8_t              *shown; /* of each node, one of these */
    size_t               *below; /* those that are to have a tree of their own */
    size_t                below_count;
    caw__text             out;
} drawing;

enum { NOT_YET, BEING, SHOWN, BELOW };
static const char *const told[] = {"", ": a cycle", ": see above", ": see below"};

static const caw_call_node *node_at(const caw_call_graph *graph, size_t index) { return caw_call_graph_node(graph, index); }

/* Runs `draw` with nothing shown so far; without memory the text says so. */
static size_t drawn(const caw_call_graph *graph, char *buffer, size_t size, void (*draw)(drawing *d))
{
    size_t  count = caw_call_graph_size(graph), room = (count + 1) * (sizeof(size_t) + 1);
    drawing d = {.graph = graph, .below = caw__alloc(room), .out = {buffer, size, 0}};
    if (size) buffer[0] = 0;
    if (!d.below) {
        caw__say(&d.out, "no memory to say who awaits whom\n");
        return d.out.length;
    }
    d.shown = memset(d.below + count, NOT_YET, count);
    draw(&d);
    caw__free(d.below, room);
    return d.out.length;
}

static const char *const states[] = {"has not begun", "is running", "waits for its turn", "is pending", "is done"};

/* Nothing of a task that waits for a task: the picture has it. */
static void say_state(caw__text *out, const caw_call_node *node)
{
    if (!node->is_task || node->state != CAW_TASK_WAITING) caw__say(out, ": %s", states[node->state]);
    else if (strcmp(node->waits_for, "Task") != 0) caw__say(out, ": waits for a %s", node->waits_for);
}

/* ---- Cycles ------------------------------------------------------------------------------------------------------------------ */

/* Depth first, without recursion: the path is as long as a chain of tasks may be. */
typedef struct search {
    uint8_t *colour; /* NOT_YET, BEING: on the path, SHOWN: nothing new is behind it */
    size_t  *path, *next;
    size_t   length;
} search;

/* From the last node of the path: whom it awaits next. True when that one is on the path: a cycle, which begins at *from. */
static bool text_step(const caw_call_graph *graph, search *s, size_t *from)
{
    size_t               here = s->path[s->length - 1];
    const caw_call_node *node = node_at(graph, here);
    if (s->next[s->length - 1] == node->await_count) {
        s->colour[here] = SHOWN;
        s->length--;
        return false;
    }
    size_t there = node->awaits[s->next[s->length - 1]++];
    if (s->colour[there] == BEING) {
        for (*from = 0; s->path[*from] != there;) ++*from;
        return true;
    }
    if (s->colour[there] == NOT_YET) {
        s->colour[there] = BEING;
        s->path[s->length] = there;
        s->next[s->length++] = 0;
    }
    return false;
}

size_t caw_call_graph_cycle(const caw_call_graph *graph, size_t index, char *buffer, size_t size)
{
    size_t    count = caw_call_graph_size(graph), room = count * (2 * sizeof(size_t) + 1), from = 0;
    caw__text out = {buffer, size, 0};
    size_t   *block = room ? caw__alloc(room) : NULL;
    if (size) buffer[0] = 0;
    if (!block) return 0;
    search s = {(uint8_t *)(block + 2 * count), block, block + count, 0};
    memset(s.colour, NOT_YET, count);
    for (size_t i = 0; i < count && !out.length; i++) {
        if (s.colour[i] != NOT_YET) continue;
        s.colour[i] = BEING;
        s.path[0] = i;
        s.next[0] = 0;
        for (s.length = 1; s.length && !out.length;) {
            if (!text_step(graph, &s, &from) || index--) continue;
            for (size_t k = from; k < s.length; k++) caw__say(&out, "%s -> ", node_at(graph, s.path[k])->name);
            caw__say(&out, "%s", node_at(graph, s.path[from])->name);
        }
    }
    caw__free(block, room);
    return out.length;
}

static void say_cycles(drawing *d)
{
    for (size_t i = 0;; i++) {
        size_t length = caw_call_graph_cycle(d->graph, i, NULL, 0);
        bool   room = d->out.length + 7 < d->out.size;
        if (!length) return;
        caw__say(&d->out, "cycle: ");
        if (room) caw_call_graph_cycle(d->graph, i, d->out.buffer + d->out.length, d->out.size - d->out.length);
        d->out.length += length;
        caw__say(&d->out, "\n");
    }
}

/* ---- The tree, from the top down ------------------------------------------------------------------------------------------- */

/* A task above the present one: whether it was the last of its kind, and how many of its calls stand below each other. */
typedef struct level {
    const struct level *up;
    bool                last;
    size_t              calls;
} level;

static void say_indent(caw__text *out, const level *l)
{
    if (!l) return;
    say_indent(out, l->up);
    caw__say(out, l->last ? "    " : "\u2502   ");
    for (size_t i = 0; i < l->calls; i++) caw__say(out, "    ");
}

static void draw_down(drawing *d, size_t index, const level *up, bool last, int depth)
{
    const caw_call_node *node = node_at(d->graph, index);
    level                here = {up, last, 0};
    uint8_t              shown = d->shown[index];
    say_indent(&d->out, up);
    caw__say(&d->out, last ? "\u2514\u2500\u2500 " : "\u251c\u2500\u2500 ");
    if (shown == NOT_YET && depth > DEEP) {
        d->below[d->below_count++] = index;
        shown = d->shown[index] = BELOW;
    }
    caw__say(&d->out, node->is_task ? "(T) %s" : "%s", node->name);
    if (shown == NOT_YET) say_state(&d->out, node);
    caw__say(&d->out, "%s\n", told[shown]);
    if (shown != NOT_YET) return;
    d->shown[index] = BEING;
    for (size_t i = node->call_count; i--; here.calls++) {
        bool left_out = node->call_count > DEEP && here.calls == DEEP / 2;
        say_indent(&d->out, &here);
        if (left_out) caw__say(&d->out, "\u2514\u2500\u2500  ...\n");
        else
            caw__say(&d->out, "\u2514\u2500\u2500  %s (%s:%u)\n", node->calls[i].function, node->calls[i].file,
                     node->calls[i].line);
        if (left_out) i -= node->call_count - DEEP; /* the inner ones go on */
    }
    for (size_t i = 0; i < node->await_count; i++) {
        draw_down(d, node->awaits[i], &here, i + 1 == node->await_count, depth + 1);
    }
    d->shown[index] = SHOWN;
}

static void draw_root(drawing *d, size_t index)
{
    draw_down(d, index, NULL, true, 0);
    while (d->below_count) {
        index = d->below[--d->below_count];
        d->shown[index] = NOT_YET;
        draw_down(d, index, NULL, true, 0);
    }
}

static void draw_tree(drawing *d)
{
    size_t count = caw_call_graph_size(d->graph);
    for (size_t i = 0; i < count; i++) {
        if (!node_at(d->graph, i)->awaiter_count) draw_root(d, i);
    }
    for (size_t i = 0; i < count; i++) { /* in cycles, and awaited from there */
        if (d->shown[i] == NOT_YET) draw_root(d, i);
    }
    say_cycles(d);
}

size_t caw_format_task_tree(const caw_call_graph *graph, char *buffer, size_t size)
{
    return drawn(graph, buffer, size, draw_tree);
}

/* ---- The call graph, from the bottom up ------------------------------------------------------------------------------------- */

static void say_times(caw__text *out, const char *text, size_t times)
{
    while (times--) caw__say(out, "%s", text);
}

static void draw_up(drawing *d, size_t index, size_t depth)
{
    const caw_call_node *node = node_at(d->graph, index);
    uint8_t              shown = d->shown[index];
    say_times(&d->out, "    ", depth);
    if (depth > DEEP) {
        caw__say(&d->out, "* ...\n");
        return;
    }
    if (node->is_task) caw__say(&d->out, "* Task(name='%s')", node->name);
    else caw__say(&d->out, "* %s()", node->name);
    caw__say(&d->out, "%s\n", told[shown]);
    if (shown != NOT_YET) return;
    d->shown[index] = BEING;
    for (size_t i = 0; i < node->call_count; i++) {
        if (!i) {
            say_times(&d->out, "    ", depth);
            caw__say(&d->out, "  + Call stack:\n");
        }
        say_times(&d->out, "    ", depth);
        caw__say(&d->out, "  |   File '%s', line %u, in async %s()\n", node->calls[i].file, node->calls[i].line,
                 node->calls[i].function);
    }
    for (size_t i = 0; i < node->awaiter_count; i++) {
        if (!i) {
            say_times(&d->out, "    ", depth);
            caw__say(&d->out, "  + Awaited by:\n");
        }
        draw_up(d, node->awaited_by[i], depth + 1);
    }
    d->shown[index] = SHOWN;
}

static void draw_first(drawing *d)
{
    if (caw_call_graph_size(d->graph)) draw_up(d, 0, 0);
}

size_t caw_format_call_graph(const caw_call_graph *graph, char *buffer, size_t size)
{
    return drawn(graph, buffer, size, draw_first);
}

/* ---- The table -------------------------------------------------------------------------------------------------------------- */

/* What was said since `begin` becomes a column of so many characters. */
static void pad(caw__text *out, size_t begin, size_t width)
{
    size_t length = out->length - begin;
    say_times(out, " ", length < width ? width - length + 1 : 1);
}

static void say_calls(caw__text *out, const caw_call_node *node)
{
    for (size_t i = 0; i < node->call_count; i++) caw__say(out, "%s%s", i ? " -> " : "", node->calls[i].function);
}

static void say_id(caw__text *out, const void *id)
{
    char      digits[2 * sizeof id + 1];
    size_t    at = sizeof digits - 1;
    uintptr_t n = (uintptr_t)id;
    digits[at] = 0;
    do digits[--at] = "0123456789abcdef"[n % 16];
    while (n /= 16);
    caw__say(out, "0x%s", digits + at);
}

static void say_row(caw__text *out, const caw_call_node *node, const caw_call_node *awaiter)
{
    size_t begin = out->length;
    say_id(out, node->id);
    pad(out, begin, 20);
    begin = out->length;
    caw__say(out, "%s", node->name);
    pad(out, begin, 20);
    begin = out->length;
    say_calls(out, node);
    pad(out, begin, 50);
    begin = out->length;
    if (awaiter) say_calls(out, awaiter);
    pad(out, begin, 50);
    begin = out->length;
    if (awaiter) caw__say(out, "%s", awaiter->name);
    pad(out, begin, 15);
    say_id(out, awaiter ? awaiter->id : NULL);
    caw__say(out, "\n");
}

static void draw_table(drawing *d)
{
    static const struct {
        const char *title;
        size_t      width;
    } columns[] = {{"task id", 20},       {"task name", 20},    {"coroutine stack", 50},
                   {"awaiter chain", 50}, {"awaiter name", 15}, {"awaiter id", 0}};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        size_t begin = d->out.length;
        caw__say(&d->out, "%s", columns[i].title);
        if (columns[i].width) pad(&d->out, begin, columns[i].width);
    }
    caw__say(&d->out, "\n");
    say_times(&d->out, "-", 170);
    caw__say(&d->out, "\n");
    for (size_t i = 0; i < caw_call_graph_size(d->graph); i++) {
        const caw_call_node *node = node_at(d->graph, i);
        for (size_t k = 0; k < node->awaiter_count; k++) say_row(&d->out, node, node_at(d->graph, node->awaited_by[k]));
        if (!node->awaiter_count) say_row(&d->out, node, NULL);
    }
}

size_t caw_format_task_table(const caw_call_graph *graph, char *buffer, size_t size)
{
    return drawn(graph, buffer, size, draw_table);
}

/* ---- To the log --------------------------------------------------------------------------------------------------------------- */

/* Consumes the picture. Returns false without memory. */
static bool print(int level, caw_call_graph *graph, size_t (*format)(const caw_call_graph *, char *, size_t))
{
    size_t size = graph ? format(graph, NULL, 0) + 1 : 0;
    char  *text = graph ? caw__alloc(size) : NULL;
    if (text) format(graph, text, size);
    caw_unref(graph);
    if (!text) return false;
    for (const char *line = text, *end; *line; line = end + (*end != 0)) {
        for (end = line; *end && *end != '\n';) end++;
        caw__host_log(level, line, (size_t)(end - line));
    }
    caw__free(text, size);
    return true;
}

void caw__print_call_graph(caw_call_graph *graph) { print(0, graph, caw_format_call_graph); }
void caw_print_tasks(caw_loop *loop) { print(0, caw_capture_tasks(loop), caw_format_task_tree); }

void caw__report_deadlock(caw_loop *loop)
{
    static const char headline[] = "cawait: deadlock: nothing can wake the loop any more. Pending tasks:";
    static const char none[] = "none: run_until_complete waits for a future that nobody will set";
    caw__host_log(2, headline, sizeof headline - 1);
    if (!loop->tasks) caw__host_log(2, none, sizeof none - 1);
    else if (print(2, caw_capture_tasks(loop), caw_format_task_tree)) return;
    for (caw_task *task = loop->tasks; task; task = task->next) { /* there is no memory for a picture */
        char line[200];
        caw__task_describe(task, line, sizeof line);
        caw__host_log(2, line, strlen(line));
    }
}

CAW__COLD_END
