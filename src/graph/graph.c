/*
 * Owns: who awaits whom, read off the callbacks of futures; pictures of it.
 * Must not know: how one awaits through what is over futures (awaiters.c).
 */
#include "graph/graph.h"

CAW__COLD

bool caw__awaiters(caw_future *future, caw__found *found, void *data)
{
    caw__node *last = future->callbacks, *node = last;
    if (future->loop && future->loop->through) return future->loop->through->awaiters(future, found, data);
    while (node) {
        node = node->next;
        if (node->run == caw__task_run) found(data, CAW__CONTAINER(node, caw_task, node));
        if (node == last) break;
    }
    return true;
}

/* ---- Taking a picture ------------------------------------------------------------------------------------------------------ */

/* One block: this, the nodes, the places, the indices, the names. */
struct caw_call_graph {
    caw__object   object;
    size_t        size, count;
    caw_call_node nodes[];
};

static void graph_release(void *object)
{
    caw_call_graph *graph = object;
    caw__free(graph, graph->size);
}
static const caw__type graph_type = {"call graph", graph_release, NULL};

/* First what there is is collected and counted, then there is one block for all of it. No code of the program's runs meanwhile. */
typedef struct walk {
    caw_future    **futures; /* marked as seen */
    size_t          capacity, count;
    size_t          calls, edges, letters;
    bool            failed;
    const caw__co  *self; /* where the current task is; NULL: not known */
    caw_call_graph *graph;
    size_t         *edge;  /* where the next one goes */
    size_t         *table; /* the number + 1 of each future: a set with open addressing; 0: free */
    size_t         *shown; /* of each future, the number + 1 of the last one that it was said to await */
    size_t          room;  /* of the table, a power of two */
} walk;

static void graph_collect(void *data, caw_task *task)
{
    walk *w = data;
    w->edges++;
    if (w->failed || task->future.object.flags & CAW__SEEN) return;
    if (w->count == w->capacity) {
        size_t       capacity = w->capacity ? 2 * w->capacity : 16;
        caw_future **more = caw__alloc(capacity * sizeof(caw_future *));
        if (!more) {
            w->failed = true;
            return;
        }
        if (w->count) memcpy(more, w->futures, w->count * sizeof(caw_future *));
        if (w->capacity) caw__free(w->futures, w->capacity * sizeof(caw_future *));
        w->futures = more;
        w->capacity = capacity;
    }
    task->future.object.flags |= CAW__SEEN;
    w->futures[w->count++] = &task->future;
}

static size_t *entry_of(const walk *w, const caw_future *future)
{
    size_t at = ((uintptr_t)future >> 4) * 2654435761u & (w->room - 1);
    while (w->table[at] && w->futures[w->table[at] - 1] != future) at = (at + 1) & (w->room - 1);
    return &w->table[at];
}

/* False: no memory. */
static bool graph_number(walk *w)
{
    for (w->room = 16; w->room < 2 * w->count;) w->room *= 2;
    w->table = caw__alloc((w->room + w->count) * sizeof(size_t));
    if (!w->table) return false;
    memset(w->table, 0, (w->room + w->count) * sizeof(size_t));
    w->shown = w->table + w->room;
    for (size_t i = 0; i < w->count; i++) *entry_of(w, w->futures[i]) = i + 1;
    return true;
}

static void graph_look(void *data, caw_task *task)
{
    walk          *w = data;
    size_t         index = *entry_of(w, &task->future) - 1;
    caw_call_node *node = &w->graph->nodes[w->graph->count - 1];
    if (w->shown[index] == w->graph->count) return;
    w->shown[index] = w->graph->count;
    *w->edge++ = index;
    node->awaiter_count++;
}

/* Where a task is, innermost first; writes the places if there is somewhere to, and gives how many. */
static size_t calls_of(const walk *w, const caw_future *future, caw_place *places)
{
    if (!(future->object.flags & CAW__IS_TASK) || future->object.state != CAW__PENDING) return 0;
    const caw_task *task = (const caw_task *)(const void *)future;
    const caw__co  *co = NULL;
    if (task == caw__rt.task) co = w->self;
    else if (task->future.object.flags & CAW__HAS_STARTED && task->slot && !caw__task_ended(task)) co = caw__task_top(task);
    const caw__desc *desc = co ? co->desc : caw__task_desc(task);
    size_t           count = 0;
    for (; desc; desc = co ? co->desc : NULL) {
        if (places) places[count] = (caw_place){desc->name, desc->file, co ? caw__co_line(co) : desc->line};
        count++;
        if (co) co = caw__co_awaiter(co);
    }
    return count;
}

static const char *name_of(caw_future *future)
{
    return future->object.flags & CAW__IS_TASK ? caw__task_name((caw_any *)(void *)future) : future->object.type->name;
}

