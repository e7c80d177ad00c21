/*
 * What is done where the library calls the program (destructors of values, exception handlers, done callbacks, factories, managers,
 * predicates): a place finds all as it should be after each of these deeds, and believes nothing that it read before.
 */
#ifndef CAW_TEST_REENTER_H
#define CAW_TEST_REENTER_H

#include "tasks.h"

/* ---- What is done ------------------------------------------------------------------------------------------------------------ */

enum { NOTHING, SCHEDULE, SPAWN_EAGERLY, CANCEL_ALL, DROP, STOP, CLOSE, SET_CONTEXT, RUN, LOOK, DEEDS };

static int       deed, done; /* how often it was done */
static caw_loop *loop;
static caw_any  *body_task;
static caw_any  *held;  /* what the place is about; a reference that DROP gives back */
static caw_any  *other; /* the same, again */

static const caw_context_var scratch = {.name = "scratch"};

static inline void nothing(void *unused) { (void)unused; }

static inline void drop(caw_any **place)
{
    caw_any *any = *place;
    *place = NULL;
    caw_unref(any);
}

static inline void act(void)
{
    static bool acting;
    done++;
    if (acting) return; /* a deed brings the place about again */
    acting = true;
    if (loop) switch (deed) {
        case SCHEDULE:
            if (!caw_running_loop()) break;
            caw_unref(caw_call_soon(NULL, nothing, NULL));
            caw_unref(caw_call_later(NULL, 1, nothing, NULL));
            caw_unref(caw_spawn(yields(2)));
            break;
        case SPAWN_EAGERLY:
            if (caw_running_loop()) caw_unref(caw_spawn(yields(2), .eager = true));
            break;
        case CANCEL_ALL: {
            caw_any *tasks[32];
            size_t   count = caw_all_tasks(loop, tasks, 32);
            for (size_t i = 0; i < count; i++) caw_ref(tasks[i]);
            for (size_t i = 0; i < count; i++) {
                if (tasks[i] != body_task) caw_cancel((caw_of(void))tasks[i], "by the deed");
            }
            for (size_t i = 0; i < count; i++) caw_unref(tasks[i]);
            break;
        }
        case DROP:
            drop(&held);
            drop(&other);
            break;
        case STOP: caw_stop(loop); break;
        case CLOSE:
            if (!caw_loop_close(loop)) loop = NULL;
            break;
        case SET_CONTEXT:
            if (!caw_current_task()) break; /* outside, it would be the thread's own */
            CHECK_INT(caw_context_set(&scratch, caw_int(done)), 0);
            caw_value_drop(caw_context_get(&scratch));
            break;
        case RUN:
            caw_unref(caw_run(yields(2), NULL));
            if (strstr(test.log, "was never awaited")) test.log[0] = 0; /* what the factory has in its hands */
            break;
        case LOOK: caw_unref(caw_capture_tasks(loop)); break;
        default: break;
        }
    acting = false;
}

static inline void destroy(void *p)
{
    free(p);
    act();
}
static inline caw_value owned(void) { return caw_pointer(malloc(1), destroy); }

static inline void handler(void *data, caw_loop *of, const caw_report *report)
{
    (void)data, (void)of;
    if (strstr(report->message, "shutdown")) return;
    caw_any *kept = caw_ref(report->task);
    act();
    caw_unref(kept);
}

static inline void acts_when_done(void *argument, caw_any *future)
{
    (void)argument, (void)future;
    act();
}

static inline void acts(void *unused)
{
    (void)unused;
    act();
}

static CAW_ASYNC(caw_value, owned_after, int passes)
{
    CAW_BEGIN(caw_value) {
        while (passes-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(owned());
    } CAW_END;
}

/* ---- A place with each deed: its body runs in a task, and what is left is let go of outside of any --------------------------------- */

typedef caw_of(void) place(void);

static CAW_ASYNC(void, in_its_task, place *body)
{
    CAW_BEGIN(void) {
        body_task = caw_current_task();
        CAW_AWAIT(body());
        body_task = NULL;
    } CAW_END;
}

static inline void each_deed(place *body)
{
    for (deed = NOTHING; deed < DEEDS; deed++) {
        done = 0;
        held = other = body_task = NULL;
        loop = caw_loop_new();
        caw_set_exception_handler(loop, handler, NULL);
        for (int i = 0; loop && i < 4; i++) { /* a deed may stop it, or close it */
            caw_error *error = caw_run_until_complete(loop, i ? yields(4) : in_its_task(body), NULL);
            if (error && deed != STOP && deed != CLOSE && !(deed == CANCEL_ALL && caw_error_is(error, CAW_CANCELLED_ERROR)))
                test_complain("  deed %d: %s\n", deed, caw_error_message(error));
            caw_unref(error);
        }
        drop(&held);
        drop(&other);
        if (loop) caw_loop_close(loop);
        CHECK(done > 0);
    }
}

#endif
