// accepted
/* Gotos and cases that stay in their block, in every kind of block, and loops around them. */
#include <cawait.h>

CAW_ASYNC(int, gotos, int n)
{
    CAW_BEGIN(int) {
        if (n > 4) goto end;
        for (int i = 0; i < n; i++) {
            char around[100] = {(char)n};
            CAW_TRY {
                char inside[100] = {(char)i};
                if (n > 7) goto here;
                CAW_TRY {
                again:
                    CAW_AWAIT(caw_sleep(around[i] + inside[i]));
                    if (n++ < 9) goto again;
                    switch (n) {
                    case 3: CAW_AWAIT(caw_sleep(2)); break;
                    case 5: CAW_RETURN(3);
                    default: break;
                    }
                } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
                    if (n > 3) break; /* a RuntimeError, at run time */
                    CAW_RETURN(n);
                } CAW_FINALLY {
                    if (n == 3) CAW_RETURN(3);
                    CAW_AWAIT(caw_sleep(n));
                }
                CAW_END_TRY;
            here:
                CAW_AWAIT(caw_sleep(n));
            } CAW_FINALLY {
                CAW_AWAIT(caw_sleep(n));
                n++;
            }
            CAW_END_TRY;
            if (i == 1) continue;
            if (i == 2) break;
            if (i > 3) goto end;
            CAW_WITH_TIMEOUT(limit, 5) {
                CAW_AWAIT(caw_sleep(n));
            }
            CAW_END_TIMEOUT;
        }
    end:
        CAW_RETURN(n);
    } CAW_END;
}

CAW_ASYNC(int, loops, caw_gen(int) numbers)
{
    CAW_BEGIN(int) {
        int sum = 0;
        CAW_FOR_AWAIT(int i, numbers) {
            if (i == 1) continue;
            if (i == 2) goto next;
            CAW_AWAIT(gotos(i));
        next:
            sum += i;
            if (sum > 10) break;
        }
        CAW_END_FOR;
        CAW_RETURN(sum);
    } CAW_END;
}
