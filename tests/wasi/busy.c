/*
 * A line arrives at a loop that is never idle. Its input: a line once it spins, and no end before this program's.
 */
#include <cawait.h>
#include <cawait/stdin.h>
#include <stdio.h>

static bool done;

static CAW_ASYNC(void, spin, void)
{
    CAW_BEGIN(void) {
        for (int i = 0; !done; i++) {
            if (i == 5000) puts("now");
            fflush(stdout);
            CAW_AWAIT(caw_sleep(0));
        }
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        caw_auto    spinner = caw_spawn(spin());
        caw_string *line = CAW_AWAIT(caw_stdin_line());
        done = true;
        CAW_AWAIT(spinner);
        printf("ok a busy loop hears of '%s'\n", caw_string_data(line));
        caw_unref(line);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)
