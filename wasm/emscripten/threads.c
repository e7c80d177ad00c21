/*
 * Owns: what threads of Emscripten's (-pthread) ask of loops, and how one waits that is not the main thread's: it blocks, while the main
 * thread's is JavaScript's to turn (js/host.c).
 * Must not know: what is asked, or what a worker does: poll/workers.c and poll/joins.c are linked here as they are.
 *
 * JavaScript's half of the bridge is the main thread's alone (libcawait.js stops another that calls it). The main thread is woken by a
 * queue of ours, which is looked at between two of its events, never while it waits for a lock.
 */
#include "poll/wake.h"
#include "js/bridge.h"
#include <emscripten/eventloop.h>
#include <emscripten/proxying.h>
#include <emscripten/threading.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static pthread_mutex_t       lock = PTHREAD_MUTEX_INITIALIZER;   /* over posts and listeners */
static pthread_cond_t        changed = PTHREAD_COND_INITIALIZER; /* a post has come, or some latch is open */
static caw__poller          *listeners;                          /* to whom any thread may post */
static em_proxying_queue    *queue;                              /* of the main thread */
static CAW__TLS caw__poller *pollers;                            /* of this thread's loops */

static bool in_main(void) { return emscripten_is_main_runtime_thread(); }
bool        caw__js_elsewhere(void) { return !in_main(); }

caw__poller *caw__poller_of(const caw_loop *loop)
{
    caw__poller *poller = pollers;
    while (poller && poller->loop != loop) poller = poller->next;
    return poller;
}

/* `wake` says whose it is: 1, the main thread's; 0, one that blocks. */
caw__poller *caw__poller_need(caw_loop *loop)
{
    caw__poller *poller = caw__poller_of(loop);
    if (poller) return poller;
    if (in_main() && !queue && !(queue = em_proxying_queue_create())) return NULL;
    if (!(poller = calloc(1, sizeof *poller))) return NULL;
    poller->loop = loop;
    poller->posts_end = &poller->posts;
    poller->wake = in_main();
    poller->next = pollers;
    return pollers = poller;
}

/* Whether the process is to go on though nothing else is to be done: Node does not wait for threads. */
CAW__IMPORT(em_hold) void caw__em_hold(bool holds);

void caw__wake_expect(caw__poller *poller, int more)
{
    bool before = poller->expected > 0;
    poller->expected += (uint32_t)more;
    if (poller->wake && before != poller->expected > 0) caw__em_hold(!before);
}

/* ---- Posts ------------------------------------------------------------------------------------------------------------------- */

/* In the main thread, between two events. */
static void tell_all(void *none)
{
    (void)none;
    for (caw__poller *poller = pollers, *next; poller; poller = next) {
        next = poller->next;
        caw__wake_tell(poller);
    }
}

/* Under the lock. */
static void post_add(caw__poller *poller, caw__post *post)
{
    bool first = !poller->posts;
    post->next = NULL;
    *poller->posts_end = post;
    poller->posts_end = &post->next;
    if (!poller->wake) pthread_cond_broadcast(&changed);
    else if (first) emscripten_proxy_async(queue, emscripten_main_runtime_thread_id(), tell_all, NULL);
}

void caw__wake_with(caw__poller *poller, caw__post *post)
{
    pthread_mutex_lock(&lock);
    post_add(poller, post);
    pthread_mutex_unlock(&lock);
}

bool caw__wake_without(caw__poller *poller, caw__post *post)
{
    bool there = false;
    pthread_mutex_lock(&lock);
    for (caw__post **at = &poller->posts; *at; at = &(*at)->next) {
        if (*at != post) continue;
        there = true;
        *at = post->next;
        if (!*at) poller->posts_end = at;
        break;
    }
    pthread_mutex_unlock(&lock);
    return there;
}

bool caw__wake_tell(caw__poller *poller)
{
    pthread_mutex_lock(&lock);
    caw__post *post = poller->posts;
    poller->posts = NULL;
    poller->posts_end = &poller->posts;
    pthread_mutex_unlock(&lock);
    bool any = post != NULL;
    while (post) {
        caw__post *next = post->next; /* it may be gone by then */
        post->tell(post);
        post = next;
    }
    return any;
}

