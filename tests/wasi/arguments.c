/*
 * A program with a main of its own, which takes arguments and runs one loop for each.
 */
#include <cawait.h>
#include <stdio.h>
#include <stdlib.h>

static CAW_ASYNC(int, twice, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0.01));
        CAW_RETURN(2 * n);
    } CAW_END;
}

int main(int argc, char **argv)
{
    int sum = 0;
    for (int i = 1; i < argc; i++) {
        int        n = 0;
        caw_error *error = caw_run(twice(atoi(argv[i])), &n);
        if (error) return 1;
        printf("%s -> %d\n", argv[i], n);
        sum += n;
    }
    return sum;
}