static caw_task_state state_of(const caw_future *future)
{
    if (future->object.state != CAW__PENDING) return CAW_TASK_DONE;
    if (!(future->object.flags & CAW__IS_TASK)) return CAW_TASK_WAITING;
    const caw_task *task = (const caw_task *)(const void *)future;
    return caw__task_runs(task)                         ? CAW_TASK_RUNNING
           : !(future->object.flags & CAW__HAS_STARTED) ? CAW_TASK_NOT_BEGUN
           : task->waiting                              ? CAW_TASK_WAITING
                                                        : CAW_TASK_READY;
}

static void draw(walk *w, size_t size)
{
    caw_call_graph *graph = w->graph;
    caw_place      *place = (caw_place *)(void *)&graph->nodes[w->count];
    char           *name = (char *)((size_t *)(void *)(place + w->calls) + 2 * w->edges);
    graph->size = size;
    w->edge = (size_t *)(void *)(place + w->calls);
    for (size_t i = 0; i < w->count; i++) {
        caw_future    *future = w->futures[i];
        const char    *called = name_of(future);
        caw_call_node *node = &graph->nodes[graph->count++];
        *node = (caw_call_node){.id = future, .name = memcpy(name, called, strlen(called) + 1), .state = state_of(future)};
        name += strlen(called) + 1;
        node->is_task = future->object.flags & CAW__IS_TASK;
        node->calls = place;
        node->call_count = calls_of(w, future, place);
        place += node->call_count;
        if (node->is_task && node->state == CAW_TASK_WAITING)
            node->waits_for = ((caw_task *)(void *)future)->waiting->object.type->name;
        node->awaited_by = w->edge;
        caw__awaiters(future, graph_look, w);
    }
}

/* The awaits in the other direction, behind those that there are. */
static void turn_round(walk *w)
{
    caw_call_node *nodes = w->graph->nodes;
    size_t        *room = w->edge;
    for (size_t i = 0; i < w->count; i++) {
        for (size_t k = 0; k < nodes[i].awaiter_count; k++) nodes[nodes[i].awaited_by[k]].await_count++;
    }
    for (size_t i = 0; i < w->count; i++) {
        nodes[i].awaits = room;
        room += nodes[i].await_count;
        nodes[i].await_count = 0;
    }
    for (size_t i = 0; i < w->count; i++) {
        for (size_t k = 0; k < nodes[i].awaiter_count; k++) {
            caw_call_node *awaiter = &nodes[nodes[i].awaited_by[k]];
            *(size_t *)(uintptr_t)&awaiter->awaits[awaiter->await_count++] = i;
        }
    }
}

static caw_call_graph *graph_finish(walk *w)
{
    for (size_t i = 0; i < w->count; i++) {
        w->calls += calls_of(w, w->futures[i], NULL);
        w->letters += strlen(name_of(w->futures[i])) + 1;
        if (w->futures[i]->object.flags & CAW__IS_TASK) /* its name is made when it is first asked for */
            w->failed |= ((caw_task *)(void *)w->futures[i])->name & 1;
        if (!w->failed) w->failed |= !caw__awaiters(w->futures[i], graph_collect, w);
    }
    size_t size = sizeof *w->graph + w->count * sizeof(caw_call_node) + w->calls * sizeof(caw_place) +
                  2 * w->edges * sizeof(size_t) + w->letters;
    if (!w->failed && graph_number(w)) w->graph = caw__object_new(&graph_type, CAW__OBJECT, size);
    if (w->graph) {
        draw(w, size);
        turn_round(w);
    }
    for (size_t i = 0; i < w->count; i++) w->futures[i]->object.flags &= (uint16_t)~CAW__SEEN;
    if (w->capacity) caw__free(w->futures, w->capacity * sizeof(caw_future *));
    if (w->table) caw__free(w->table, (w->room + w->count) * sizeof(size_t));
    return w->graph;
}

caw_call_graph *caw__capture(caw_any *any, const caw__co *self)
{
    caw_future *future = any ? caw__as_future(any) : NULL;
    walk        w = {.self = self};
    if (!future) return NULL;
    graph_collect(&w, (caw_task *)(void *)future); /* as a future: it need not be a task */
    return graph_finish(&w);
}

caw_call_graph *caw_capture_tasks(caw_loop *loop)
{
    walk w = {.self = NULL};
    if (!loop) loop = caw__running;
    for (caw_task *task = loop ? loop->tasks : NULL; task; task = task->next) graph_collect(&w, task);
    return graph_finish(&w);
}

size_t               caw_call_graph_size(const caw_call_graph *graph) { return graph->count; }
const caw_call_node *caw_call_graph_node(const caw_call_graph *graph, size_t index)
{
    return index < graph->count ? &graph->nodes[index] : NULL;
}

CAW__COLD_END
