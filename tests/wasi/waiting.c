/*
 * Waits for lines that are given up, refused and taken again. Its input: "he" while it waits, and when it prints "now" the rest,
 * "llo\nworld\nlast\n".
 */
#include <cawait.h>
#include <cawait/stdin.h>
#include <stdio.h>
#include <string.h>

static void check(const char *name, bool good) { printf("%s %s\n", good ? "ok" : "not ok", name); }

/* Consumes the line. */
static void check_line(const char *name, caw_string *line, const char *text)
{
    check(name, line && !strcmp(caw_string_data(line), text));
    caw_unref(line);
}

static CAW_ASYNC(void, given_up, void)
{
    CAW_BEGIN(void) {
        int timeouts = 0;
        for (int i = 0; i < 3; i++) {
            CAW_TRY {
                caw_unref(CAW_AWAIT(caw_wait_for(caw_stdin_line(), 0.05)));
            } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
                timeouts++;
            }
            CAW_END_TRY;
        }
        check("a wait for a line can time out, again and again", timeouts == 3);
        caw_unref(caw_stdin_line());
        caw_auto dropped = caw_stdin_line();
        caw_unref(dropped);
    } CAW_END;
}

static CAW_ASYNC(void, refused, void)
{
    CAW_BEGIN(void) {
        caw_auto first = caw_stdin_line();
        puts("now");
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_stdin_line()));
            check("a second waiter is refused", false);
        } CAW_EXCEPT(CAW_RUNTIME_ERROR, error) {
            check("a second waiter is refused", true);
        }
        CAW_END_TRY;
        check_line("the first waiter gets the line, of which nothing was lost", CAW_AWAIT(first), "hello");
    } CAW_END;
}

static CAW_ASYNC(int, waiter, void)
{
    CAW_BEGIN(int) {
        caw_unref(CAW_AWAIT(caw_stdin_line()));
        CAW_RETURN(1);
    } CAW_END;
}

static CAW_ASYNC(void, cancelled, void)
{
    CAW_BEGIN(void) {
        caw_auto task = caw_spawn(waiter(), .eager = true); /* the next line is there: it does not wait at all */
        check("a line that has arrived is given at once", caw_done(task));
        caw_unref(task);
        check_line("the line after it", CAW_AWAIT(caw_stdin_line()), "last");

        task = caw_spawn(waiter(), .eager = true);
        caw_cancel(task, NULL);
        CAW_TRY {
            CAW_AWAIT(caw_ref(task));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
        check("a task that waits for a line can be cancelled", caw_cancelled(task));
        caw_unref(task);
        check("the end of the input is NULL", !CAW_AWAIT(caw_stdin_line()));
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(given_up());
        CAW_AWAIT(refused());
        CAW_AWAIT(cancelled());
        CAW_RETURN(0);
    } CAW_END;
}

int main(void)
{
    caw_auto outside = caw_stdin_line();
    check("without a loop it fails", caw_done(outside) && caw_result(outside, NULL) == -CAW_RUNTIME_ERROR);
    caw_unref(outside);
    for (int round = 0; round < 2; round++) { /* a line that was awaited when its loop closed stays for the next loop */
        int        code = 1;
        caw_error *error = round ? caw_run(main_(), &code) : caw_run(caw_wait_for(waiter(), 0.02), NULL);
        if (!round) check("a loop closes while a line is awaited", caw_error_is(error, CAW_TIMEOUT_ERROR));
        else check("the program ends well", !error && code == 0);
        caw_unref(error);
    }
    caw_stats stats = caw_get_stats();
    check("nothing is left", stats.frames == 0 && stats.blocks == 0 && stats.loops == 0);
    return 0;
}
