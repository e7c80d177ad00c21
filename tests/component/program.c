/*
 * A program that uses the library: many calls at once, some given up. Those last for ever otherwise, so that no delay lets them end.
 */
#include "text.h"
#include <stdio.h>

#define MANY 50

CAW_FROM("demo:words/translator@1.0.0", "[async-lower]translate")
uint32_t translate(const char *data, size_t size, text *result);
CAW_FROM("demo:words/translator@1.0.0", "[async-lower]ended") uint32_t count_ended(uint32_t *result);
CAW_FROM("demo:words/translator@1.0.0", "[async-lower]cancelled") uint32_t count_cancelled(uint32_t *result);

static void check(const char *name, bool good) { printf("%s %s\n", good ? "ok" : "not ok", name); }

static CAW_ASYNC(bool, is_translated, const char *from, const char *to)
{
    CAW_BEGIN(bool) {
        text result;
        CAW_AWAIT(caw_component_call(translate(from, strlen(from), &result)));
        bool same = result.size == strlen(to) && !memcmp(result.data, to, result.size);
        caw_component_free(result.data, result.size);
        CAW_RETURN(same);
    } CAW_END;
}

static CAW_ASYNC(uint32_t, number, bool of_cancelled)
{
    CAW_BEGIN(uint32_t) {
        uint32_t count;
        CAW_AWAIT(caw_component_call(of_cancelled ? count_cancelled(&count) : count_ended(&count)));
        CAW_RETURN(count);
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        check("one call", CAW_AWAIT(is_translated("stressed desserts", "desserts stressed")));
        double start = caw_time(caw_running_loop());
        CAW_TRY {
            CAW_AWAIT(caw_wait_for(is_translated("a never", ""), 0.01));
            check("a call that takes too long is cancelled", false);
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            check("a call that takes too long is cancelled", caw_time(caw_running_loop()) - start >= 0.01);
        }
        CAW_END_TRY;
        caw_of(bool) calls[MANY];
        for (int i = 0; i < MANY; i++)
            calls[i] = caw_spawn(i % 5 < 2 ? is_translated("ab never", "") : is_translated("ab cde", "ba edc"));
        for (int i = 0; i < MANY; i += 5) caw_cancel(calls[i], NULL); /* before they have begun */
        CAW_AWAIT(caw_sleep(0));
        for (int i = 1; i < MANY; i += 5) caw_cancel(calls[i], NULL); /* and under way */
        int right = 0, given_up = 0;
        for (int i = 0; i < MANY; i++) {
            CAW_TRY {
                right += CAW_AWAIT(calls[i]);
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                given_up++;
            }
            CAW_END_TRY;
        }
        check("of many at once each gets its own", right == MANY - 2 * MANY / 5 && given_up == 2 * MANY / 5);
        caw_drop(caw_component_call(translate("never", 5, &(text){NULL, 0})));
        uint32_t told = CAW_AWAIT(number(true)), all = CAW_AWAIT(number(false));
        /* one that is cancelled before the host has begun it is never heard of */
        check("who was begun and cancelled has heard of it", told >= 1 && told <= 1 + MANY / 5 + 1);
        check("the others have ended", all - told == 1 + MANY - 2 * MANY / 5);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)
