/*
 * Owns: how one connection comes about of several addresses: one after the other, or racing as RFC 8305 has it (asyncio's
 * staggered_race); the errors of those that failed.
 * Must not know: how names become addresses, or what is made of the socket.
 *
 * There is no task for an attempt: one coroutine waits for all of them. An attempt begins when the one before has failed, or its time has
 * passed.
 */
#include "net/net.h"

CAW__COLD

typedef enum stage { BEGIN, BIND, BOUND, CONNECT, CONNECTED, OVER } stage;

typedef struct attempt {
    caw__op     op;
    race       *race;
    caw__socket socket; /* -1: none */
    stage       stage;
    bool        done;   /* the operation is; it is to go on */
    size_t      local;  /* which of the own addresses is tried */
    size_t      errors; /* how many there are */
} attempt;

struct race {
    caw__object     object;
    waiters         line;
    caw__timer      timer; /* holds the race */
    bool            timed; /* the timer is in the heap or ready */
    bool            due;   /* the next may begin, by the time */
    bool            all_errors;
    double          delay, when;
    caw_addresses  *to, *from;
    const caw__tls *tls;
    caw__socket     won;   /* -1: none has */
    caw_error      *fatal; /* ends it: no memory */
    size_t          begun, live;
    caw_error     **errors; /* as many in a row for each attempt as it can have */
    attempt         attempts[];
};

static size_t errors_each(const race *r) { return r->from ? r->from->count + 1 : 1; }
static size_t race_size(size_t count, size_t errors)
{
    return caw__size_of(caw__size_of(sizeof(race), count, sizeof(attempt)), count * errors, sizeof(caw_error *));
}

static void race_release(void *object)
{
    race  *r = object;
    size_t count = r->to->count, errors = errors_each(r);
    for (size_t i = 0; i < count * errors; i++) caw_unref(r->errors[i]);
    caw_unref(r->fatal);
    caw_unref(r->to);
    caw_unref(r->from);
    caw__free(r, race_size(count, errors));
}
static const caw__type race_type = {"race", race_release, NULL};

static void race_timed(caw__node *node)
{
    race *r = CAW__CONTAINER(node, race, timer.node);
    r->timed = false;
    r->due = true;
    waiters_wake(&r->line, 1);
    caw_unref(r);
}

static void attempt_done(caw__op *op)
{
    attempt *a = CAW__CONTAINER(op, attempt, op);
    a->done = true;
    waiters_wake(&a->race->line, 1);
}

race *caw__race_new(caw_addresses *to, caw_addresses *from, double delay, bool all_errors, const caw__tls *tls)
{
    size_t count = to->count;
    race  *r = caw__object_new(&race_type, CAW__OBJECT, race_size(count, from ? from->count + 1 : 1));
    if (!r) return NULL;
    r->to = caw_ref(to);
    r->from = caw_ref(from);
    r->delay = delay;
    r->all_errors = all_errors;
    r->tls = tls;
    r->won = -1;
    r->timer.node.run = race_timed;
    r->errors = (caw_error **)(void *)&r->attempts[count];
    return r;
}

/* ---- One attempt ----------------------------------------------------------------------------------------------------------- */

static void attempt_note(attempt *a, caw_error *error)
{
    race *r = a->race;
    if (caw__error_is_static(error)) {
        caw_unref(r->fatal);
        r->fatal = error;
    } else {
        r->errors[(size_t)(a - r->attempts) * errors_each(r) + a->errors++] = error;
    }
}

static void attempt_end(attempt *a)
{
    if (a->stage == OVER) return;
    a->stage = OVER;
    a->race->live--;
    caw__host_cancel(&a->op);
    if (a->socket >= 0) caw__host_socket_close(a->socket, false);
    a->socket = -1;
}

static void attempt_fail(attempt *a, caw_error *error)
{
    attempt_note(a, error);
    attempt_end(a);
}

/* The next own address of the family, bound to or under way; what is left when there is none is the errors of those before. */
static ptrdiff_t attempt_bind(attempt *a, const caw_address *to)
{
    const caw_addresses *from = a->race->from;
    while (a->local < from->count && from->each[a->local].family != to->family) a->local++;
    if (a->local < from->count) return caw__host_bind(&a->op, a->socket, &from->each[a->local]);
    if (!a->errors)
        attempt_note(a, caw_error_new(CAW_OS_ERROR, "no matching local address with family=%s found",
                                      to->family == CAW_IPV4 ? "IPv4" : "IPv6"));
    attempt_end(a);
    return CAW__UNDER_WAY;
}

/* Until it waits for something, or is over. */
static void attempt_go_on(attempt *a)
{
    race              *r = a->race;
    const caw_address *to = &r->to->each[a - r->attempts];
    while (a->stage != OVER) {
        ptrdiff_t result = a->op.result;
        switch (a->stage) {
        case BEGIN: a->stage = r->from ? BIND : CONNECT; continue;
        case BIND:
            a->stage = BOUND;
            a->op.result = attempt_bind(a, to);
            break;
        case BOUND:
            a->stage = result < 0 ? BIND : CONNECT;
            if (result < 0)
                attempt_note(a,
                             caw__net_error(result, "error while attempting to bind on address", &r->from->each[a->local++]));
            continue;
        case CONNECT:
            a->stage = CONNECTED;
            a->op.result = caw__host_connect(&a->op, a->socket, to);
            break;
        default:
            if (result < 0) {
                attempt_fail(a, caw__net_error(result, "Connect call failed", to));
            } else {
                r->won = a->socket;
                a->socket = -1;
                attempt_end(a);
            }
            return;
        }
        if (a->op.result == CAW__UNDER_WAY) return;
    }
}

