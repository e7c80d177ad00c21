/* Lesson: a group ends when all its tasks have; one that fails cancels the others. A timeout cancels a block. Both nest. */
#include "elapsed.h"
#include <stdio.h>

static CAW_ASYNC(void, work, const char *name, double seconds, bool fails)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(seconds));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            printf("%.1f  %s is cancelled\n", elapsed(), name);
            CAW_RERAISE();
        } CAW_END_TRY;
        if (fails) CAW_RAISE(CAW_VALUE_ERROR, "%s has failed", name);
        printf("%.1f  %s is done\n", elapsed(), name);
    } CAW_END;
}

static CAW_ASYNC(void, grouped, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                CAW_GROUP_START(group, work("one", 1, false));
                CAW_GROUP_START(group, work("two", 2, true));
                CAW_GROUP_START(group, work("three", 3, false));
                printf("%.1f  three tasks\n", elapsed());
            } CAW_END_TASK_GROUP;
        } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, errors) {
            for (size_t i = 0; i < caw_error_child_count(errors); i++)
                printf("%.1f  ValueError: %s\n", elapsed(), caw_error_message(caw_error_child(errors, i)));
        } CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, limited, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TIMEOUT(outer, 2) {
                CAW_TRY {
                    CAW_WITH_TIMEOUT(inner, 1) {
                        CAW_AWAIT(work("in both", 5, false));
                    } CAW_END_TIMEOUT;
                } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
                    printf("%.1f  the inner limit\n", elapsed());
                } CAW_END_TRY;
                CAW_AWAIT(work("in the outer", 5, false));
            } CAW_END_TIMEOUT;
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            printf("%.1f  the outer limit\n", elapsed());
        } CAW_END_TRY;

        CAW_WITH_TIMEOUT(limit, 1) {
            double later = caw_timeout_when(limit) + 2;
            CAW_CHECK(caw_timeout_reschedule(limit, later));
            CAW_AWAIT(work("with more time", 2, false));
            printf("%.1f  expired: %s\n", elapsed(), caw_timeout_expired(limit) ? "yes" : "no");
        } CAW_END_TIMEOUT;
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(grouped());
        CAW_AWAIT(limited());
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
