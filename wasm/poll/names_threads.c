/*
 * Owns: the threads that look names up, as getaddrinfo blocks; the questions on their way there and back.
 * Must not know: what is asked (names.c).
 *
 * There are as many as there are questions, MOST of them; one that finds no question ends. Whoever gives a question up forgets it: a
 * thread that is at work on it frees it. All of this is under one lock, but for the looking up.
 */
#include "names.h"
#include "wake.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#define MOST 8 /* as many at once as do not wait for the resolver's cache of one another */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static caw__question  *waiting, **waiting_end = &waiting; /* in order */
static int             threads;

/* ---- In the threads ------------------------------------------------------------------------------------------------------- */

static caw__question *next_question(void)
{
    caw__question *question = waiting;
    if (!question) return NULL;
    waiting = question->next;
    if (!waiting) waiting_end = &waiting;
    question->next = NULL;
    return question;
}

static void *look_up_all(void *none)
{
    caw__question *question;
    pthread_mutex_lock(&lock);
    while ((question = next_question())) {
        pthread_mutex_unlock(&lock);
        caw__name_look_up(question);
        pthread_mutex_lock(&lock);
        caw__poller *poller = question->poller;
        if (poller) {
            *poller->answered_end = question;
            poller->answered_end = &question->next;
            caw__wake_from_outside(poller);
        } else {
            free(question);
        }
    }
    threads--;
    pthread_mutex_unlock(&lock);
    return none;
}

/* Signals are for the program's own threads. */
static int thread_start(void)
{
    pthread_t      thread;
    pthread_attr_t attributes;
    sigset_t       all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int error = pthread_create(&thread, &attributes, look_up_all, NULL);
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

/* ---- In the loop's ------------------------------------------------------------------------------------------------------------ */

ptrdiff_t caw__name_ask(caw__question *question)
{
    caw__op     *op = question->op;
    caw__poller *poller = caw__poller_need(op->loop);
    if (!poller || poller->wake < 0) { /* whom nobody could tell */
        caw__name_look_up(question);
        return caw__name_answer(question);
    }
    question->poller = poller;
    pthread_mutex_lock(&lock);
    *waiting_end = question;
    waiting_end = &question->next;
    bool more = threads < MOST;
    threads += more;
    if (more && thread_start()) threads--;
    bool nobody = !threads;
    if (nobody) next_question(); /* it is the only one */
    pthread_mutex_unlock(&lock);
    if (nobody) {
        caw__name_look_up(question);
        return caw__name_answer(question);
    }
    op->words[0] = CAW__ASKS;
    op->words[1] = (intptr_t)question;
    op->previous = NULL;
    op->next = poller->asking;
    if (op->next) op->next->previous = op;
    poller->asking = op;
    return CAW__UNDER_WAY;
}

static caw__question *asked(caw__poller *poller, caw__op *op)
{
    if (op->previous) op->previous->next = op->next;
    else poller->asking = op->next;
    if (op->next) op->next->previous = op->previous;
    op->words[0] = CAW__AT_REST;
    return (void *)op->words[1];
}

/* Takes it out of a list; false: it is not in there. */
static bool taken(caw__question **list, caw__question ***end, caw__question *question)
{
    for (caw__question **at = list; *at; at = &(*at)->next) {
        if (*at != question) continue;
        *at = question->next;
        if (!*at) *end = at;
        return true;
    }
    return false;
}

void caw__name_forget(caw__op *op)
{
    caw__poller   *poller = caw__poller_of(op->loop);
    caw__question *question = asked(poller, op);
    pthread_mutex_lock(&lock);
    question->poller = NULL;
    if (taken(&waiting, &waiting_end, question) || taken(&poller->answered, &poller->answered_end, question)) free(question);
    pthread_mutex_unlock(&lock);
}

bool caw__names_tell(caw__poller *poller)
{
    if (!poller->asking) return false;
    pthread_mutex_lock(&lock);
    caw__question *question = poller->answered;
    poller->answered = NULL;
    poller->answered_end = &poller->answered;
    pthread_mutex_unlock(&lock);
    bool any = question != NULL;
    while (question) {
        caw__question *next = question->next;
        caw__op       *op = question->op;
        asked(poller, op);
        caw__op_done(op, caw__name_answer(question));
        question = next;
    }
    return any;
}

void caw__names_close(caw__poller *poller)
{
    while (poller->asking) caw__name_forget(poller->asking);
}
