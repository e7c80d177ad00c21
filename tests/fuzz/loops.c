/*
 * Owns: deeds with loops; and what makes loops run from outside: turns, runs, runners, closing at any moment.
 */
#include "world.h"

static void reported(void *data, caw_loop *loop, const caw_report *report)
{
    (void)data, (void)loop;
    REQUIRE(report->message);
    SAY("report: %s", report->message);
    if (report->error) caw_unref(caw_ref(report->error));
    if (report->task && byte() & 1) handle_keep((handle){(caw_any *)(uintptr_t)caw__ref(report->task), NOTHING, true});
    deeds(2);
}

/* A factory that sometimes gives another future, or none. */
static caw_any *factory(void *data, caw_any *coroutine, const caw_spawn_options *options)
{
    (void)data;
    unsigned how = byte();
    if (how % 8 == 1) deed();
    if (how % 8 == 2) {
        caw__drop(coroutine);
        return NULL;
    }
    return caw_task_new(coroutine, options);
}

void loop_give_up(unsigned index)
{
    caw_loop *loop = w.loops[index];
    if (!loop || w.closing[index]) return;
    w.closing[index] = true;
    if (caw_loop_close(loop) == 0) w.loops[index] = NULL;
    w.closing[index] = false;
}

static caw_loop *some(unsigned index)
{
    if (!w.loops[index]) w.loops[index] = caw_loop_new();
    return w.loops[index];
}

static void keep(unsigned slot, caw_handle *handle)
{
    caw_handle *old = w.handles[slot % HANDLES];
    w.handles[slot % HANDLES] = handle;
    caw_unref(old);
}

void loop_deed(unsigned which)
{
    unsigned    index = which >> 7;
    caw_loop   *loop = which & 64 ? NULL : w.loops[index];
    caw_handle *handle = w.handles[(which >> 4) % HANDLES];
    caw_any    *tasks[4];
    SAY("loop deed %u on %u", which % 16, index);
    switch (which % 16) {
    case 0:
    case 1: keep(which >> 4, caw_call_soon(loop, deed_called, NULL)); return;
    case 2:
        if (loop || caw_running_loop()) keep(which >> 4, caw_call_later(loop, byte() & 3, deed_called, NULL));
        return;
    case 3:
        if (!handle) return;
        caw_handle_cancel(handle);
        (void)caw_handle_when(handle);
        REQUIRE(caw_handle_cancelled(handle) || caw_handle_cancelled(handle) == false);
        return;
    case 4:
        if (loop) caw_stop(loop);
        return;
    case 5: (void)!caw_interrupt(loop); return;
    case 6: (void)!caw_all_tasks(loop ? loop : w.loops[index], tasks, 4); return;
    case 7: look(); return;
    case 8: loop_give_up(index); return;
    case 9: (void)some(index); return;
    case 10:
        if (loop) caw_set_exception_handler(loop, byte() & 1 ? reported : NULL, NULL);
        return;
    case 11:
        if (loop) caw_loop_set_eager(loop, byte() & 1);
        return;
    case 12:
        if (loop) caw_loop_set_task_factory(loop, byte() & 1 ? factory : NULL, NULL);
        return;
    case 13:
        if (w.timeout) (void)!caw_timeout_reschedule(w.timeout, byte() & 1 ? caw_sim_time() + (byte() & 3) : CAW_NEVER);
        return;
    case 14:
        if (w.group && byte() & 1) {
            caw_task_group *group = caw_ref(w.group);
            caw_group_cancel(group);
            caw_unref(group);
        }
        memory_fail(byte() & 31, byte() & 1);
        return;
    default: drive(); return;
    }
}

/* ---- Driving -------------------------------------------------------------------------------------------------------------------- */

static void take(caw_error *error, caw_value value)
{
    if (!error) value_take(value);
    caw_unref(error);
}

static void turns(caw_loop *loop)
{
    do {
        caw_turn turn = caw_loop_turn(loop, &(caw_budget){.jobs = 1 + below(5)});
        if (turn.status < 0) return;
        if (!turn.ready && turn.deadline < 1e9) caw_sim_set_time(turn.deadline);
        else if (!turn.ready && !more()) return;
    } while (byte() & 7);
}

static void runner(void)
{
    caw_runner runner = {.debug = byte() & 1};
    for (unsigned runs = 1 + below(3); runs; runs--) {
        caw_value  value = caw_none();
        caw_error *error = caw_runner_run(&runner, body(), &value);
        take(error, value);
        deed();
    }
    (void)!caw_runner_close(&runner);
}

void drive(void)
{
    unsigned   which = byte(), index = which >> 7;
    caw_value  value = caw_none();
    caw_error *error;
    if (w.waiting || w.closing[index]) return;
    caw_loop *loop = some(index);
    if (!loop) return;
    SAY("drive %u on loop %u", which % 8, index);
    switch (which % 8) {
    case 0:
    case 1: turns(loop); return;
    case 2:
        error = caw_run(body(), &value);
        take(error, value);
        return;
    case 3: runner(); return;
    case 4:
    case 5:
        error = caw_run_until_complete(loop, body(), &value);
        take(error, value);
        return;
    case 6:
        caw_unref(caw_call_soon(loop, deed_called, NULL));
        caw_stop(loop);
        (void)!caw_run_forever(loop);
        return;
    default:
        caw_unref(caw_call_later(loop, 1, deed_called, NULL));
        (void)!caw_run_forever(loop);
        return;
    }
}
