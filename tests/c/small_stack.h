/* Cases that run on a stack of 64 KB: what is as deep as memory allows must not go there. */
#ifndef CAW_TEST_SMALL_STACK_H
#define CAW_TEST_SMALL_STACK_H

#include "test.h"
#ifndef __wasm__ /* there the stack is that small */
#include <pthread.h>
#endif

#ifdef __wasm__
#define SMALL_STACK_TEST(name) TEST(name)
#else
static void *small_stack_run(void *function)
{
    ((void (*)(void))function)();
    CHECK_INT(caw_thread_end(), 0);
    return NULL;
}

static void small_stack(void (*function)(void))
{
    pthread_t      thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 * 1024);
    CHECK_INT(pthread_create(&thread, &attributes, small_stack_run, (void *)function), 0);
    pthread_join(thread, NULL);
}

#define SMALL_STACK_TEST(name)                                                                                                 \
    static void small_##name(void);                                                                                            \
    TEST(name) { small_stack(small_##name); }                                                                                  \
    static void small_##name(void)
#endif

#endif
