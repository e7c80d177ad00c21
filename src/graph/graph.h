/*
 * Owns: who awaits whom, for hosts and for the end of a run.
 * Must not know: who asks.
 */
#ifndef CAW_GRAPH_ROOM_H
#define CAW_GRAPH_ROOM_H

#include "task/report.h"
#include <cawait/graph.h>

/* Calls found(data, task) for every task that awaits the future, by itself or through combinators; for one perhaps more than once.
 * False: there was no memory to look everywhere. */
bool caw__awaiters(caw_future *future, caw__found *found, void *data);

/* Nothing can wake the loop: every pending task, what it waits for, and the cycles (graph_text.c). */
void caw__report_deadlock(caw_loop *loop);

#endif
