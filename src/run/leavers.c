/*
 * Owns: the tasks that are left when a main task has ended: asking them to end, reporting those that failed.
 * Must not know: who waits for them, a runner (runner.c) or a host that cannot block.
 */
#include "combine/over.h"
#include "run/run.h"
#include "task/report.h"
#include <cawait/gather.h>

CAW__COLD

caw_future *caw__leavers_ask(caw__leavers *them, caw_loop *loop)
{
    size_t    all_count = caw_all_tasks(loop, NULL, 0), count = 0;
    caw_any **tasks = all_count ? caw__alloc(all_count * sizeof *tasks) : NULL;
    if (!tasks) return NULL;
    for (caw_task *task = loop->tasks; task; task = task->next) { /* those that end generators are the next thing */
        if (!loop->generators_end || !loop->generators_end->is_to_close(task)) tasks[count++] = (caw_any *)(void *)task;
    }
    for (size_t i = 0; i < 2 * count; i++) caw__ref(tasks[i / 2]); /* ours, and the gather's */
    caw_future *all = (caw_future *)(void *)caw_base(caw_gather_settled_array(tasks, count));
    caw__over  *over = caw__over_of(all);
    if (over) caw__over_ask(over, NULL); /* by one request: of n that await each other the last would be asked n times */
    else
        for (size_t i = 0; i < count; i++) caw__cancel(tasks[i], NULL);
    *them = (caw__leavers){loop, tasks, all_count, count};
    return all;
}

void caw__leavers_gone(caw__leavers *them, bool ended)
{
    for (size_t i = 0; i < them->count; i++) {
        caw_future *task = caw__as_future(them->tasks[i]);
        if (ended && task->object.state == CAW__FAILED) {
            task->object.flags |= CAW__RETRIEVED;
            caw__report_error(them->loop, "unhandled exception during caw_run() shutdown", task->error, them->tasks[i]);
        }
        caw_unref(task);
    }
    caw__free(them->tasks, them->room * sizeof *them->tasks);
}

CAW__COLD_END
