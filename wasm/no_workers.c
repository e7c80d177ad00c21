/*
 * Owns: the workers of a host that has none: executors are inline.
 * Must not know: which host.
 */
#include "host.h"
#include <errno.h>

int         caw__host_worker_kinds(void) { return 0; }
size_t      caw__host_worker_count(void) { return 1; }
const char *caw__host_no_workers(int kind)
{
    return kind == CAW__WORKER_THREADS
               ? "WASI has no threads: make an executor of the kind CAW_EXECUTOR_INLINE, or CAW_EXECUTOR_BEST"
               : "WASI cannot run a module's second instance: make an executor of the kind "
                 "CAW_EXECUTOR_INLINE, or CAW_EXECUTOR_BEST";
}

ptrdiff_t caw__host_worker_start(caw__worker *worker)
{
    (void)worker;
    return -ENOTSUP;
}
ptrdiff_t caw__host_worker_run(caw__worker *worker)
{
    (void)worker;
    return -ENOTSUP;
}
void caw__host_worker_cancel(caw__worker *worker) { (void)worker; }
void caw__host_worker_tell(caw__worker *worker, caw__memo *memo) { (void)worker, (void)memo; }
void caw__host_worker_end(caw__worker *worker) { (void)worker; }

bool caw__host_worker_join(caw__worker *one, caw__worker *other, uint32_t number, const caw__memo *last)
{
    (void)one, (void)other, (void)number, (void)last;
    return false;
}

void caw__host_desk_tell(caw__desk *desk, caw__memo *memo) { (void)desk, (void)memo; }
void caw__host_desk_tell_by(caw__desk *desk, uint32_t number, caw__memo *memo) { (void)desk, (void)number, (void)memo; }

caw_loop *caw__host_desk_loop(caw__desk *desk)
{
    (void)desk;
    return NULL;
}
void caw__host_desk_answer(caw__desk *desk, caw__parcel *answer) { (void)desk, (void)answer; }

bool caw__host_job_cancelled(void) { return false; }
bool caw__host_job_sleep(double seconds)
{
    double end = caw__host_now() + seconds;
    while (caw__host_now() < end) {
    }
    return true;
}
