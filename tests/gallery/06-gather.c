/* Lesson: gather gives results in the order of its arguments; an error fails it at once, unless it is told to settle all. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(int, after, double seconds, int value)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(seconds));
        if (value < 0) CAW_RAISE(CAW_VALUE_ERROR, "%d is negative", value);
        printf("%.1f  %d is there\n", elapsed(), value);
        CAW_RETURN(value);
    } CAW_END;
}

static CAW_ASYNC(void, in_order, void)
{
    CAW_BEGIN(void) {
        caw_results *r = CAW_AWAIT(caw_gather(after(0.4, 10), after(0.2, 20)));
        CAW_DEFER(caw_unref, r);
        printf("%.1f  [%d, %d]\n", elapsed(), caw_result_at(r, 0, int), caw_result_at(r, 1, int));
    } CAW_END;
}

static CAW_ASYNC(void, settled, void)
{
    CAW_BEGIN(void) {
        caw_results *r = CAW_AWAIT(caw_gather_settled(after(0.4, 30), after(0.2, -1)));
        CAW_DEFER(caw_unref, r);
        printf("%.1f  [%d, %s]\n", elapsed(), caw_result_at(r, 0, int), caw_error_message(caw_error_at(r, 1)));
    } CAW_END;
}

static CAW_ASYNC(void, failing, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_gather(after(0.4, 40), after(0.2, -2))));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            printf("%.1f  raised: %s\n", elapsed(), caw_error_message(error));
        } CAW_END_TRY;
        CAW_AWAIT(caw_sleep(0.4)); /* the sibling went on */
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        printf("%.1f  in order\n", elapsed());
        CAW_AWAIT(in_order());
        puts("settled");
        CAW_AWAIT(settled());
        puts("failing");
        CAW_AWAIT(failing());
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
