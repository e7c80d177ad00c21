/*
 * Owns: what the developer is told of tasks: who awaits whom, and the reports where no caller could be told.
 * Must not know: where the text goes; the host does.
 */
#ifndef CAW_REPORT_H
#define CAW_REPORT_H

#include "internal.h"

/* ---- Who awaits whom (graph.c) ------------------------------------------------------------------------------------------------ */

/*
 * Nobody keeps books on awaits: who awaits a future is found from what stands in its callbacks. A combinator's file says which future
 * waits by a node of its own; NULL: the node is none of its, or nobody waits by it any more.
 */
typedef caw_future *caw__edge(caw__node *node);
caw__edge           caw__gather_edge, caw__shield_edge, caw__wait_edge, caw__crew_edge, caw__group_edge, caw__completions_edge;
/* Calls found(data, task) for every task that awaits the future, by itself or through combinators; for one perhaps more than once. */
typedef void caw__found(void *data, caw_task *task);
void         caw__awaiters(caw_future *future, caw__found *found, void *data);

/* ---- Reports (report.c) -------------------------------------------------------------------------------------------------------- */

extern caw__node_run *const caw__handle_run;
/* The task's name, async function and place. */
void caw__task_describe(caw_task *task, char *buffer, size_t size);
void caw__node_describe(caw__node *node, char *buffer, size_t size);
void caw__report_slow(caw_loop *loop, const char *name, double seconds);
/* Nothing can wake the loop: every pending task, what it waits for, and the cycles (graph_text.c). */
void caw__report_deadlock(caw_loop *loop);
void caw__report_error(caw_loop *loop, const char *message, caw_error *error, caw_any *task);

#endif
