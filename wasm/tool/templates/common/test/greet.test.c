/* npm test runs it in virtual time: the half second takes none. Each line "ok ..." is a case. */
#include "../src/greet.h"
#include <stdio.h>
#include <string.h>

CAW_ASYNC(int, tests)
{
    CAW_BEGIN(int) {
        double begun = caw_time(caw_running_loop());

        caw_string *text = CAW_AWAIT(greet("you"));
        CAW_DEFER(caw_unref, text);
        double took = caw_time(caw_running_loop()) - begun;
        bool right = strcmp(caw_string_data(text), "Hello, you, from C") == 0;
        printf("%s - greets by name\n", right ? "ok" : "not ok");
        printf("%s - thinks for a moment\n", took >= 0.5 && took < 0.6 ? "ok" : "not ok");
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(tests);