void caw__host_posts(caw_loop *loop)
{
    caw__poller *poller = caw__poller_need(loop);
    if (!poller) return; /* nobody can reach it */
    poller->listens = poller->open = true;
    pthread_mutex_lock(&lock);
    poller->next_listener = listeners;
    listeners = poller;
    pthread_mutex_unlock(&lock);
}

int caw__host_post(caw_loop *loop, caw__post *post)
{
    pthread_mutex_lock(&lock);
    caw__poller *poller = listeners;
    while (poller && poller->loop != loop) poller = poller->next_listener;
    if (poller) post_add(poller, post);
    pthread_mutex_unlock(&lock);
    return poller ? 0 : -CAW_RUNTIME_ERROR;
}

/* ---- Waiting ----------------------------------------------------------------------------------------------------------------- */

void caw__time_after(struct timespec *until, clockid_t clock, double seconds)
{
    clock_gettime(clock, until);
    if (seconds > 1e9) seconds = 1e9;
    time_t whole = (time_t)seconds;
    long   rest = until->tv_nsec + (long)((seconds - (double)whole) * 1e9);
    until->tv_sec += whole + rest / 1000000000;
    until->tv_nsec = rest % 1000000000;
}

void caw__host_latch_open(caw__latch *latch)
{
    pthread_mutex_lock(&lock);
    atomic_store(&latch->open, 1);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

const char *caw__host_no_blocking(void)
{
    return in_main() ? "the main thread may not block: ask by 0 seconds, or let the other thread call back, by "
                       "caw_call_soon_threadsafe"
                     : NULL;
}

/* The main thread may not block: of a page it cannot, and anywhere its loop would stand still. */
bool caw__host_latch_wait(caw__latch *latch, double seconds)
{
    struct timespec until;
    int             status = in_main() ? ETIMEDOUT : 0;
    caw__time_after(&until, CLOCK_REALTIME, seconds > 0 ? seconds : 0);
    pthread_mutex_lock(&lock);
    while (!atomic_load(&latch->open) && status != ETIMEDOUT)
        status = seconds < 1e9 ? pthread_cond_timedwait(&changed, &lock, &until) : pthread_cond_wait(&changed, &lock);
    bool open = atomic_load(&latch->open) != 0;
    pthread_mutex_unlock(&lock);
    return open;
}

bool caw__thread_pending(const caw_loop *loop)
{
    const caw__poller *poller = caw__poller_of(loop);
    return poller && (poller->expected || poller->open);
}

int caw__thread_wait(caw_loop *loop, double deadline)
{
    caw__poller    *poller = caw__poller_need(loop);
    double          left = isinf(deadline) ? deadline : deadline - caw__host_now();
    struct timespec until;
    int             status = 0;
    if (!poller) return left > 0 ? -CAW_EOF_ERROR : 0;
    if (left > 0 && isinf(left) && !caw__thread_pending(loop) && !poller->listens) return -CAW_EOF_ERROR;
    caw__time_after(&until, CLOCK_REALTIME, left > 0 ? left : 0);
    pthread_mutex_lock(&lock);
    while (left > 0 && !poller->posts && status != ETIMEDOUT)
        status = left < 1e9 ? pthread_cond_timedwait(&changed, &lock, &until) : pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    caw__wake_tell(poller);
    return 0;
}

void caw__thread_close(caw_loop *loop)
{
    caw__poller **at = &pollers;
    while (*at && (*at)->loop != loop) at = &(*at)->next;
    caw__poller *poller = *at;
    if (!poller) return;
    pthread_mutex_lock(&lock);
    for (caw__poller **one = &listeners; *one; one = &(*one)->next_listener) {
        if (*one != poller) continue;
        *one = poller->next_listener;
        break;
    }
    pthread_mutex_unlock(&lock);
    caw__wake_tell(poller); /* nobody reaches it any more; what has come is told */
    *at = poller->next;
    if (poller->wake && poller->expected) caw__em_hold(false);
    free(poller);
}