static void attempt_begin(race *r)
{
    attempt           *a = &r->attempts[r->begun];
    const caw_address *to = &r->to->each[r->begun++];
    r->live++;
    *a = (attempt){.op = {.loop = caw__running, .done = attempt_done}, .race = r};
    a->socket = caw__host_socket((caw_family)to->family, CAW__TCP);
    int secured = a->socket >= 0 && r->tls ? caw__host_socket_secure(a->socket, r->tls) : 0;
    if (a->socket < 0) attempt_fail(a, caw__net_error(a->socket, "no socket for", to));
    else if (secured) attempt_fail(a, caw__net_tls_error(secured));
    else attempt_go_on(a);
}

/* ---- All of them --------------------------------------------------------------------------------------------------------------- */

static void race_time(race *r)
{
    if (r->timed) return; /* sees that it is too early */
    r->timed = true;
    caw_ref(r);
    caw__timer_start(caw__running, &r->timer, r->when);
}

/* The next begins, if it may. */
static bool race_begin_next(race *r)
{
    if (r->begun == r->to->count) return false;
    bool may = !r->begun || r->attempts[r->begun - 1].stage == OVER;
    if (r->due) {
        r->due = false;
        if (caw__loop_clock(caw__running) + 1e-9 < r->when) race_time(r); /* another has begun since */
        else may = true;
    }
    if (!may) return false;
    attempt_begin(r);
    if (r->delay > 0 && r->begun < r->to->count) {
        r->when = caw__loop_clock(caw__running) + r->delay;
        race_time(r);
    }
    return true;
}

/* Whatever can be done now; true: it is decided. */
static bool race_go_on(race *r)
{
    do {
        for (size_t i = 0; i < r->begun && r->won < 0; i++) {
            if (!r->attempts[i].done) continue;
            r->attempts[i].done = false;
            attempt_go_on(&r->attempts[i]);
        }
        if (r->won >= 0 || r->fatal) return true;
    } while (race_begin_next(r));
    return !r->live && r->begun == r->to->count;
}

/* Those that are still under way are given up. */
static void race_end(race *r)
{
    for (size_t i = 0; i < r->begun; i++) attempt_end(&r->attempts[i]);
    if (!caw__timer_runs(&r->timer)) return;
    caw__timer_stop(caw__running, &r->timer);
    r->timed = false;
    caw_unref(r);
}

/* "Multiple exceptions: ", and all of their texts. */
static caw_error *several(caw_error *const *errors, size_t count)
{
    size_t size = 1;
    for (size_t i = 0; i < count; i++) size += caw__length(caw_error_message(errors[i])) + 2;
    char *text = caw__alloc(size);
    if (!text) return caw__error_no_memory();
    caw__text out = {text, size, 0};
    for (size_t i = 0; i < count; i++) caw__say(&out, i ? ", %s" : "%s", caw_error_message(errors[i]));
    caw_error *error = caw_error_new(CAW_OS_ERROR, "Multiple exceptions: %s", text);
    caw__free(text, size);
    return error;
}

/* Why none of them got there. */
static caw_error *race_error(race *r)
{
    size_t each = errors_each(r), count = 0;
    if (r->fatal) return caw_ref(r->fatal);
    for (size_t i = 0; i < r->begun * each; i++) {
        caw_error *error = r->errors[i];
        r->errors[i] = NULL;
        if (error) r->errors[count++] = error;
    }
    if (r->all_errors) {
        caw_error *group = caw_error_group("create_connection failed", r->errors, count);
        memset((void *)r->errors, 0, count * sizeof *r->errors);
        return group;
    }
    const char *model = caw_error_message(r->errors[0]);
    for (size_t i = 1; i < count; i++)
        if (strcmp(caw_error_message(r->errors[i]), model) != 0) return several(r->errors, count);
    return caw_ref(r->errors[0]);
}

caw_of(intptr_t) caw__race_run(race *r);

static CAW_ASYNC(intptr_t, race_run, race *r)
{
    CAW_BEGIN_OWNING(intptr_t, caw_unref(r)) {
        caw_error *error = NULL;
        while (!error && !race_go_on(r)) {
            waiter w;
            error = WAITERS_WAIT(&r->line, &w, (race_end(r), caw_unref(r)));
        }
        race_end(r);
        caw__socket won = r->won;
        if (error && won >= 0) caw__host_socket_close(won, false);
        if (!error && won < 0) error = race_error(r);
        caw_unref(r);
        if (error) CAW_RAISE_ERROR(error);
        CAW_RETURN(won);
    } CAW_END;
}

caw_of(intptr_t) caw__race_run(race *r) { return race_run(r); }

CAW__COLD_END
