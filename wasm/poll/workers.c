/*
 * Owns: the native host's workers: threads, each with one piece of work at a time.
 * Must not know: what the work is, or when a thread is wanted.
 *
 * A thread and its loop share one struct, under one lock; who ends first leaves it to the other. A thread cannot be ended in the middle
 * of its work: it goes on by itself, and frees what it has.
 */
#define _GNU_SOURCE
#include "thread.h"
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define LONGEST 1e9 /* seconds */
#ifdef __EMSCRIPTEN__
#define JOINS false /* one that is only beginning needs the main thread, which would wait for it */
#else
#define JOINS true
#endif
#ifdef __linux__
#define CONDITION_CLOCK CLOCK_MONOTONIC
#else
#define CONDITION_CLOCK CLOCK_REALTIME /* macOS has no other for conditions */
#endif

static CAW__TLS thread *self; /* of a worker's thread */

int    caw__host_worker_kinds(void) { return CAW__WORKER_THREADS; }
size_t caw__host_worker_count(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (size_t)count : 1;
}
const char *caw__host_no_workers(int kind)
{
    (void)kind;
    return "a program with threads has no second instance of itself: make an executor of the kind CAW_EXECUTOR_THREADS, or "
           "CAW_EXECUTOR_BEST";
}

/* ---- In the threads ----------------------------------------------------------------------------------------------------------- */

static void thread_free(thread *t)
{
    pthread_cond_destroy(&t->changed);
    free(t);
}

/* ---- Work that goes on, in a loop of the thread's ----------------------------------------------------------------------------- */

/* In the thread. */
static void hear(caw__post *post)
{
    thread *t = (thread *)(void *)((char *)post - offsetof(thread, told));
    pthread_mutex_lock(&caw__threads_lock);
    caw__memos memos = t->memos;
    unsigned   cancels = t->cancels;
    t->memos = (caw__memos){0};
    t->cancels = 0;
    t->telling = false;
    pthread_mutex_unlock(&caw__threads_lock);
    for (caw__memo *memo; (memo = caw__memos_take(&memos)) != NULL;) caw__work_hear(&t->desk, memo);
    for (; cancels; cancels--) caw__work_hear(&t->desk, NULL);
}

caw_loop *caw__host_desk_loop(caw__desk *desk)
{
    thread      *t = caw__thread_of_desk(desk);
    caw_loop    *loop = caw_runner_loop(&t->runner);
    caw__poller *poller = loop ? caw__poller_need(loop) : NULL;
    if (!poller || poller->wake < 0) return NULL; /* it could not be told anything */
    poller->listens = poller->open = true;
    pthread_mutex_lock(&caw__threads_lock);
    t->hears = poller;
    caw__thread_tell(t);
    pthread_mutex_unlock(&caw__threads_lock);
    return loop;
}

void caw__host_desk_tell(caw__desk *desk, caw__memo *memo)
{
    thread *t = caw__thread_of_desk(desk);
    pthread_mutex_lock(&caw__threads_lock);
    caw__memos_add(&t->says, memo);
    if (t->poller && !t->saying) {
        t->saying = true;
        caw__posts_add(t->poller, &t->said);
    }
    if (!t->poller) caw__memos_free(&t->says);
    pthread_mutex_unlock(&caw__threads_lock);
}

void caw__host_desk_answer(caw__desk *desk, caw__parcel *answer)
{
    thread *t = caw__thread_of_desk(desk);
    t->answer = *answer;
    t->answered = true;
    caw_stop(caw_runner_loop(&t->runner));
}

/* Until it has answered, and all is over that it leaves, as with caw_run. It may have come no further than its loop. */
static void go_on(thread *t, bool goes_on)
{
    caw_loop *loop = goes_on ? caw_runner_loop(&t->runner) : NULL;
    while (loop && !t->answered && caw_run_forever(loop) != -CAW_RUNTIME_ERROR) {
    }
    pthread_mutex_lock(&caw__threads_lock);
    if (t->telling) (void)caw__posts_remove(t->hears, &t->told);
    t->hears = NULL;
    t->telling = false;
    pthread_mutex_unlock(&caw__threads_lock);
    caw_runner_close(&t->runner); /* if it could not go on, it answers now */
}

static void *thread_main(void *pointer)
{
    thread *t = self = pointer;
    pthread_mutex_lock(&caw__threads_lock);
    for (;;) {
        while (!t->has_work && !t->ends) pthread_cond_wait(&t->changed, &caw__threads_lock);
        if (!t->has_work) break;
        caw__parcel parcel = t->parcel;
        pthread_mutex_unlock(&caw__threads_lock);
        t->runner = (caw_runner){0};
        t->answered = false;
        t->answer = (caw__parcel){0};
        bool done = caw__work_do(&t->desk, &parcel);
        go_on(t, !done);
        if (!done) parcel = t->answer;
        pthread_mutex_lock(&caw__threads_lock);
        t->has_work = false;
        caw__thread_part(t);
        caw__memos_free(&t->memos);
        t->cancels = 0;
        t->parcel = parcel;
        if (t->poller) caw__posts_add(t->poller, &t->post);
        else if (parcel.data) caw__host_memory(parcel.data, parcel.room, 0);
    }
    bool forgotten = !t->poller;
    pthread_mutex_unlock(&caw__threads_lock);
    caw_thread_end();
    if (forgotten) thread_free(t);
    return NULL;
}

