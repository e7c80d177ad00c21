/* What the tests of graphs have in common: a graph in a line, as CPython's test_graph writes it. */
#ifndef CAW_TEST_DRAWN_H
#define CAW_TEST_DRAWN_H

#include "test.h"

static char text[4096];

static size_t add(size_t at, const char *word) { return at + (size_t)snprintf(text + at, sizeof text - at, "%s", word); }

/* A node as test_graph writes it: T<name>[calls](awaited by), sorted by nothing: in the order of the awaits. */
static size_t add_node(size_t at, const caw_call_graph *graph, size_t index)
{
    const caw_call_node *node = caw_call_graph_node(graph, index);
    at += (size_t)snprintf(text + at, sizeof text - at, node->is_task ? "T<%s>[" : "%s[", node->name);
    for (size_t i = 0; i < node->call_count; i++) {
        at = add(at, i ? " " : "");
        at = add(at, node->calls[i].function);
    }
    at = add(at, "](");
    for (size_t i = 0; i < node->awaiter_count; i++) at = add_node(i ? add(at, " ") : at, graph, node->awaited_by[i]);
    return add(at, ")");
}

static inline const char *drawn(caw_call_graph *graph)
{
    text[0] = 0;
    if (!graph) return "none";
    add_node(0, graph, 0);
    caw_unref(graph);
    return text;
}

#endif
