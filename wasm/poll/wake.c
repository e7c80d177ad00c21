/*
 * Owns: the pipe that wakes a loop which waits; Ctrl-C, which interrupts one that is run.
 * Must not know: what an interrupt does (src/run), what other threads have posted (posts.c), nor what else a loop waits for.
 *
 * A handler that runs before the wait has begun leaves a mark, which the wait looks at once a handler would write into the pipe: so no
 * signal is between the two.
 */
#define _GNU_SOURCE
#include "wake.h"
#include "posts.h"
#include <cawait/run.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
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

const char *caw__host_no_blocking(void) { return NULL; }

void caw__wake_close(caw__poller *poller)
{
    caw__posts_close(poller);
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
