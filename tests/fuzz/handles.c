/*
 * Owns: handles: making one of the next bytes (combinators of combinators), awaiting, spawning, keeping, dropping it.
 * Must not know: what bodies do.
 */
#include "world.h"

#define AS(T, h) ((caw_of(T))(h).any)

/* f(h) for a handle by what it gives. */
#define BY_KIND(h, f)                                                                                                          \
    ((h).kind == NOTHING  ? caw_base(f(AS(void, h)))                                                                           \
     : (h).kind == VALUE  ? caw_base(f(AS(caw_value, h)))                                                                      \
     : (h).kind == WAITED ? caw_base(f(AS(caw_waited *, h)))                                                                   \
     : (h).kind == ANY    ? caw_base(f(AS(caw_any *, h)))                                                                      \
                          : caw_base(f(AS(caw_results *, h))))

handle handle_of_slot(unsigned index)
{
    handle h = w.slots[index % SLOTS];
    if (h.any && h.counted && byte() & 1) caw__ref(h.any);
    else w.slots[index % SLOTS] = (handle){0};
    return h;
}

void handle_keep(handle h)
{
    unsigned index = below(SLOTS);
    handle   old = w.slots[index];
    w.slots[index] = h;
    handle_drop(old);
}

void handle_drop(handle h)
{
    if (h.any) caw__drop(h.any);
}

/* ---- Spawning ---------------------------------------------------------------------------------------------------------------- */

handle handle_spawn(handle h)
{
    unsigned          how = byte();
    caw_spawn_options o = {0};
    if (how & 1) o.eager = true;
    if (how & 2) o.lazy = true;
    if (how & 4) o.name = "given";
    if (how & 8) o.context = w.contexts[how >> 7];
    if (how & 16 && !h.counted) o.loop = w.loops[how >> 6 & 1];
    if (how & 32 && w.group) {
#define SPAWN(h) caw_group_spawn(group, h, .eager = o.eager, .lazy = o.lazy, .name = o.name, .context = context)
        caw_task_group *group = caw_ref(w.group);
        caw_context    *context = o.context ? caw_ref(o.context) : NULL;
        handle          task = {BY_KIND(h, SPAWN), h.kind, true};
        caw_unref(context);
        caw_unref(group);
        return task;
#undef SPAWN
    }
    caw_context *context = o.context ? caw_ref(o.context) : NULL;
#define SPAWN(h) caw_spawn(h, .eager = o.eager, .lazy = o.lazy, .name = o.name, .context = context, .loop = o.loop)
    handle task = {BY_KIND(h, SPAWN), h.kind, true};
#undef SPAWN
    caw_unref(context);
    return task;
}

/* ---- Combinators -------------------------------------------------------------------------------------------------------------- */

static caw_of(caw_value) applied(int *input)
{
    (void)input;
    return body();
}

static int inputs[4];

/* Up to three others; whether all give values. */
static bool several(handle *others, caw_any **bases, size_t *count, unsigned depth)
{
    bool values = true;
    *count = 1 + below(3);
    for (size_t i = 0; i < *count; i++) {
        others[i] = handle_new(depth + 1);
        if (i && byte() & 64 && others[i - 1].counted) { /* given twice */
            handle_drop(others[i]);
            others[i] = others[i - 1];
            caw__ref(others[i].any);
        }
        bases[i] = others[i].any;
        values &= others[i].kind == VALUE;
    }
    return values;
}

static handle one_of(unsigned which, unsigned depth)
{
    handle   others[3];
    caw_any *bases[3];
    size_t   count;
    bool     values = several(others, bases, &count, depth);
    double   limit = which & 128 ? 1 : CAW_NEVER;
    switch (which >> 4 & 7) {
    case 0: return (handle){caw_base(caw_gather_array(bases, count)), values ? VALUES : RESULTS, true};
    case 1: return (handle){caw_base(caw_gather_settled_array(bases, count)), values ? VALUES : RESULTS, true};
    case 2:
        if (values) return (handle){caw_base(caw_race_array(caw_value, bases, count)), VALUE, true};
        return (handle){caw_base(caw_gather_array(bases, count)), RESULTS, true};
    case 3:
        if (values) return (handle){caw_base(caw_any_of_array(caw_value, bases, count)), VALUE, true};
        return (handle){caw_base(caw_gather_settled_array(bases, count)), RESULTS, true};
    case 4:
    case 5: return (handle){caw_base(caw_wait_array(bases, count, below(3), limit)), WAITED, false};
    default: {
        caw_completions *it = caw_as_completed_array(bases, count, limit), *old = w.iterators[which >> 7];
        handle           next = {caw_base(caw_next_completed(it)), ANY, false};
        w.iterators[which >> 7] = it;
        caw_unref(old);
        return next;
    }
    }
}

