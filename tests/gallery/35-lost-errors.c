/* Lesson: what goes wrong where nobody looks is reported once, with the name of the task. A handler may take the report. */
#include <cawait.h>
#include <stdio.h>

static void report(void *data, caw_loop *loop, const caw_report *r)
{
    (void)data, (void)loop;
    printf("%s: %s", r->name, r->message);
    if (r->error) printf(" (%s: %s)", caw_error_name((int)caw_error_type_of(r->error)), caw_error_message(r->error));
    printf("\n");
}

static CAW_ASYNC(void, fail, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1));
        CAW_RAISE(CAW_VALUE_ERROR, "nobody looks");
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_set_exception_handler(caw_running_loop(), report, NULL);
        caw_unref(caw_spawn(fail(), .name = "forgotten"));
        caw_auto looked_at = caw_spawn(fail(), .name = "looked at");
        caw_unref(CAW_AWAIT(caw_wait(caw_ref(looked_at))));
        caw_error *error = caw_exception(looked_at);
        caw_unref(looked_at);
        printf("asked for: %s\n", caw_error_message(error));
        caw_unref(error);

        caw_loop *other = caw_loop_new();
        if (!other) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        caw_set_exception_handler(other, report, NULL);
        caw_unref(caw_spawn(fail(), .name = "abandoned", .loop = other));
        caw_loop_close(other); /* it was never run */
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
