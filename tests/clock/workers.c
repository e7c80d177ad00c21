/*
 * Owns: the time that jobs, ordinary functions, take by the virtual clock: a worker does them at once, and what they sleep its answer is
 * late.
 * Must not know: what a worker is, or the jobs.
 *
 * A worker says behind each answer how long the job has slept. Meanwhile the clock stands. When all have answered, each answer is to come
 * at its time, in the order in which the jobs were begun: so a program prints the same however many processors there are.
 */
#include "clock.h"
#include "host.h"
#include <cawait/sim.h>
#include "loop/loop.h"
#include <stdlib.h>
#include <string.h>

#define WORKERS 4 /* as many as the simulated host has */

size_t    __real_caw__host_worker_count(void);
ptrdiff_t __real_caw__host_worker_run(caw__worker *worker);
void      __real_caw__host_worker_end(caw__worker *worker);
bool      __real_caw__work_do(caw__desk *desk, caw__parcel *parcel);
size_t    __wrap_caw__host_worker_count(void);
ptrdiff_t __wrap_caw__host_worker_run(caw__worker *worker);
void      __wrap_caw__host_worker_end(caw__worker *worker);
bool      __wrap_caw__work_do(caw__desk *desk, caw__parcel *parcel);
bool      __wrap_caw__host_job_sleep(double seconds);

/* ---- In the worker ------------------------------------------------------------------------------------------------------------ */

static CAW__TLS double slept;
static CAW__TLS bool   works;

bool __wrap_caw__host_job_sleep(double seconds)
{
    if (works) slept += seconds;
    else caw_sim_set_time(caw__host_now() + seconds); /* it holds up the loop */
    return true;
}

bool __wrap_caw__work_do(caw__desk *desk, caw__parcel *parcel)
{
    works = desk->kind != 0; /* an inline executor is no worker */
    slept = 0;
    bool done = __real_caw__work_do(desk, parcel);
    if (!works || (done && !parcel->data)) return done;
    if (!done) abort(); /* an async function: the worker's loop has a clock of its own, of which nobody is told */
    works = false;
    size_t size = parcel->size + sizeof slept;
    if (size > parcel->room) {
        parcel->data = caw__host_memory(parcel->data, parcel->room, size);
        parcel->room = size;
    }
    memcpy((char *)parcel->data + parcel->size, &slept, sizeof slept);
    parcel->size = size;
    return true;
}

/* ---- In the loop's ------------------------------------------------------------------------------------------------------------ */

typedef struct work {
    struct work *next;
    caw__worker *worker;       /* NULL: it has ended, and the timer's node is ready */
    void (*done)(caw__op *op); /* the core's */
    double     begun, seconds;
    bool       answered, timed;
    caw__timer timer;
} work;

static work  *first;     /* of all, in the order in which they were begun */
static size_t under_way; /* have not answered */
static bool   releasing; /* the node is ready */

bool clock_stands(void) { return under_way > 0; }

static work **find(const caw__worker *worker)
{
    work **at = &first;
    while (*at && (*at)->worker != worker) at = &(*at)->next;
    return at;
}

static void due(caw__node *node)
{
    work        *it = CAW__CONTAINER(CAW__CONTAINER(node, caw__timer, node), work, timer);
    caw__worker *worker = it->worker;
    if (worker) {
        *find(worker) = it->next;
        worker->op.done = it->done;
    }
    free(it);
    if (worker) worker->op.done(&worker->op);
}

static void release(caw__node *node)
{
    (void)node;
    releasing = false;
    for (work *it = first; it && !under_way; it = it->next) {
        if (it->timed) continue;
        it->timed = true;
        it->timer.node = (caw__node)CAW__NODE(due);
        caw__timer_start(it->worker->op.loop, &it->timer, it->begun + it->seconds);
    }
}

static void one_less(caw_loop *loop)
{
    static caw__node node = CAW__NODE(release);
    if (--under_way > 0 || releasing) return;
    releasing = true;
    caw__ready_push(loop, &node);
}

static void answered(caw__op *op)
{
    caw__worker *worker = CAW__CONTAINER(op, caw__worker, op);
    caw__parcel *parcel = &worker->parcel;
    work        *it = *find(worker);
    it->answered = true;
    if (op->result == 0 && parcel->data) {
        parcel->size -= sizeof it->seconds;
        memcpy(&it->seconds, (char *)parcel->data + parcel->size, sizeof it->seconds);
    }
    one_less(op->loop);
}

size_t __wrap_caw__host_worker_count(void) { return caw__host_worker_kinds() ? WORKERS : __real_caw__host_worker_count(); }

ptrdiff_t __wrap_caw__host_worker_run(caw__worker *worker)
{
    work *it = calloc(1, sizeof *it), **last = &first;
    if (!it) abort();
    it->worker = worker;
    it->done = worker->op.done;
    it->begun = caw__host_now();
    worker->op.done = answered;
    ptrdiff_t status = __real_caw__host_worker_run(worker);
    if (status != CAW__UNDER_WAY) {
        worker->op.done = it->done;
        free(it);
        return status;
    }
    while (*last) last = &(*last)->next;
    *last = it;
    under_way++;
    return status;
}

void __wrap_caw__host_worker_end(caw__worker *worker)
{
    work **at = find(worker), *it = *at;
    if (it) {
        worker->op.done = it->done;
        *at = it->next;
        it->worker = NULL;
        if (!it->answered) one_less(worker->op.loop);
        if (it->timed && caw__timer_runs(&it->timer)) {
            caw__timer_stop(worker->op.loop, &it->timer);
            it->timed = false;
        }
        if (!it->timed) free(it);
    }
    __real_caw__host_worker_end(worker);
}
