/* A pipeline of jobs: in threads, where there are any; else tasks of the one loop, in turn. */
#include <cawait.h>
#include <stdio.h>

static CAW_ASYNC(void, counts, int count, caw_sender *numbers)
{
    CAW_BEGIN(void) {
        for (int i = 1; i <= count; i++) CAW_AWAIT(caw_channel_put(numbers, caw_int(i)));
    } CAW_END;
}
CAW_JOB(void, counts, int, count, caw_sender *, numbers);

static CAW_ASYNC(int, squares, caw_receiver *numbers, caw_sender *results)
{
    CAW_BEGIN(int) {
        int count = 0;
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(numbers)) {
            CAW_AWAIT(caw_channel_put(results, caw_int(n.as_int32 * n.as_int32)));
            count++;
        }
        CAW_END_FOR;
        CAW_RETURN(count);
    } CAW_END;
}
CAW_JOB(int, squares, caw_receiver *, numbers, caw_sender *, results);

static CAW_ASYNC(int, pipeline, void)
{
    CAW_BEGIN(int) {
        caw_executor *two = caw_executor_new(.workers = 2);
        caw_channel  *numbers = caw_channel_new(2), *results = caw_channel_new(2);
        CAW_DEFER(caw_unref, two);
        CAW_DEFER(caw_unref, numbers);
        CAW_DEFER(caw_unref, results);
        caw_of(void) counting = caw_run_in_executor(two, counts, 10, numbers);
        caw_of(int) squaring = caw_run_in_executor(two, squares, numbers, results);
        int sum = 0;
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(results)) {
            sum += n.as_int32;
        }
        CAW_END_FOR;
        CAW_AWAIT(counting);
        int count = CAW_AWAIT(squaring);
        printf("%s a pipeline\n", sum == 385 && count == 10 ? "ok" : "not ok");
        CAW_RETURN(0);
    } CAW_END;
}

CAW_MAIN(pipeline)
