/*
 * Owns: a loop's own executor: made when it is first needed, shut down as a run ends.
 * Must not know: how an executor works.
 */
#include "task/report.h"
#include "concurrent/executor.h"
#include <cawait/timeout.h>

CAW__COLD

#define PATIENCE 300 /* seconds, at the end of a run; asyncio's */

static CAW_ASYNC(void, shut_down, caw_loop *loop, caw_executor *executor, double timeout)
{
    CAW_BEGIN_OWNING(void, caw_unref(executor)) {
        if (!executor) CAW_RETURN(); /* nobody has needed one */
        CAW_DEFER(caw_unref, executor);
        caw_of(void) ended = caw_executor_shutdown(executor);
        CAW_TRY {
            CAW_AWAIT(caw_wait_for(ended, timeout));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            caw__report_error(loop, "the executor's jobs have not ended within the time limit of its shutdown", error, NULL);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* The end of a run: it is forgotten, as functions may be called after that of CAW_MAIN. */
static caw_of(void) executor_end(caw_loop *loop)
{
    caw_executor *executor = loop->executor;
    loop->executor = NULL;
    loop->executor_end = NULL;
    if (executor) caw__workers_cancel_tasks(executor);
    return shut_down(loop, executor, PATIENCE);
}

static void take(caw_loop *loop, caw_executor *executor)
{
    caw_executor *old = loop->executor;
    loop->executor = executor;
    loop->executor_end = executor_end;
    caw_unref(old);
}

caw_executor *caw__default_executor(caw_loop *loop)
{
    if (!loop->executor) {
        caw_executor *made = caw_executor_new();
        if (made) take(loop, made);
    }
    return loop->executor;
}

int caw_loop_set_default_executor(caw_loop *loop, caw_executor *executor)
{
    if (!loop) loop = caw__running;
    if (!loop || loop->closed || (executor && caw__executor_loop(executor) != loop)) return -CAW_RUNTIME_ERROR;
    take(loop, caw_ref(executor));
    return 0;
}

caw_of(void) caw_loop_shutdown_default_executor(caw_loop *loop, double timeout)
{
    if (!loop) loop = caw__running;
    if (!loop || loop->closed) return (caw_of(void))caw__future_failed(caw__loop_refusal(loop));
    return shut_down(loop, caw_ref(loop->executor), timeout);
}

CAW__COLD_END
