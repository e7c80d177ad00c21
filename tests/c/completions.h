/* What the tests of as_completed share: three futures to set by hand, and who asks for what ends. */
#ifndef CAW_TEST_COMPLETIONS_H
#define CAW_TEST_COMPLETIONS_H

#include "tasks.h"

/* The futures of a case: make, set in any order, unmake. */
static caw_of(int) f[3];

static inline void make(int n)
{
    for (int i = 0; i < n; i++) f[i] = caw_future(int);
}

static inline void unmake(int n)
{
    for (int i = 0; i < n; i++) caw_unref(f[i]);
}

static inline void set(int i) { CHECK_INT(caw_set_result(f[i], i), 0); }

static inline const char *which(const caw_any *any)
{
    return any == caw_base(f[0]) ? "0" : any == caw_base(f[1]) ? "1" : any == caw_base(f[2]) ? "2" : "none";
}

/* One next, told in the trace; false at the end. */
static CAW_ASYNC(bool, one, caw_completions *it, const char *name)
{
    CAW_BEGIN(bool) {
        CAW_TRY {
            caw_any *ended = CAW_AWAIT(caw_next_completed(it));
            CHECK(caw__future_done(ended));
            trace("%sgot-%s", name, which(ended));
            caw_unref(ended);
        } CAW_EXCEPT(CAW_STOP_ASYNC_ITERATION, error) {
            trace("%sstop", name);
            CAW_RETURN(false);
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            trace("%stimeout", name);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            trace("%scancelled", name);
            CAW_RERAISE();
        }
        CAW_END_TRY;
        CAW_RETURN(true);
    } CAW_END;
}

static CAW_ASYNC(void, consume, caw_completions *it)
{
    CAW_BEGIN(void) {
        while (CAW_AWAIT(one(it, "")));
    } CAW_END;
}

/* The same by results. */
static CAW_ASYNC(void, consume_results, caw_completions *it)
{
    CAW_BEGIN(void) {
        for (bool more = true; more;) {
            CAW_TRY {
                trace("got-%d", CAW_AWAIT(caw_next_result(it, int)));
            } CAW_EXCEPT(CAW_STOP_ASYNC_ITERATION, error) {
                trace("stop");
                more = false;
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                trace("%s:%s", caw_error_name((int)caw_error_type_of(error)), caw_error_message(error));
            }
            CAW_END_TRY;
        }
    } CAW_END;
}

#endif
