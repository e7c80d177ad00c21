// accepted
// flags: -Wpedantic -Wno-gnu-auto-type -Wno-c2y-extensions
#include <cawait.h>
#include <stdio.h>

static CAW_ASYNC(int, later, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(n));
        CAW_RETURN(n);
    } CAW_END;
}

static CAW_ASYNC(double, half, const double *d)
{
    CAW_BEGIN(double) {
        CAW_RETURN(*d / 2);
    } CAW_END;
}

static CAW_ASYNC(int, all, caw_of(int) a, caw_of(int) b)
{
    CAW_BEGIN(int) {
        caw_waited *w = CAW_AWAIT(caw_wait_until(CAW_FIRST_EXCEPTION, 5, caw_ref(a), caw_ref(b)));
        CAW_DEFER(caw_unref, w);
        caw_unref(CAW_AWAIT(caw_wait(caw_future(double), caw_ref(a))));
        caw_completions *it = caw_as_completed_within(5, caw_ref(a), caw_ref(b), caw_sleep(1));
        CAW_DEFER(caw_unref, it);
        caw_any *first = CAW_AWAIT(caw_next_completed(it));
        if (first == caw_base(a)) puts("a");
        caw_unref(first);
        int sum = CAW_AWAIT(caw_next_result(it, int));
        CAW_AWAIT(caw_next_result(it, void));
        sum += CAW_AWAIT(caw_race(caw_ref(a), later(1), later(sum))) + CAW_AWAIT(caw_any_of(later(2)));
        CAW_AWAIT(caw_race(caw_sleep(1), caw_sleep(2)));
        static const double numbers[] = {1, 2, 3};
        caw_results        *halves = CAW_AWAIT(caw_map(half, numbers, 3, 2));
        CAW_DEFER(caw_unref, halves);
        CAW_MOVE_ON_AFTER(outer, 5) {
            CAW_MOVE_ON_AFTER(inner, 1) {
                CAW_WITH_TIMEOUT_AT(limit, caw_timeout_when(inner)) {
                    CAW_AWAIT(caw_sleep(2));
                }
                CAW_END_TIMEOUT;
                if (sum > 9) CAW_RETURN(9);
            }
            CAW_END_MOVE_ON;
            if (caw_timeout_expired(inner)) sum++;
        }
        CAW_END_MOVE_ON;
        if (!caw_timeout_expired(outer)) sum++;
        CAW_AWAIT(caw_cancel_and_wait(a));
        CAW_AWAIT(caw_cancel_and_wait(b));
        CAW_RETURN(sum + (int)caw_result_at(halves, 0, double));
    } CAW_END;
}

int main(void) { return caw_run(all(later(1), later(2)), NULL) ? 1 : 0; }
