/* Lesson: an event lets everybody pass who waits for it, and whoever comes later, until it is cleared. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(void, pass, const char *name, caw_event *gate)
{
    CAW_BEGIN(void) {
        printf("%.1f  %s waits\n", elapsed(), name);
        CAW_AWAIT(caw_event_wait(gate));
        printf("%.1f  %s passes\n", elapsed(), name);
    } CAW_END;
}

static void open_gate(void *gate)
{
    printf("%.1f  the gate opens\n", elapsed());
    caw_event_set(gate);
}

static const char *state(caw_event *gate) { return caw_event_is_set(gate) ? "open" : "closed"; }

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_event *gate = caw_event_new();
        if (!gate) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(caw_unref, gate);
        printf("%.1f  %s\n", elapsed(), state(gate));

        caw_unref(caw_call_later(NULL, 1, open_gate, gate));
        caw_unref(CAW_AWAIT(caw_gather(pass("Ada", gate), pass("Barbara", gate))));
        printf("%.1f  %s\n", elapsed(), state(gate));
        CAW_AWAIT(pass("Grace", gate));

        caw_event_clear(gate);
        printf("%.1f  %s\n", elapsed(), state(gate));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
