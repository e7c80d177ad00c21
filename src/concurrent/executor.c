/*
 * Owns: executors: which kind one is, when it takes jobs, its end, with its loop or before.
 * Must not know: jobs (submit.c), workers (workers.c), or the loop's own executor (default_executor.c).
 */
#include "concurrent/executor.h"
#include <errno.h>

CAW__COLD

void caw__executor_settle(caw_executor *e)
{
    if (e->jobs) return;
    if (e->shut) caw__workers_end_idle(e);
    waiters_wake(&e->line, SIZE_MAX);
}

static void executor_release(void *object)
{
    caw_executor *e = object;
    CAW__ALWAYS(!e->jobs && !e->line.first);
    caw__workers_end_idle(e);
    caw__over_remove(&e->over);
    caw__loop_unref(e->over.loop);
    caw__free(e, sizeof *e);
}

/* The loop is closed: its jobs are cancelled, its workers end; threads when they are done with what they do. */
static void executor_detach(caw__over *over)
{
    caw_executor *e = caw_ref(CAW__CONTAINER(over, caw_executor, over));
    e->shut = true;
    if (over->loop->executor == e) {
        over->loop->executor = NULL;
        caw_unref(e);
    }
    while (e->first) {
        job *j = e->first;
        caw__future_cancel(j->future, NULL);
        caw__job_unqueue(j);
        caw__job_leave(j);
    }
    caw__workers_end(e);
    caw_unref(e);
}

static const caw__over_type executor_type = CAW__OVER_TYPE("executor", executor_release, 0, NULL, NULL, executor_detach);

static caw_executor_kind best(void)
{
    int kinds = caw__host_worker_kinds();
    return kinds & CAW__WORKER_INSTANCES ? CAW_EXECUTOR_INSTANCES
           : kinds & CAW__WORKER_THREADS ? CAW_EXECUTOR_THREADS
                                         : CAW_EXECUTOR_INLINE;
}

caw_loop *caw__executor_loop(const caw_executor *e) { return e->over.loop; }

caw_executor_kind caw_executor_kind_of(const caw_executor *e) { return e ? e->kind : best(); }

caw_executor *caw__executor_new(const caw_executor_options *options)
{
    caw_loop     *loop = caw__running;
    caw_executor *e = loop && !loop->closed ? caw__object_new(&executor_type.type, CAW__OBJECT, sizeof *e) : NULL;
    if (!e) return NULL;
    e->kind = options->kind ? options->kind : best();
    e->kill_after = options->kill_after;
    e->most = options->workers ? options->workers : caw__host_worker_count();
    e->turn = (caw__node)CAW__NODE(caw__workers_turn);
    caw__loop_ref(loop);
    caw__over_open(loop, &e->over, &executor_type);
    return e;
}

caw_error *caw__executor_refusal(const caw_executor *e)
{
    int need = e->kind == CAW_EXECUTOR_INSTANCES ? CAW__WORKER_INSTANCES : CAW__WORKER_THREADS;
    if (e->kind > CAW_EXECUTOR_INLINE) return caw_error_new(CAW_VALUE_ERROR, "there is no such kind of executor");
    if (!(e->kill_after >= 0)) return caw_error_new(CAW_VALUE_ERROR, "kill_after must be 0 or more seconds");
    if (e->shut) return caw_error_new(CAW_RUNTIME_ERROR, "cannot schedule new futures after shutdown");
    if (e->over.loop != caw__running) return caw_error_new(CAW_RUNTIME_ERROR, "the executor belongs to another event loop");
    if (e->kind == CAW_EXECUTOR_INLINE || caw__host_worker_kinds() & need) return NULL;
    return caw_error_os(ENOTSUP, "%s", caw__host_no_workers(need));
}

/* ---- Its end ---------------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, executor_wait, caw_executor *e)
{
    CAW_BEGIN_OWNING(void, caw_unref(e)) {
        waiter     w;
        caw_error *error = NULL;
        while (e->jobs && !error) error = WAITERS_WAIT(&e->line, &w, caw_unref(e));
        caw_unref(e);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

caw_of(void) caw__executor_shutdown(caw_executor *e, const caw_executor_shutdown_options *options)
{
    if (!e) return (caw_of(void))caw__future_failed(caw_error_new(CAW_TYPE_ERROR, "an executor that is NULL"));
    CAW__OURS(e);
    caw_ref(e);
    e->shut = true;
    if (options->cancel_futures)
        while (e->first) caw__cancel((caw_any *)(void *)e->first->future, NULL);
    caw__executor_settle(e);
    return executor_wait(e);
}

CAW__COLD_END
