/*
 * Jobs by the million: of every kind that an executor takes, which answer, fail, wait, trap or never end, cancelled at any moment. Each must
 * have one outcome, of those that are right for it. As WebAssembly an export; natively a program: COUNT SEED.
 */
#include <cawait.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef __wasm__
#include <cawait/export.h>
#endif

#define LANES 48
#define KILL_AFTER 0.02

/* ---- What runs in workers ------------------------------------------------------------------------------------------------------- */

static int64_t twice(int64_t token) { return 2 * token; }
CAW_JOB(int64_t, twice, int64_t, token);

static caw_string *text(caw_bytes of) { return caw_string_new(of.data, of.size); }
CAW_JOB(caw_string *, text, caw_bytes, of);

static int64_t fails(int64_t token)
{
    caw_job_raise(caw_error_new(CAW_VALUE_ERROR, "%" PRId64, token));
    return 0;
}
CAW_JOB(int64_t, fails, int64_t, token);

static CAW_ASYNC(int64_t, waits, int64_t token)
{
    CAW_BEGIN(int64_t) {
        for (int64_t n = token % 4; n > 0; n--) CAW_AWAIT(caw_sleep(0));
        if (token % 5 == 0) CAW_RAISE(CAW_VALUE_ERROR, "%" PRId64, token);
        CAW_RETURN(2 * token);
    } CAW_END;
}
CAW_JOB(int64_t, waits, int64_t, token);

static CAW_ASYNC(int64_t, sleeps, int64_t token)
{
    CAW_BEGIN(int64_t) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e6));
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0));
        }
        CAW_END_TRY;
        CAW_RETURN(token);
    } CAW_END;
}
CAW_JOB(int64_t, sleeps, int64_t, token);

static int64_t until_cancelled(int64_t token)
{
    while (caw_job_sleep(1)) {
    }
    return token;
}
CAW_JOB(int64_t, until_cancelled, int64_t, token);

static int64_t hangs(int64_t token)
{
    for (volatile bool on = true; on;) {
    }
    return token;
}
CAW_JOB(int64_t, hangs, int64_t, token);

static int64_t traps(int64_t token)
{
    if (token >= 0) __builtin_trap();
    return token;
}
CAW_JOB(int64_t, traps, int64_t, token);

/* ---- What gives it to them ------------------------------------------------------------------------------------------------------- */

typedef struct storm {
    caw_executor *executor;
    int64_t       given, count;
    uint32_t      random;
    int64_t       answered, failed, cancelled, lost;
    char          wrong[200]; /* the first that was */
} storm;

static uint32_t draw(storm *s, uint32_t below)
{
    s->random = s->random * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)s->random * below) >> 32);
}

static void complain(storm *s, const char *what, int64_t token, const char *why)
{
    if (!s->wrong[0]) snprintf(s->wrong, sizeof s->wrong, "%s %" PRId64 ": %s", what, token, why);
}

