/*
 * Owns: the pipe that wakes a loop which waits; Ctrl-C, which interrupts one that is run.
 * Must not know: what an interrupt does (src/run), nor what else a loop waits for.
 *
 * A handler that runs before the wait has begun leaves a mark, which the wait looks at once a handler would write into the pipe: so no
 * signal is between the two.
 */
#define _GNU_SOURCE
#include "wake.h"
#include <cawait/run.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#define BETWEEN() atomic_signal_fence(memory_order_seq_cst)

static int prepared(int descriptor)
{
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    return fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

void caw__wake_open(caw__poller *poller)
{
    int ends[2];
    poller->wake = -1;
    if (pipe(ends) < 0) return; /* a signal ends a wait that goes on even so */
    prepared(ends[0]);
    prepared(ends[1]);
    poller->set[CAW__WAKE_AT].fd = ends[0];
    poller->wake = ends[1];
}

bool caw__wake_ready(caw__poller *poller)
{
    poller->blocked = 1;
    BETWEEN();
    return !poller->woken;
}

bool caw__wake_seen(caw__poller *poller)
{
    char bytes[64];
    poller->blocked = 0;
    BETWEEN();
    if (poller->set[CAW__WAKE_AT].revents)
        while (read(poller->set[CAW__WAKE_AT].fd, bytes, sizeof bytes) == (ssize_t)sizeof bytes) {
        }
    bool woken = poller->woken;
    poller->woken = 0;
    return woken;
}

/* A pipe that is full wakes as well. */
void caw__wake_from_outside(const caw__poller *poller)
{
    int error = errno;
    if (poller->wake >= 0) (void)!write(poller->wake, "", 1);
    errno = error;
}

void caw__host_wake(caw_loop *loop)
{
    caw__poller *poller = caw__poller_of(loop);
    if (!poller) return;
    poller->woken = 1;
    BETWEEN();
    if (poller->blocked) caw__wake_from_outside(poller);
}

/* ---- Posts of other threads ------------------------------------------------------------------------------------------------ */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;  /* over all of this */
static pthread_cond_t  opened = PTHREAD_COND_INITIALIZER; /* some latch */
static caw__poller    *listeners;                         /* to whom any thread may post */

static void post_add(caw__poller *poller, caw__post *post)
{
    post->next = NULL;
    *poller->posts_end = post;
    poller->posts_end = &post->next;
    caw__wake_from_outside(poller); /* before anybody can close it */
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
    if (!poller->listens) return false;
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
    if (!poller || poller->wake < 0) return; /* nobody can reach it */
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

/* Nobody reaches it any more; what has come is told. */
static void deafen(caw__poller *poller)
{
    pthread_mutex_lock(&lock);
    for (caw__poller **at = &listeners; *at; at = &(*at)->next_listener) {
        if (*at != poller) continue;
        *at = poller->next_listener;
        break;
    }
    pthread_mutex_unlock(&lock);
    caw__wake_tell(poller);
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
    pthread_mutex_lock(&lock);
    atomic_store(&latch->open, 1);
    pthread_cond_broadcast(&opened);
    pthread_mutex_unlock(&lock);
}

const char *caw__host_no_blocking(void) { return NULL; }

bool caw__host_latch_wait(caw__latch *latch, double seconds)
{
    struct timespec until;
    int             status = 0;
    bool            limited = seconds < 1e9;
    caw__time_after(&until, CLOCK_REALTIME, seconds > 0 ? seconds : 0);
    pthread_mutex_lock(&lock);
    while (!atomic_load(&latch->open) && status != ETIMEDOUT)
        status = limited ? pthread_cond_timedwait(&opened, &lock, &until) : pthread_cond_wait(&opened, &lock);
    bool open = atomic_load(&latch->open) != 0;
    pthread_mutex_unlock(&lock);
    return open;
}

void caw__wake_close(caw__poller *poller)
{
    if (poller->listens) deafen(poller);
    if (poller->wake < 0) return;
    close(poller->wake);
    close(poller->set[CAW__WAKE_AT].fd);
}

/* ---- Ctrl-C ----------------------------------------------------------------------------------------------------------------- */

static _Atomic(pthread_t) main_thread; /* whose value is one and the same; a handler in another thread reads it */
static caw_loop          *interrupted; /* whose run has taken the signal; NULL: none */

/* A process has one; it may come to any thread, and belongs to the main one. */
static void on_interrupt(int signal)
{
    if (pthread_equal(pthread_self(), main_thread)) caw_interrupt(NULL);
    else pthread_kill(main_thread, signal);
}

static bool in_main_thread(void)
{
#ifdef __linux__
    return getpid() == gettid();
#else
    return pthread_main_np() != 0;
#endif
}

static bool is_handled_by(void (*handler)(int))
{
    struct sigaction now;
    return sigaction(SIGINT, NULL, &now) == 0 && !(now.sa_flags & SA_SIGINFO) && now.sa_handler == handler;
}

static void handle_by(void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

/* A handler of the program's own stays, also one that it sets while the loop runs. Source: asyncio.Runner.run. */
void caw__host_runs(caw_loop *loop, bool runs)
{
    caw__poller *poller = runs ? caw__poller_need(loop) : NULL; /* so that a handler has whom to wake */
    if (poller) poller->fresh = false;
    if (!in_main_thread()) return;
    if (runs && !interrupted && is_handled_by(SIG_DFL)) {
        main_thread = pthread_self();
        interrupted = loop;
        handle_by(on_interrupt);
    } else if (!runs && interrupted == loop) {
        interrupted = NULL;
        if (is_handled_by(on_interrupt)) handle_by(SIG_DFL);
    }
}
