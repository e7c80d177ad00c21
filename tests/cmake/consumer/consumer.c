/* The smallest program that uses a task, a timer and a result: the same text for every way to build it. */
#include <cawait.h>
#include <stdio.h>

CAW_ASYNC(int, twice, int x)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0.01));
        CAW_RETURN(2 * x);
    } CAW_END;
}

CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        caw_auto task = caw_spawn(twice(20));
        int      sum = CAW_AWAIT(twice(1));
        sum += CAW_AWAIT(task);
        printf("consumer: %d\n", sum);
        CAW_RETURN(0);
    } CAW_END;
}

CAW_MAIN(main_)
