/*
 * Owns: the simulated host's workers: what they are given they do at once, and it takes the virtual time that the job says it sleeps.
 * Must not know: whose jobs these are. All of it is the thread's own.
 */
#include "network.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static CAW__TLS size_t  without_count; /* what was set, and 1: 0 is nothing set */
static CAW__TLS double *clock_of_job;  /* of the job that runs; NULL: none does */
static CAW__TLS struct {
    int error, after, times;
} failures[CAW_SIM_WORKER_CALLS];

void caw_sim_set_workers(size_t count) { without_count = count + 1; }

void caw_sim_worker_fail(caw_sim_worker_call call, int error, int after, int times)
{
    failures[call].error = error;
    failures[call].after = after;
    failures[call].times = times;
}

static int failure(caw_sim_worker_call call)
{
    if (!failures[call].times || failures[call].after-- > 0) return 0;
    failures[call].after = 0;
    failures[call].times--;
    return -failures[call].error;
}

/* Both, so that what would only work where memory is shared fails here. */
int         caw__host_worker_kinds(void) { return without_count == 1 ? 0 : CAW__WORKER_THREADS | CAW__WORKER_INSTANCES; }
size_t      caw__host_worker_count(void) { return without_count ? without_count - 1 : 4; }
const char *caw__host_no_workers(int kind)
{
    (void)kind;
    return "the simulated host was told to have no workers (caw_sim_set_workers)";
}

ptrdiff_t caw__host_worker_start(caw__worker *worker)
{
    (void)worker;
    return failure(CAW_SIM_WORKER_START);
}

static void say(caw__parcel *parcel, const char *why)
{
    size_t size = strlen(why) + 1;
    *parcel = (caw__parcel){caw__host_memory(NULL, 0, size), size, size};
    if (parcel->data) memcpy(parcel->data, why, size);
}

ptrdiff_t caw__host_worker_run(caw__worker *worker)
{
    double seconds = 0, *outer = clock_of_job;
    int    status = failure(CAW_SIM_WORKER_RUN), lost = status ? 0 : failure(CAW_SIM_WORKER_LOST);
    if (status) return status;
    clock_of_job = &seconds;
    caw__work_do(&worker->parcel, worker->kind);
    clock_of_job = outer;
    if (lost) { /* at its end */
        if (worker->parcel.data) caw__host_memory(worker->parcel.data, worker->parcel.room, 0);
        say(&worker->parcel, "as the test has asked for");
    }
    net__wait(&worker->op, NULL, 0);
    if (net__schedule((net__event){.kind = NET__DONE, .op = &worker->op, .result = lost}, seconds)) return CAW__UNDER_WAY;
    abort(); /* as the network, without memory for an event */
}

void caw__host_worker_cancel(caw__worker *worker) { (void)worker; }
void caw__host_worker_end(caw__worker *worker) { (void)caw__host_cancel(&worker->op); }

bool caw__host_job_cancelled(void) { return false; }
bool caw__host_job_sleep(double seconds)
{
    if (clock_of_job) *clock_of_job += seconds;
    else caw_sim_set_time(caw_sim_time() + seconds);
    return true;
}
