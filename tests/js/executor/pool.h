/* Owns: the executor of a test's program: JavaScript makes it, of the kind it likes, and lets go of it. Its other half is pool.mjs. */
#ifndef TESTS_JS_POOL_H
#define TESTS_JS_POOL_H

#include <cawait.h>
#include <cawait/export.h>
#include <time.h>

/*
 * Until its worker is ended. Each turn calls JavaScript: WebKit 2.50 ends a worker that does. One whose loop is WebAssembly alone goes on
 * after terminate() in one case of four, until the page is gone, and takes the processor from the tests that follow.
 */
static inline void hang(void)
{
    for (volatile bool hangs = true; hangs; (void)time(NULL)) {
    }
}

static caw_executor *executor;

static int make(int kind, int workers, double kill_after)
{
    caw_unref(executor);
    executor = caw_executor_new(.kind = (caw_executor_kind)kind, .workers = (size_t)workers, .kill_after = kill_after);
    return executor ? (int)caw_executor_kind_of(executor) : -1;
}
CAW_EXPORT_SYNC(int, make, int, kind, int, workers, double, kill_after);

static void drop(void)
{
    caw_unref(executor);
    executor = NULL;
    (void)caw_loop_set_default_executor(NULL, NULL);
}
CAW_EXPORT_SYNC(void, drop);

#endif
