/* Lock, semaphores, condition, event, barrier. */
#include "act.h"

static CAW_ASYNC(caw_value, do_lock, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        CAW_AWAIT(caw_lock_acquire(a->world->lock));
        act_print(a, "+ lock");
        CAW_TRY {
            CAW_AWAIT(run_block(a, s, 0));
        } CAW_FINALLY {
            CAW_CHECK(caw_lock_release(a->world->lock));
        }
        CAW_END_TRY;
        CAW_RETURN(caw_none());
    } CAW_END;
}

static CAW_ASYNC(caw_value, hold, act *a, const json *s, caw_semaphore *semaphore)
{
    CAW_BEGIN(caw_value) {
        CAW_AWAIT(caw_acquire(semaphore));
        act_print(a, "+ %s", json_text(json_at(s, 0)));
        CAW_TRY {
            CAW_AWAIT(run_block(a, s, 0));
        } CAW_FINALLY {
            CAW_CHECK(caw_release(semaphore));
        }
        CAW_END_TRY;
        CAW_RETURN(caw_none());
    } CAW_END;
}

static caw_of(caw_value) do_sem(act *a, const json *s) { return hold(a, s, a->world->semaphore); }
static caw_of(caw_value) do_bsem(act *a, const json *s) { return hold(a, s, a->world->bounded); }

/* What gives a negative code when it fails, and no value. */
static caw_value checked(int status, caw_error **error)
{
    if (status < 0) *error = caw_error_from_code(status);
    return caw_none();
}

static caw_value do_sem_release(act *a, const json *s, caw_error **error)
{
    (void)s;
    return checked(caw_release(a->world->semaphore), error);
}

static caw_value do_bsem_release(act *a, const json *s, caw_error **error)
{
    (void)s;
    return checked(caw_release(a->world->bounded), error);
}

/* ---- The condition ---------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(caw_value, do_cond, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        caw_lock *lock = caw_condition_lock(a->world->condition);
        CAW_AWAIT(caw_lock_acquire(lock));
        act_print(a, "+ cond");
        CAW_TRY {
            CAW_AWAIT(run_block(a, s, 0));
        } CAW_FINALLY {
            CAW_CHECK(caw_lock_release(lock));
        }
        CAW_END_TRY;
        CAW_RETURN(caw_none());
    } CAW_END;
}

static CAW_ASYNC(caw_value, do_cond_wait, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        (void)s;
        CAW_AWAIT(caw_condition_wait(a->world->condition));
        CAW_RETURN(caw_bool(true));
    } CAW_END;
}

static caw_value do_notify(act *a, const json *s, caw_error **error)
{
    return checked(caw_condition_notify(a->world->condition, (size_t)json_int(arg(s, 0))), error);
}

static caw_value do_notify_all(act *a, const json *s, caw_error **error)
{
    (void)s;
    return checked(caw_condition_notify_all(a->world->condition), error);
}

/* ---- The event --------------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(caw_value, do_ev_wait, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        (void)s;
        CAW_AWAIT(caw_event_wait(a->world->event));
        CAW_RETURN(caw_bool(true));
    } CAW_END;
}

static caw_value do_ev_set(act *a, const json *s, caw_error **error)
{
    (void)s, (void)error;
    caw_event_set(a->world->event);
    return caw_none();
}

static caw_value do_ev_clear(act *a, const json *s, caw_error **error)
{
    (void)s, (void)error;
    caw_event_clear(a->world->event);
    return caw_none();
}

/* ---- The barrier -------------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(caw_value, do_barrier, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        (void)s;
        CAW_RETURN(caw_int(CAW_AWAIT(caw_barrier_wait(a->world->barrier))));
    } CAW_END;
}

static CAW_ASYNC(caw_value, do_b_reset, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        (void)s;
        CAW_AWAIT(caw_barrier_reset(a->world->barrier));
        CAW_RETURN(caw_none());
    } CAW_END;
}

static CAW_ASYNC(caw_value, do_b_abort, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        (void)s;
        CAW_AWAIT(caw_barrier_abort(a->world->barrier));
        CAW_RETURN(caw_none());
    } CAW_END;
}

const statement primitive_statements[] = {
    {"lock", NULL, do_lock},
    {"sem", NULL, do_sem},
    {"bsem", NULL, do_bsem},
    {"cond", NULL, do_cond},
    {"cond_wait", NULL, do_cond_wait},
    {"notify", do_notify, NULL},
    {"notify_all", do_notify_all, NULL},
    {"sem_release", do_sem_release, NULL},
    {"bsem_release", do_bsem_release, NULL},
    {"ev_wait", NULL, do_ev_wait},
    {"ev_set", do_ev_set, NULL},
    {"ev_clear", do_ev_clear, NULL},
    {"barrier", NULL, do_barrier},
    {"b_reset", NULL, do_b_reset},
    {"b_abort", NULL, do_b_abort},
    {NULL, NULL, NULL},
};
