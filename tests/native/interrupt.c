/*
 * Ctrl-C, which is SIGINT: it interrupts what is run, wherever the loop is at that moment, and only where the program has not taken it.
 */
#define _GNU_SOURCE
#include <cawait.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define ROUNDS 300

static bool all_good = true;

static void check(const char *name, bool good)
{
    printf("%s %s\n", good ? "ok" : "not ok", name);
    all_good &= good;
}

static bool handled_by(void (*handler)(int))
{
    struct sigaction now;
    return sigaction(SIGINT, NULL, &now) == 0 && now.sa_handler == handler;
}

static int asked[2], heard; /* a pipe to the one that interrupts; how often the program's own handler ran */

static void own_handler(int signal)
{
    (void)signal;
    heard++;
}

static CAW_ASYNC(void, waits, bool ask)
{
    CAW_BEGIN(void) {
        if (ask) (void)!write(asked[1], "", 1);
        CAW_AWAIT(caw_sleep(1000));
    } CAW_END;
}

static CAW_ASYNC(void, never_idle, void)
{
    CAW_BEGIN(void) {
        (void)!write(asked[1], "", 1);
        for (;;) CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static CAW_ASYNC(void, raises, void)
{
    CAW_BEGIN(void) {
        raise(SIGINT);
        CAW_AWAIT(caw_sleep(0.001));
    } CAW_END;
}

static CAW_ASYNC(int, cleans_up, void)
{
    CAW_BEGIN(int) {
        CAW_TRY {
            CAW_AWAIT(waits(true));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
        CAW_RETURN(42);
    } CAW_END;
}

/* When it is asked, to the process or to this thread: any may get it. */
static void *interrupter(void *none)
{
    char byte;
    for (int i = 0; read(asked[0], &byte, 1) == 1; i++) {
        if (i % 2) raise(SIGINT);
        else kill(getpid(), SIGINT);
    }
    return none;
}

static bool interrupted(caw_error *error)
{
    bool is = caw_error_is(error, CAW_KEYBOARD_INTERRUPT);
    caw_unref(error);
    return is;
}

static bool good(caw_error *error)
{
    bool is = !error;
    caw_unref(error);
    return is;
}

int main(void)
{
    pthread_t thread;
    int       times = 0, result = 0;
    if (pipe(asked) || pthread_create(&thread, NULL, interrupter, NULL)) return 1;
    check("in a task", interrupted(caw_run(raises(), NULL)));
    check("nobody handles it afterwards", handled_by(SIG_DFL));
    for (int i = 0; i < ROUNDS; i++) times += interrupted(caw_run(waits(true), NULL));
    check("just before it waits, or while it waits", times == ROUNDS);
    times = 0;
    for (int i = 0; i < ROUNDS; i++) times += interrupted(caw_run(never_idle(), NULL));
    check("while it is never idle", times == ROUNDS);
    check("what catches it goes on", good(caw_run(cleans_up(), &result)) && result == 42);

    signal(SIGINT, own_handler);
    check("a program's own handler", good(caw_run(raises(), NULL)) && heard == 1 && handled_by(own_handler));
    signal(SIGINT, SIG_IGN);
    check("ignored", good(caw_run(raises(), NULL)) && handled_by(SIG_IGN));
    signal(SIGINT, SIG_DFL);
    check("and again", interrupted(caw_run(raises(), NULL)));
    close(asked[1]);
    pthread_join(thread, NULL);
    return all_good ? 0 : 1;
}
