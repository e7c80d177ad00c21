/*
 * Owns: what threads of Emscripten's (-pthread) ask of loops, and how one waits that is not the main thread's: it blocks, while the main
 * thread's is JavaScript's to turn (js/host.c).
 * Must not know: what is asked, or what a worker does: poll/posts.c, poll/workers.c and poll/joins.c are linked here as they are.
 *
 * JavaScript's half of the bridge is the main thread's alone (libcawait.js stops another that calls it). The main thread is woken by a
 * queue of ours, which is looked at between two of its events, never while it waits for a lock.
 */
#include "poll/posts.h"
#include "js/bridge.h"
#include <emscripten/eventloop.h>
#include <emscripten/proxying.h>
#include <emscripten/threading.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

static em_proxying_queue    *queue;   /* of the main thread */
static CAW__TLS caw__poller *pollers; /* of this thread's loops */

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

void caw__posts_expect(caw__poller *poller, int more)
{
    bool before = poller->expected > 0;
    poller->expected += (uint32_t)more;
    if (poller->wake && before != poller->expected > 0) caw__em_hold(!before);
}

/* ---- Waking -------------------------------------------------------------------------------------------------------------------- */

/* In the main thread, between two events. */
static void tell_all(void *none)
{
    (void)none;
    for (caw__poller *poller = pollers, *next; poller; poller = next) {
        next = poller->next;
        caw__posts_tell(poller);
    }
}

/* The first of its posts does, for all until they are told. */
void caw__wake_from_outside(const caw__poller *poller)
{
    if (!poller->wake) pthread_cond_broadcast(&caw__posts_changed);
    else if (!poller->posts->next) emscripten_proxy_async(queue, emscripten_main_runtime_thread_id(), tell_all, NULL);
}

/* ---- Waiting ----------------------------------------------------------------------------------------------------------------- */

/* Of a page it cannot, and anywhere its loop would stand still. */
const char *caw__host_no_blocking(void)
{
    return in_main() ? "the main thread may not block: ask by 0 seconds, or let the other thread call back, by "
                       "caw_call_soon_threadsafe"
                     : NULL;
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
    pthread_mutex_lock(&caw__posts_lock);
    while (left > 0 && !poller->posts && status != ETIMEDOUT)
        status = left < 1e9 ? pthread_cond_timedwait(&caw__posts_changed, &caw__posts_lock, &until)
                            : pthread_cond_wait(&caw__posts_changed, &caw__posts_lock);
    pthread_mutex_unlock(&caw__posts_lock);
    caw__posts_tell(poller);
    return 0;
}

void caw__thread_close(caw_loop *loop)
{
    caw__poller **at = &pollers;
    while (*at && (*at)->loop != loop) at = &(*at)->next;
    caw__poller *poller = *at;
    if (!poller) return;
    caw__posts_close(poller);
    *at = poller->next;
    if (poller->wake && poller->expected) caw__em_hold(false);
    free(poller);
}
