/* Lesson: a future is set once, by whoever has it, and read as often as one likes. */
#include <cawait.h>
#include <stdio.h>

static const char *state(caw_of(int) future)
{
    return !caw_done(future)              ? "pending"
           : caw_cancelled(future)        ? "cancelled"
           : caw_result(future, NULL) < 0 ? "failed"
                                          : "done";
}

static const char *outcome(int status) { return status < 0 ? caw_error_name(status) : "ok"; }

static CAW_ASYNC(void, value, void)
{
    CAW_BEGIN(void) {
        caw_auto future = caw_future(int);
        int      read = 0;
        printf("%s; result: %s\n", state(future), outcome(caw_result(future, &read)));
        printf("set: %s\n", outcome(caw_set_result(future, 1)));
        printf("%s; set again: %s\n", state(future), outcome(caw_set_result(future, 2)));
        for (int i = 0; i < 2; i++) printf("result: %s %d\n", outcome(caw_result(future, &read)), read);
        printf("awaited: %d, and once more: %d\n", CAW_AWAIT(caw_ref(future)), CAW_AWAIT(future));
    } CAW_END;
}

static CAW_ASYNC(void, error, void)
{
    CAW_BEGIN(void) {
        caw_auto future = caw_future(int);
        caw_set_error(future, caw_error_new(CAW_VALUE_ERROR, "no number"));
        printf("%s; result: %s\n", state(future), outcome(caw_result(future, NULL)));
        caw_error *why = caw_exception(future);
        printf("exception: %s: %s\n", caw_error_name((int)caw_error_type_of(why)), caw_error_message(why));
        caw_unref(why);
        CAW_TRY {
            CAW_AWAIT(future);
        } CAW_EXCEPT(CAW_VALUE_ERROR, raised) {
            printf("awaited: raises %s\n", caw_error_message(raised));
        } CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, cancelled, void)
{
    CAW_BEGIN(void) {
        caw_auto future = caw_future(int);
        printf("cancel: %s\n", caw_cancel(future, "not needed") ? "done" : "too late");
        printf("cancel again: %s\n", caw_cancel(future, NULL) ? "done" : "too late");
        printf("%s; set: %s\n", state(future), outcome(caw_set_result(future, 3)));
        CAW_TRY {
            CAW_AWAIT(future);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, raised) {
            printf("awaited: CancelledError, %s\n", caw_error_message(raised));
        } CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        puts("- value");
        CAW_AWAIT(value());
        puts("- error");
        CAW_AWAIT(error());
        puts("- cancelled");
        CAW_AWAIT(cancelled());
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