bool caw__host_job_cancelled(void) { return self && atomic_load_explicit(&self->cancelled, memory_order_relaxed); }

bool caw__host_job_sleep(double seconds)
{
    if (!self) {
        struct timespec left = {(time_t)fmin(seconds, LONGEST), (long)(fmod(seconds, 1) * 1e9)};
        while (nanosleep(&left, &left) < 0 && errno == EINTR) {
        }
        return true;
    }
    struct timespec until;
    caw__time_after(&until, CONDITION_CLOCK, seconds);
    int status = 0;
    pthread_mutex_lock(&caw__threads_lock);
    while (!status && !self->cancelled) status = pthread_cond_timedwait(&self->changed, &caw__threads_lock, &until);
    pthread_mutex_unlock(&caw__threads_lock);
    return status == ETIMEDOUT;
}

/* ---- In the loop's ------------------------------------------------------------------------------------------------------------ */

static thread *thread_of(const caw__worker *worker) { return (thread *)worker->id; }

/* In the loop's thread. */
static void tell(caw__post *post)
{
    thread      *t = (thread *)(void *)post;
    caw__worker *worker = t->worker;
    worker->parcel = t->parcel;
    caw__posts_expect(t->poller, -1);
    worker->op.result = 0;
    worker->op.done(&worker->op);
}

/* The same of what it says before. */
static void tell_memos(caw__post *post)
{
    thread *t = (thread *)(void *)((char *)post - offsetof(thread, said));
    pthread_mutex_lock(&caw__threads_lock);
    caw__memos says = t->says;
    t->says = (caw__memos){0};
    t->saying = false;
    pthread_mutex_unlock(&caw__threads_lock);
    for (caw__memo *memo; (memo = caw__memos_take(&says)) != NULL;) t->worker->heard(t->worker, memo);
}

/* Signals are for the program's own threads. */
static int thread_start(thread *t)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&t->id, NULL, thread_main, t);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

static void condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
#ifdef __linux__
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
#endif
    pthread_cond_init(condition, &attributes);
    pthread_condattr_destroy(&attributes);
}

ptrdiff_t caw__host_worker_start(caw__worker *worker)
{
    caw__poller *poller = caw__poller_need(worker->op.loop);
    thread      *t = poller ? calloc(1, sizeof *t) : NULL;
    if (!t) return -ENOMEM;
    if (poller->wake < 0) { /* whom it could not tell */
        free(t);
        return -EMFILE;
    }
    condition_init(&t->changed);
    t->post.tell = tell;
    t->told.tell = hear;
    t->said.tell = tell_memos;
    t->desk.kind = CAW__WORKER_THREADS;
    t->worker = worker;
    t->poller = poller;
    poller->listens = true;
    int error = thread_start(t);
    if (error) {
        thread_free(t);
        return -error;
    }
    worker->id = (intptr_t)t;
    return 0;
}

ptrdiff_t caw__host_worker_run(caw__worker *worker)
{
    thread *t = thread_of(worker);
    pthread_mutex_lock(&caw__threads_lock);
    t->parcel = worker->parcel;
    worker->parcel = (caw__parcel){0};
    t->has_work = true;
    atomic_store(&t->cancelled, false);
    caw__posts_expect(t->poller, 1);
    pthread_cond_signal(&t->changed);
    pthread_mutex_unlock(&caw__threads_lock);
    return CAW__UNDER_WAY;
}

void caw__host_worker_cancel(caw__worker *worker)
{
    thread *t = thread_of(worker);
    pthread_mutex_lock(&caw__threads_lock);
    atomic_store(&t->cancelled, true);
    pthread_cond_signal(&t->changed);
    pthread_mutex_unlock(&caw__threads_lock);
}

void caw__host_worker_tell(caw__worker *worker, caw__memo *memo)
{
    thread *t = thread_of(worker);
    pthread_mutex_lock(&caw__threads_lock);
    if (!t->has_work && memo) {
        caw__memo_free(memo); /* it is done */
    } else if (memo) {
        caw__memos_add(&t->memos, memo);
    } else {
        t->cancels += t->has_work;
    }
    caw__thread_tell(t);
    pthread_mutex_unlock(&caw__threads_lock);
}

void caw__host_worker_end(caw__worker *worker)
{
    thread   *t = thread_of(worker);
    pthread_t id = t->id;
    pthread_mutex_lock(&caw__threads_lock);
    bool works = t->has_work, told = caw__posts_remove(t->poller, &t->post);
    if (works || told) caw__posts_expect(t->poller, -1);
    if (told && t->parcel.data) caw__host_memory(t->parcel.data, t->parcel.room, 0);
    if (t->saying) (void)caw__posts_remove(t->poller, &t->said);
    t->saying = false;
    caw__memos_free(&t->says);
    if (works || !JOINS) {
        t->poller = NULL; /* it goes by itself */
        pthread_detach(id);
    }
    t->ends = true;
    pthread_cond_signal(&t->changed);
    pthread_mutex_unlock(&caw__threads_lock);
    if (works || !JOINS) return;
    pthread_join(id, NULL);
    thread_free(t);
}
