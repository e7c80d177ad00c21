/*
 * Owns: what the developer is told of tasks where no caller could be told; what a combinator says of its nodes.
 * Must not know: where the text goes; the host does.
 */
#ifndef CAW_REPORT_H
#define CAW_REPORT_H

#include "task/task.h"

/*
 * Nobody keeps books on awaits: who awaits a future is found from what stands in its callbacks. A combinator's file says which future
 * waits by a node of its own; NULL: the node is none of its, or nobody waits by it any more.
 */

/* The task's name, async function and place. */
void caw__task_describe(caw_task *task, char *buffer, size_t size);
/*
 * What is said of a task that does not run is said in its context: that is the current one between these two, and the task's again after, if
 * nobody has asked for its error. Enter gives what leave takes.
 */
caw_context *caw__report_enter(caw_task *task);
void         caw__report_leave(caw_task *task, caw_context *outer);
void         caw__report_error(caw_loop *loop, const char *message, caw_error *error, caw_any *task);

#endif
