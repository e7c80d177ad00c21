/*
 * Owns: running a test program twice at once: twice first.so second.so. Each thread loads a copy, so that the program's statics are its
 * own; the library, which is in this program, they share.
 * Must not know: what is tested.
 */
#include <cawait.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define STACK ((size_t)64 << 20) /* the sanitizer's frames are large */

static pthread_barrier_t together;

/* Its constructors run in the thread that loads it: what they set up, an allocator perhaps, is the thread's. */
static void *run(void *file)
{
    static int bad = 1;
    void      *module = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!module) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    int (*program)(int, char **) = (int (*)(int, char **))(uintptr_t)dlsym(module, "main");
    pthread_barrier_wait(&together);
    int failed = program(1, (char *[]){file, NULL});
    if (!failed && caw_thread_end()) {
        fprintf(stderr, "%s: something of the thread's is left\n", (char *)file);
        failed = 1;
    }
    return failed ? &bad : NULL;
}

int main(int argc, char **argv)
{
    pthread_t      threads[2];
    pthread_attr_t attributes;
    if (argc != 3) return 2;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    pthread_barrier_init(&together, NULL, 2);
    for (int i = 0; i < 2; i++) {
        if (pthread_create(&threads[i], &attributes, run, argv[i + 1])) return 2;
    }
    int failed = 0;
    for (int i = 0; i < 2; i++) {
        void *bad;
        pthread_join(threads[i], &bad);
        failed |= bad != NULL;
    }
    return failed;
}