static handle bare(void) { return (handle){caw_base(body()), VALUE, false}; }

static caw_any *custom_await(caw_awaitable *self)
{
    (void)self;
    return caw_base(body());
}
static caw_awaitable custom = CAW_AWAITABLE(custom_await);

handle handle_new(unsigned depth)
{
    unsigned which = byte();
    handle   h;
    if (depth > 4) return (handle){caw_base(caw_future(caw_value)), VALUE, true};
    SAY("handle %u %u", which % 16, which >> 4);
    switch (which % 16) {
    case 0:
    case 1: return bare();
    case 2:
    case 3: h = handle_of_slot(which >> 4); return h.any ? h : bare();
    case 4: return (handle){caw_base(caw_sleep(which >> 4 & 7)), NOTHING, false};
    case 5: return handle_spawn(handle_new(depth + 1));
    case 6: h = handle_new(depth + 1);
#define SHIELD(h) caw_shield(h)
        return (handle){BY_KIND(h, SHIELD), h.kind, true};
    case 7: h = handle_new(depth + 1);
#define WAIT_FOR(h) caw_wait_for(h, (double)(which >> 5))
        return (handle){BY_KIND(h, WAIT_FOR), h.kind, false};
    case 8: h = handle_new(depth + 1); return (handle){caw_base(caw__cancel_and_wait(h.any)), NOTHING, false};
    case 9: return (handle){caw_base(caw_map(applied, inputs, which >> 4 & 3, 1 + (which >> 6))), VALUES, true};
    case 10: return generator_step();
    case 11:
        if (!w.iterators[which >> 7]) return bare();
        if (which & 16) return (handle){caw_base(caw_next_completed(w.iterators[which >> 7])), ANY, false};
        return (handle){caw_base(caw_next_result(w.iterators[which >> 7], caw_value)), VALUE, false};
    case 12:
        if (depth) return bare(); /* a combinator must not be given one */
        return (handle){caw_base(caw_awaitable_of(caw_value, &custom)), VALUE, false};
    default: return one_of(which, depth);
    }
}

/* ---- Awaiting ------------------------------------------------------------------------------------------------------------------ */

static void look_at_results(caw_results *results, bool values)
{
    for (size_t i = 0; i < caw_results_count(results); i++) {
        caw_error *error = caw_error_at(results, i);
        if (error) (void)caw_error_message(error);
        else if (values) value_take(caw_result_at(results, i, caw_value));
    }
}

static void look_at_waited(caw_waited *waited)
{
    size_t done = caw_waited_done_count(waited), pending = caw_waited_pending_count(waited);
    REQUIRE(done + pending > 0);
    for (size_t i = 0; i < done; i++) REQUIRE(caw__future_done(caw_waited_done(waited, i)));
    if (pending && byte() & 1) {
        caw_any *any = (caw_any *)(uintptr_t)caw__ref(caw_waited_pending(waited, 0));
        caw__cancel(any, NULL);
        caw_unref(any);
    }
}

CAW_ASYNC(void, handle_await, handle h)
{
    CAW_BEGIN_OWNING(void, handle_drop(h)) {
        switch (h.kind) {
        case NOTHING: CAW_AWAIT(AS(void, h)); break;
        case VALUE: value_take(CAW_AWAIT(AS(caw_value, h))); break;
        case WAITED: {
            caw_waited *waited = CAW_AWAIT(AS(caw_waited *, h));
            CAW_DEFER(caw_unref, waited);
            look_at_waited(waited);
            break;
        }
        case ANY: {
            caw_any *any = CAW_AWAIT(AS(caw_any *, h));
            REQUIRE(caw__future_done(any));
            caw_unref(any);
            break;
        }
        default: {
            caw_results *results = CAW_AWAIT(AS(caw_results *, h));
            CAW_DEFER(caw_unref, results);
            look_at_results(results, h.kind == VALUES);
            break;
        }
        }
    } CAW_END;
}
