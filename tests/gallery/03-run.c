/* Lesson: a run makes a loop, runs a coroutine in it, gives its result, closes the loop; in a running loop it is refused. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(int, work, void)
{
    CAW_BEGIN(int) {
        printf("%.1f  working, in a loop\n", elapsed());
        CAW_AWAIT(caw_sleep(1));
        CAW_RETURN(42);
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_error *refused = caw_run(work(), NULL);
        printf("%.1f  refused: %s\n", elapsed(), caw_error_name((int)caw_error_type_of(refused)));
        caw_unref(refused);

        int value = CAW_AWAIT(work()); /* what was meant */
        printf("%.1f  %d\n", elapsed(), value);
        CAW_RETURN(0);
    } CAW_END;
}

/* JavaScript's loop always runs and cannot be waited for: there CAW_MAIN begins a program, and nobody calls main(). */
CAW_MAIN(lesson)

int main(void)
{
    int        value = 0, status = 1;
    caw_error *error = caw_run(work(), &value);
    if (!error) {
        printf("the result is %d\n", value);
        error = caw_run(lesson(), &status); /* in another loop */
    }
    caw_unref(error);
    return status;
}
