/* Lesson: a coroutine becomes a task by caw_spawn; a future or a task given to it comes back as it is. */
#include <cawait.h>
#include <stdio.h>

static CAW_ASYNC(int, work, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(42);
    } CAW_END;
}

/* Consumes the awaitable. */
static CAW_ASYNC(void, show, const char *what, caw_of(int) given)
{
    CAW_BEGIN_OWNING(void, caw_drop(given)) {
        caw_any *before = caw_base(given);
        caw_auto future = caw_spawn(given);
        printf("%s: %s", what, caw_base(future) == before ? "the same object" : "a task around it");
        printf(", %d\n", CAW_AWAIT(future));
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        caw_auto future = caw_future(int);
        CAW_CHECK(caw_set_result(future, 42));
        CAW_AWAIT(show("a future", future));
        CAW_AWAIT(show("a task", caw_spawn(work())));
        CAW_AWAIT(show("a coroutine", work()));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
