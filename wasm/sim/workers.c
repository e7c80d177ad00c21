/*
 * Owns: the simulated host's workers: what they are given they do at once, and it takes the virtual time that the job says it sleeps; what
 * is async is a task of the loop.
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

typedef struct sim_worker {
    caw__desk    desk;
    caw__worker *worker;
    double       slept; /* by what goes on, before it did */
    int          lost;  /* at its end */
} sim_worker;

static sim_worker *sim_of(const caw__worker *worker) { return (sim_worker *)worker->id; }

ptrdiff_t caw__host_worker_start(caw__worker *worker)
{
    int         status = failure(CAW_SIM_WORKER_START);
    sim_worker *s = status ? NULL : calloc(1, sizeof *s);
    if (!s) return status ? status : -ENOMEM;
    s->desk.kind = worker->kind;
    s->worker = worker;
    worker->id = (intptr_t)s;
    return 0;
}

static void say(caw__parcel *parcel, const char *why)
{
    size_t size = strlen(why) + 1;
    *parcel = (caw__parcel){caw__host_memory(NULL, 0, size), size, size};
    if (parcel->data) memcpy(parcel->data, why, size);
}

static void sim_answers(sim_worker *s, double seconds)
{
    caw__worker *worker = s->worker;
    if (s->lost) { /* at its end */
        if (worker->parcel.data) caw__host_memory(worker->parcel.data, worker->parcel.room, 0);
        say(&worker->parcel, "as the test has asked for");
    }
    if (!net__schedule((net__event){.kind = NET__DONE, .op = &worker->op, .result = s->lost}, seconds))
        abort(); /* as the network, without memory for an event */
}

ptrdiff_t caw__host_worker_run(caw__worker *worker)
{
    sim_worker *s = sim_of(worker);
    double      seconds = 0, *outer = clock_of_job;
    int         status = failure(CAW_SIM_WORKER_RUN);
    if (status) return status;
    s->lost = failure(CAW_SIM_WORKER_LOST);
    clock_of_job = &seconds;
    bool done = caw__work_do(&s->desk, &worker->parcel);
    clock_of_job = outer;
    net__wait(&worker->op, NULL, 0);
    s->slept = seconds;
    if (done) sim_answers(s, seconds);
    return CAW__UNDER_WAY;
}

/* What is async is a task of the one loop there is. */
caw_loop *caw__host_desk_loop(caw__desk *desk) { return ((sim_worker *)(void *)desk)->worker->op.loop; }
void      caw__host_desk_answer(caw__desk *desk, caw__parcel *answer)
{
    sim_worker *s = (sim_worker *)(void *)desk;
    s->worker->parcel = *answer;
    sim_answers(s, s->slept);
}

void caw__host_desk_tell(caw__desk *desk, caw__memo *memo)
{
    caw__worker *worker = ((sim_worker *)(void *)desk)->worker;
    worker->heard(worker, memo);
}

void caw__host_worker_cancel(caw__worker *worker) { (void)worker; }
void caw__host_worker_tell(caw__worker *worker, caw__memo *memo) { caw__work_hear(&sim_of(worker)->desk, memo); }
void caw__host_worker_end(caw__worker *worker)
{
    sim_worker *s = sim_of(worker);
    (void)caw__host_cancel(&worker->op);
    caw__work_forget(&s->desk);
    free(s);
}

bool caw__host_job_cancelled(void) { return false; }
bool caw__host_job_sleep(double seconds)
{
    if (clock_of_job) *clock_of_job += seconds;
    else caw_sim_set_time(caw_sim_time() + seconds);
    return true;
}
