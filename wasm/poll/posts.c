/*
 * Owns: what other threads post to a loop, and the loops to which they may; latches, which one thread opens and others wait for.
 * Must not know: what is posted, nor how a loop waits or is woken (wake.c; emscripten/threads.c).
 */
#include "posts.h"
#include <errno.h>
#include <stdatomic.h>

pthread_mutex_t     caw__posts_lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t      caw__posts_changed = PTHREAD_COND_INITIALIZER;
static caw__poller *listeners; /* to whom any thread may post */

static void post_add(caw__poller *poller, caw__post *post)
{
    post->next = NULL;
    *poller->posts_end = post;
    poller->posts_end = &post->next;
    caw__wake_from_outside(poller); /* before anybody can close it */
}

void caw__posts_add(caw__poller *poller, caw__post *post)
{
    pthread_mutex_lock(&caw__posts_lock);
    post_add(poller, post);
    pthread_mutex_unlock(&caw__posts_lock);
}

bool caw__posts_remove(caw__poller *poller, caw__post *post)
{
    bool there = false;
    pthread_mutex_lock(&caw__posts_lock);
    for (caw__post **at = &poller->posts; *at; at = &(*at)->next) {
        if (*at != post) continue;
        there = true;
        *at = post->next;
        if (!*at) poller->posts_end = at;
        break;
    }
    pthread_mutex_unlock(&caw__posts_lock);
    return there;
}

bool caw__posts_tell(caw__poller *poller)
{
    if (!poller->listens) return false;
    pthread_mutex_lock(&caw__posts_lock);
    caw__post *post = poller->posts;
    poller->posts = NULL;
    poller->posts_end = &poller->posts;
    pthread_mutex_unlock(&caw__posts_lock);
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
    if (!poller || poller->wake < 0) return; /* nobody can reach it */
    poller->listens = poller->open = true;
    pthread_mutex_lock(&caw__posts_lock);
    poller->next_listener = listeners;
    listeners = poller;
    pthread_mutex_unlock(&caw__posts_lock);
}

int caw__host_post(caw_loop *loop, caw__post *post)
{
    pthread_mutex_lock(&caw__posts_lock);
    caw__poller *poller = listeners;
    while (poller && poller->loop != loop) poller = poller->next_listener;
    if (poller) post_add(poller, post);
    pthread_mutex_unlock(&caw__posts_lock);
    return poller ? 0 : -CAW_RUNTIME_ERROR;
}

void caw__posts_close(caw__poller *poller)
{
    if (!poller->listens) return;
    pthread_mutex_lock(&caw__posts_lock);
    for (caw__poller **at = &listeners; *at; at = &(*at)->next_listener) {
        if (*at != poller) continue;
        *at = poller->next_listener;
        break;
    }
    pthread_mutex_unlock(&caw__posts_lock);
    caw__posts_tell(poller);
}

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
    pthread_mutex_lock(&caw__posts_lock);
    atomic_store(&latch->open, 1);
    pthread_cond_broadcast(&caw__posts_changed);
    pthread_mutex_unlock(&caw__posts_lock);
}

bool caw__host_latch_wait(caw__latch *latch, double seconds)
{
    struct timespec until;
    int             status = caw__host_no_blocking() ? ETIMEDOUT : 0;
    bool            limited = seconds < 1e9;
    caw__time_after(&until, CLOCK_REALTIME, seconds > 0 ? seconds : 0);
    pthread_mutex_lock(&caw__posts_lock);
    while (!atomic_load(&latch->open) && status != ETIMEDOUT)
        status = limited ? pthread_cond_timedwait(&caw__posts_changed, &caw__posts_lock, &until)
                         : pthread_cond_wait(&caw__posts_changed, &caw__posts_lock);
    bool open = atomic_load(&latch->open) != 0;
    pthread_mutex_unlock(&caw__posts_lock);
    return open;
}
