/*
 * Owns: the JavaScript host's workers: further instances of this module, each in a Web Worker or worker_threads; and what such an
 * instance does.
 * Must not know: how one is started. Its other half is js/workers/workers.ts, and js/job.ts in the worker. Linked only into programs that
 * have jobs.
 */
#include "bridge.h"
#include <errno.h>

CAW__COLD

CAW__IMPORT(worker_count) int caw__js_worker_count(void); /* 0: none can be started here */
CAW__IMPORT(worker_start) int caw__js_worker_start(caw__worker *worker);
CAW__IMPORT(worker_run)
int caw__js_worker_run(intptr_t id, const void *data, size_t size, const void *lent, size_t lent_size, size_t at);
CAW__IMPORT(worker_cancel) void caw__js_worker_cancel(intptr_t id);
CAW__IMPORT(worker_tell) void caw__js_worker_tell(intptr_t id, const void *data, size_t size);
CAW__IMPORT(worker_end) void caw__js_worker_end(intptr_t id);
CAW__IMPORT(job_cancelled) bool caw__js_job_cancelled(void);
CAW__IMPORT(job_sleep) bool caw__js_job_sleep(double seconds);

int    caw__host_worker_kinds(void) { return caw__js_worker_count() ? CAW__WORKER_INSTANCES : 0; }
size_t caw__host_worker_count(void)
{
    int count = caw__js_worker_count();
    return count > 0 ? (size_t)count : 1;
}
const char *caw__host_no_workers(int kind)
{
    return kind == CAW__WORKER_THREADS
               ? "threads need a module with shared memory, which this is not: make an executor of the kind "
                 "CAW_EXECUTOR_INSTANCES, or CAW_EXECUTOR_BEST"
               : "no workers can be started here: make an executor of the kind CAW_EXECUTOR_INLINE, or "
                 "CAW_EXECUTOR_BEST";
}

/* words[0] says whether JavaScript owes an answer. */
static void owed(caw__worker *worker, bool is)
{
    caw__js_pending += (uint32_t)is - (uint32_t)worker->op.words[0];
    worker->op.words[0] = is;
}

ptrdiff_t caw__host_worker_start(caw__worker *worker)
{
    int id = caw__js_worker_start(worker);
    if (id < 0) return id;
    worker->id = id;
    return 0;
}

ptrdiff_t caw__host_worker_run(caw__worker *worker)
{
    const caw__lent *lent = &worker->lent;
    int status = caw__js_worker_run(worker->id, worker->parcel.data, worker->parcel.size, lent->data, lent->size, lent->at);
    if (status < 0) return status;
    caw__host_memory(worker->parcel.data, worker->parcel.room, 0); /* JavaScript has a copy */
    worker->parcel = (caw__parcel){0};
    owed(worker, true);
    return CAW__UNDER_WAY;
}

void caw__host_worker_cancel(caw__worker *worker)
{
    if (!caw__js_over()) caw__js_worker_cancel(worker->id);
}

void caw__host_worker_tell(caw__worker *worker, caw__memo *memo)
{
    if (!caw__js_over()) caw__js_worker_tell(worker->id, memo, memo ? memo->size : 0);
    if (memo) caw__host_memory(memo, memo->room, 0);
}

void caw__host_worker_end(caw__worker *worker)
{
    owed(worker, false);
    if (!caw__js_over()) caw__js_worker_end(worker->id); /* else they end with the instance */
}

/* JavaScript asks for room, writes there, and says that it is done, or that the worker is lost. */
static void *room(caw__parcel *parcel, size_t size)
{
    *parcel = (caw__parcel){caw__host_memory(NULL, 0, size ? size : 1), size, size ? size : 1};
    return parcel->data;
}

CAW__EXPORT(caw_worker_room) void *caw__js_worker_room(caw__worker *worker, size_t size) { return room(&worker->parcel, size); }

CAW__EXPORT(caw_worker_done) void caw__js_worker_done(caw__worker *worker, int result)
{
    owed(worker, false);
    worker->op.result = result;
    worker->op.done(&worker->op);
}

/* ---- In the worker's instance ----------------------------------------------------------------------------------------------- */

CAW__TLS caw__desk   caw__js_desk = {.kind = CAW__WORKER_INSTANCES};
CAW__TLS caw__parcel caw__js_parcel; /* the message, then the answer, until the next one; or a memo */

bool caw__host_job_cancelled(void) { return caw__js_job_cancelled(); }
bool caw__host_job_sleep(double seconds) { return caw__js_job_sleep(seconds); }

CAW__EXPORT(caw_work_room) void *caw__js_work_room(size_t size)
{
    if (caw__js_parcel.data) caw__host_memory(caw__js_parcel.data, caw__js_parcel.room, 0);
    return room(&caw__js_parcel, size);
}

/* NULL: it goes on. */
CAW__EXPORT(caw_work) const caw__parcel *caw__js_work(void)
{
    return caw__work_do(&caw__js_desk, &caw__js_parcel) ? &caw__js_parcel : NULL;
}

CAW__COLD_END