/* A job that was given: cancelled some passes later, or not; its outcome. */
static CAW_ASYNC(void, outcome, storm *s, const char *what, int64_t token, caw_of(int64_t) job, int patience,
                 caw_error_type may)
{
    CAW_BEGIN(void) {
        bool cancelled = patience >= 0;
        for (; patience > 0; patience--) CAW_AWAIT(caw_sleep(0));
        if (cancelled) caw_cancel(job, NULL);
        CAW_TRY {
            int64_t is = CAW_AWAIT(job);
            if (is != 2 * token) complain(s, what, token, "another's answer");
            s->answered++;
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            (void)error;
            if (!cancelled) complain(s, what, token, "cancelled by nobody");
            s->cancelled++;
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            caw_error_type type = caw_error_type_of(error);
            if (type != may) complain(s, what, token, caw_error_message(error));
            if (type == CAW_VALUE_ERROR && strtoll(caw_error_message(error), NULL, 10) != token)
                complain(s, what, token, caw_error_message(error));
            *(type == CAW_VALUE_ERROR ? &s->failed : &s->lost) += 1;
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(int64_t, length, caw_of(caw_string *) of)
{
    CAW_BEGIN_OWNING(int64_t, caw_drop(of)) {
        caw_string *text = CAW_AWAIT(of);
        int64_t     size = (int64_t)caw_string_size(text);
        caw_unref(text);
        CAW_RETURN(2 * size);
    } CAW_END;
}

static CAW_ASYNC(void, lane, storm *s)
{
    CAW_BEGIN(void) {
        caw_executor *e = s->executor;
        bool apart = caw_executor_kind_of(e) == CAW_EXECUTOR_INSTANCES, inside = caw_executor_kind_of(e) == CAW_EXECUTOR_INLINE;
        while (s->given < s->count) {
            int64_t token = s->given++;
            int     patience = draw(s, 3) ? -1 : (int)draw(s, 12);
            int     must = patience < 0 ? (int)draw(s, 12) : patience; /* of what does not end by itself */
            switch (draw(s, 5000)) {
            case 0:
                if (apart) {
                    CAW_AWAIT(outcome(s, "traps", token, caw_run_in_executor(e, traps, token), patience, CAW_RUNTIME_ERROR));
                    continue;
                }
                break;
            case 1:
                if (apart) {
                    CAW_AWAIT(outcome(s, "hangs", token, caw_run_in_executor(e, hangs, token), must, CAW_OK));
                    continue;
                }
                break;
            case 2 ... 40:
                if (!inside) {
                    CAW_AWAIT(
                        outcome(s, "until cancelled", token, caw_run_in_executor(e, until_cancelled, token), must, CAW_OK));
                    continue;
                }
                break;
            default: break;
            }
            switch (draw(s, 10)) {
            case 0:
                CAW_AWAIT(outcome(s, "fails", token, caw_run_in_executor(e, fails, token), patience, CAW_VALUE_ERROR));
                break;
            case 1: CAW_AWAIT(outcome(s, "sleeps", token, caw_run_in_executor(e, sleeps, token), must, CAW_OK)); break;
            case 2:
            case 3:
                CAW_AWAIT(outcome(s, "waits", token, caw_run_in_executor(e, waits, token), patience,
                                  token % 5 ? CAW_OK : CAW_VALUE_ERROR));
                break;
            case 4: {
                static const char a_lot[4096];
                caw_bytes         some = {(const uint8_t *)a_lot, (size_t)(token % 4096)};
                caw_of(int64_t) size = caw_spawn(length(caw_run_in_executor(e, text, some)));
                CAW_AWAIT(outcome(s, "text", token % 4096, size, patience, CAW_OK));
                break;
            }
            default: CAW_AWAIT(outcome(s, "twice", token, caw_run_in_executor(e, twice, token), patience, CAW_OK));
            }
        }
    } CAW_END;
}

static CAW_ASYNC(caw_string *, storm_of, int kind, double count, int seed)
{
    CAW_BEGIN(caw_string *) {
        storm s = {.count = (int64_t)count, .random = (uint32_t)seed};
        s.executor = caw_executor_new(.kind = (caw_executor_kind)kind, .workers = 4, .kill_after = KILL_AFTER);
        if (!s.executor) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_WITH_TASK_GROUP(lanes) {
            for (int i = 0; i < LANES; i++) CAW_GROUP_START(lanes, lane(&s));
        }
        CAW_END_TASK_GROUP;
        CAW_AWAIT(caw_executor_shutdown(s.executor));
        caw_unref(s.executor);
        if (s.wrong[0]) CAW_RAISE(CAW_RUNTIME_ERROR, "%s", s.wrong);
        if (s.answered + s.failed + s.cancelled + s.lost != s.count) CAW_RAISE(CAW_RUNTIME_ERROR, "an outcome is missing");
        char said[200];
        int  size =
            snprintf(said, sizeof said, "%" PRId64 " answered, %" PRId64 " failed, %" PRId64 " cancelled, %" PRId64 " lost",
                     s.answered, s.failed, s.cancelled, s.lost);
        CAW_RETURN(caw_string_new(said, (size_t)size));
    } CAW_END;
}

#ifdef __wasm__
CAW_EXPORT(caw_string *, storm_of, int, kind, double, count, int, seed);
#else
int main(int argc, char **argv)
{
    caw_string *said = NULL;
    double      count = argc > 1 ? atof(argv[1]) : 1e6;
    caw_error  *error = caw_run(storm_of(CAW_EXECUTOR_THREADS, count, argc > 2 ? atoi(argv[2]) : 1), &said);
    if (error) return fprintf(stderr, "%s\n", caw_error_message(error)), caw_unref(error), 1;
    puts(caw_string_data(said));
    caw_unref(said);
}
#endif
