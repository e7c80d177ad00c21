/* Lesson: whatever says what to wait for can be awaited. What cannot is refused: by the compiler, or else with a TypeError. */
#include "elapsed.h"
#include <stdio.h>

typedef struct ticket {
    caw_awaitable awaitable; /* first: a ticket is awaited as a whole */
    int           number;
    double        seconds;
} ticket;

static CAW_ASYNC(int, be_called, const ticket *t)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(t->seconds));
        CAW_RETURN(t->number);
    } CAW_END;
}

static caw_any *await_ticket(caw_awaitable *self) { return caw_base(be_called((ticket *)self)); }

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        ticket t = {.awaitable = CAW_AWAITABLE(await_ticket), .number = 17, .seconds = 0.4};
        printf("%.1f  a ticket\n", elapsed());
        int number = CAW_AWAIT(caw_awaitable_of(int, &t.awaitable));
        printf("%.1f  number %d\n", elapsed(), number);

        caw_event *event = caw_event_new();
        if (!event) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(caw_unref, event);
        CAW_TRY {
            CAW_AWAIT((caw_of(void))event); /* without the cast it does not compile */
        } CAW_EXCEPT(CAW_TYPE_ERROR, error) {
            printf("%.1f  an event itself: TypeError\n", elapsed());
        } CAW_END_TRY;
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
