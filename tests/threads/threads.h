/* What the tests of several threads have in common: a function in each of some threads, all at once. POSIX alone: native builds. */
#ifndef CAW_TEST_THREADS_H
#define CAW_TEST_THREADS_H

#include "../c/test.h"
#include <pthread.h>

/* Says what went wrong; NULL: nothing did. The frame of the test (CHECK, trace) is the first thread's alone. */
typedef const char *in_thread(void);

typedef struct thread {
    pthread_t          id;
    in_thread         *function;
    pthread_barrier_t *start;
    const char        *wrong;
} thread;

static inline void *thread_main(void *argument)
{
    thread *it = argument;
    pthread_barrier_wait(it->start);
    it->wrong = it->function();
    return NULL;
}

#define MOST_THREADS 16

static inline void in_threads(const char *file, int line, unsigned count, in_thread *function)
{
    thread            threads[MOST_THREADS];
    pthread_barrier_t start;
    if (count > MOST_THREADS || pthread_barrier_init(&start, NULL, count)) abort();
    for (unsigned i = 0; i < count; i++) {
        threads[i] = (thread){.function = function, .start = &start};
        if (pthread_create(&threads[i].id, NULL, thread_main, &threads[i])) abort();
    }
    for (unsigned i = 0; i < count; i++) {
        pthread_join(threads[i].id, NULL);
        if (threads[i].wrong) test_complain("  %s:%d: thread %u: %s\n", file, line, i, threads[i].wrong);
    }
    pthread_barrier_destroy(&start);
}
#define IN_THREADS(count, function) in_threads(__FILE__, __LINE__, (count), (function))

/* In an in_thread. */
#define MUST(condition)                                                                                                        \
    do {                                                                                                                       \
        if (!(condition)) return "not true: " #condition;                                                                      \
    } while (0)

#endif
