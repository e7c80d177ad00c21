/*
 * Owns: who awaits whom: a picture of one future and all that wait for it, or of all tasks, and its text (asyncio's graph.py, ps, pstree).
 * Must not know: how tasks run. Taking no picture costs nothing: awaits are read off the loop when one is taken.
 */
#ifndef CAWAIT_GRAPH_H
#define CAWAIT_GRAPH_H

#include <cawait/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A picture; reference counted. It stays as it was taken, whatever the tasks do afterwards, and keeps none of them alive. */
typedef struct caw_call_graph caw_call_graph;

typedef enum caw_task_state {
    CAW_TASK_NOT_BEGUN,
    CAW_TASK_RUNNING,
    CAW_TASK_READY,   /* its next step is in the queue */
    CAW_TASK_WAITING, /* of a future that is no task: pending */
    CAW_TASK_DONE
} caw_task_state;

typedef struct caw_call_node {
    const void    *id;   /* its address, to tell it from others; not to be followed */
    const char    *name; /* the task's; of another future what it is: "Future", "gather"... */
    bool           is_task;
    caw_task_state state;
    const char    *waits_for; /* of a task that waits: "Task", "Future", "gather", "Promise"...; else NULL */
    size_t
        call_count; /* the async functions that it is in, innermost first, each by the line of the await where it stands (of the */
    const caw_place
          *calls; /* library's own: where it is defined); of a task that runs or has not begun: the outermost alone, where it is
                               defined; of a task that is done and of a future: none */
    size_t awaiter_count;
    const size_t *awaited_by; /* the tasks that await it, by themselves or through a combinator: their indices */
    size_t        await_count;
    const size_t *awaits; /* the other way round: what of the picture it waits for */
} caw_call_node;

/*
 * caw_capture_call_graph(handle): node 0 is this task or future, the others are all that await it, and so on. Borrows the handle.
 * CAW_CAPTURE_CALL_GRAPH(): in an async function: the current task, with the functions that it is in right now.
 * caw_capture_tasks(loop): every task of the loop (NULL: the running one) that is not done, in order of creation; then such awaiters
 *     as belong to none of its tasks.
 * An await through gather, shield, wait, as_completed, race, any_of, map or a task group is found; that of a done callback is not. A
 * cycle of awaits is in the picture as it is. A new reference; NULL without memory, and for a coroutine. From anywhere, callbacks
 * included. Source: asyncio.capture_call_graph.
 */
#define caw_capture_call_graph(handle) caw__capture(caw_base(handle), NULL)
#define CAW_CAPTURE_CALL_GRAPH() (CAW__STANDS(), caw__capture(caw_current_task(), &caw__inside_CAW_BEGIN))
CAW__REFERENCE caw_call_graph *caw_capture_tasks(caw_loop *loop);

/* How many nodes, and each, borrowed from the picture; NULL past the last. */
size_t               caw_call_graph_size(const caw_call_graph *graph);
const caw_call_node *caw_call_graph_node(const caw_call_graph *graph, size_t index);

/*
 * Each cycle of awaits, as "a -> b -> a" by names: writes the index-th (NUL terminated, cut to size) and returns the length of the
 * whole text; 0 past the last, and without memory.
 */
size_t caw_call_graph_cycle(const caw_call_graph *graph, size_t index, char *buffer, size_t size);

/*
 * The picture as text (NUL terminated, cut to size); return the length that the whole has.
 * caw_format_call_graph: node 0, its calls, and who awaits it, as asyncio.print_call_graph; up to 50 awaits away.
 * caw_format_task_tree: from the tasks that nobody awaits down through their calls to what they await, then the cycles, as
 *     `python -m asyncio pstree`. What has been shown is not shown again; what is more than 50 awaits deep is a tree of its own.
 * caw_format_task_table: a line for each task and awaiter, as `python -m asyncio ps`.
 */
size_t caw_format_call_graph(const caw_call_graph *graph, char *buffer, size_t size);
size_t caw_format_task_tree(const caw_call_graph *graph, char *buffer, size_t size);
size_t caw_format_task_table(const caw_call_graph *graph, char *buffer, size_t size);

/* All in one, to the host's log: caw_format_call_graph of a handle, of the current task; caw_format_task_tree of a loop. */
#define caw_print_call_graph(handle) caw__print_call_graph(caw_capture_call_graph(handle))
#define CAW_PRINT_CALL_GRAPH() caw__print_call_graph(CAW_CAPTURE_CALL_GRAPH())
void caw_print_tasks(caw_loop *loop);

/* ---- Private ----------------------------------------------------------------------------------------------------- */
CAW__REFERENCE caw_call_graph *caw__capture(caw_any *any, const caw__co *self);
void                           caw__print_call_graph(caw_call_graph *graph);

#ifdef __cplusplus
}
#endif
#endif
