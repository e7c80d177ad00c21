/*
 * Two threads, each with a loop: names and connections of their own, and a loop that ends while names are looked up for it.
 */
#define _GNU_SOURCE
#include "../net/seam.h"
#include <pthread.h>
#include <unistd.h>

#define ROUNDS 50

static CAW_ASYNC(int, asks, void)
{
    CAW_BEGIN(int) {
        step        s[4];
        caw_address found[4][2];
        int         right = 0;
        for (int i = 0; i < 4; i++)
            s[i].op.result = caw__host_resolve(begin(&s[i]), "localhost", 80, CAW_IPV4, false, found[i], 2);
        for (int i = 0; i < 4; i++) right += CAW_AWAIT(end_of(&s[i], s[i].op.result)) == 1 && found[i]->bytes[0] == 127;
        long ends[2];
        char byte = 0;
        right += CAW_AWAIT(pair(ends)) && CAW_AWAIT(sent(ends[0], "x", 1)) == 1 && CAW_AWAIT(received(ends[1], &byte, 1)) == 1;
        caw__host_socket_close(ends[0], false);
        caw__host_socket_close(ends[1], false);
        CAW_RETURN(right);
    } CAW_END;
}

/* Leaves its questions to nobody. */
static CAW_ASYNC(int, asks_and_leaves, step *s, caw_address *found)
{
    CAW_BEGIN(int) {
        for (int i = 0; i < 4; i++)
            s[i].op.result = caw__host_resolve(begin(&s[i]), "nobody.invalid", 80, CAW_IPV4, false, found, 1);
        CAW_RETURN(5);
    } CAW_END;
}

static void *run_both(void *right)
{
    for (int i = 0; i < ROUNDS; i++) {
        int         first = 0, second = 0;
        step        s[4];
        caw_address found;
        caw_unref(caw_run(asks(), &first));
        caw_unref(caw_run(asks_and_leaves(s, &found), &second));
        *(int *)right += first == 5 && second == 5;
    }
    caw_thread_end();
    return NULL;
}

static void *do_nothing(void *none) { return none; }

int main(void)
{
    pthread_t threads[2];
    /* A sanitizer may have a thread of its own from the first one on. */
    if (pthread_create(&threads[0], NULL, do_nothing, NULL)) return 1;
    pthread_join(threads[0], NULL);
    int right[2] = {0}, files = open_files(), alone = running_threads();
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, run_both, &right[i])) return 1;
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    check_is("what one thread's loops do", right[0], ROUNDS);
    check_is("and the other's", right[1], ROUNDS);
    /* The questions that were left to nobody end by themselves, and their threads: one that is ending still has what the resolver gave it. */
    for (int i = 0; (open_files() > files || running_threads() > alone) && i < 60000; i++) usleep(1000);
    check_is("no file is left open", open_files(), files);
    check_is("no thread runs", running_threads(), alone);
    return all_good ? 0 : 1;
}
