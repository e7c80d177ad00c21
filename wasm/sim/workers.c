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
    struct join *joins;
    caw__worker *worker;
    double       slept; /* by what goes on, before it did */
    int          lost;  /* at its end */
    bool         works;
} sim_worker;

/* Of one of two. */
typedef struct join {
    struct join       *next;
    struct sim_worker *other; /* NULL: its work is over */
    uint32_t           number;
    caw__memo         *last;
} join;

static sim_worker *sim_of(const caw__worker *worker) { return (sim_worker *)worker->id; }

/* ---- Two that are joined ------------------------------------------------------------------------------------------------------------ */

static join *join_of(sim_worker *s, uint32_t number)
{
    join *j = s->joins;
    while (j && j->number != number) j = j->next;
    return j;
}

static bool join_add(sim_worker *s, sim_worker *other, uint32_t number, const caw__memo *last)
{
    join *j = malloc(sizeof *j);
    if (!j) return false;
    *j = (join){s->joins, other, number, caw__host_memory(NULL, 0, last->size)};
    s->joins = j;
    if (!j->last) return false;
    memcpy(j->last, last, last->size);
    j->last->room = last->size;
    return true;
}

/* Its work is over; the others hear so. */
static void joins_end(sim_worker *s)
{
    for (join *j, *theirs; (j = s->joins) != NULL; free(j)) {
        s->joins = j->next;
        theirs = j->other ? join_of(j->other, j->number) : NULL;
        if (theirs) theirs->other = NULL;
        if (theirs) caw__work_hear(&j->other->desk, j->last);
        else caw__memo_free(j->last);
    }
}

bool caw__host_worker_join(caw__worker *one, caw__worker *other, uint32_t number, const caw__memo *last)
{
    sim_worker *a = sim_of(one), *b = sim_of(other);
    if (!a->works || !b->works || failure(CAW_SIM_WORKER_JOIN)) return false;
    if (join_add(a, b, number, last) && join_add(b, a, number, last)) return true;
    for (sim_worker *s = a; s; s = s == a ? b : NULL)
        if (s->joins && s->joins->number == number) {
            join *j = s->joins;
            s->joins = j->next;
            caw__memo_free(j->last);
            free(j);
        }
    return false;
}

void caw__host_desk_tell_by(caw__desk *desk, uint32_t number, caw__memo *memo)
{
    join *j = join_of((sim_worker *)(void *)desk, number);
    if (j && j->other) caw__work_hear(&j->other->desk, memo);
    else caw__memo_free(memo);
}

/* ---- Work --------------------------------------------------------------------------------------------------------------------------- */

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
    if (!caw__parcel_fill(&worker->parcel, &worker->lent)) return -ENOMEM;
    s->lost = failure(CAW_SIM_WORKER_LOST);
    clock_of_job = &seconds;
    bool done = caw__work_do(&s->desk, &worker->parcel);
    clock_of_job = outer;
    net__wait(&worker->op, NULL, 0);
    s->slept = seconds;
    s->works = !done;
    if (done) sim_answers(s, seconds);
    return CAW__UNDER_WAY;
}

/* What is async is a task of the one loop there is. */
caw_loop *caw__host_desk_loop(caw__desk *desk) { return ((sim_worker *)(void *)desk)->worker->op.loop; }
void      caw__host_desk_answer(caw__desk *desk, caw__parcel *answer)
{
    sim_worker *s = (sim_worker *)(void *)desk;
    s->works = false;
    joins_end(s);
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
    joins_end(s);
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
