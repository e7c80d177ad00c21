/*
 * Owns: what the conformance cases share: cases that run lazy and eager, a task's outcome in a word, callbacks for call_soon.
 * Must not know: what is tested. The files in table/ say which case plays which of CPython's tests.
 */
#ifndef CONFORM_H
#define CONFORM_H

#include "../c/test.h"

/* A case, and the same case NAME_eager on a loop whose tasks start eagerly: asyncio's eager_task_factory. */
#define LAZY_AND_EAGER_TEST(name)                                                                                              \
    static caw_of(void) case_##name(void);                                                                                     \
    static void run_##name(void) { test_run(case_##name()); }                                                                  \
    static void run_##name##_eager(void) { conform_run_eager(case_##name()); }                                                 \
    TEST_ENLIST(name, run_##name)                                                                                              \
    TEST_ENLIST(name##_eager, run_##name##_eager)                                                                              \
    static CAW_ASYNC(void, case_##name, void)

static inline void conform_run_eager(caw_of(void) body)
{
    caw_loop *loop = caw_loop_new();
    caw_loop_set_eager(loop, true);
    caw_error *error = caw_run_until_complete(loop, body, NULL);
    CHECK_ERROR(error, CAW_OK, NULL);
    CHECK_INT(caw_loop_close(loop), 0);
}

/* What became of a future or task: "pending", "cancelled", "done", or its error's name. Marks the error as retrieved. */
static inline const char *conform_outcome(caw_any *any)
{
    caw_of(void) f = (caw_of(void))any;
    if (!caw_done(f)) return "pending";
    if (caw_cancelled(f)) return "cancelled";
    caw_error  *error = caw_exception(f);
    const char *name = error ? caw_error_name((int)caw_error_type_of(error)) : "done";
    caw_unref(error);
    return name;
}
#define CHECK_OUTCOME(future, want) CHECK_TEXT(conform_outcome(caw_base(future)), (want))

/* A place that must not be reached. */
#define NOT_HERE() test_complain("  %s:%d: reached\n", __FILE__, __LINE__)

/* Outside a loop: runs what is ready, and what that makes ready. */
static CAW_ASYNC(void, conform_nothing, void)
{
    CAW_BEGIN(void) {
    } CAW_END;
}
static inline void run_briefly(caw_loop *loop)
{
    CHECK_ERROR(caw_run_until_complete(loop, conform_nothing(), NULL), CAW_OK, NULL);
}

/* For call_soon: cancels the task or future given as its argument, which must live until then. */
static inline void conform_cancel(void *any) { caw_cancel((caw_of(void))(caw_any *)any, NULL); }
#define CANCEL_SOON(future) caw_unref(caw_call_soon(NULL, conform_cancel, caw_base(future)))

#endif
