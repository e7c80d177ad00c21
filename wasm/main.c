/*
 * Owns: main() of a CAW_MAIN program on hosts that block; linked from the host's library unless the program has its own main.
 */
#include <cawait/run.h>
#include <stdio.h>

int main(void);
int main(void)
{
    int        code = 0;
    caw_error *error = caw_run(caw__main(), &code);
    if (error) {
        caw_report report = {.message = "CAW_MAIN failed", .error = error};
        caw_call_exception_handler(NULL, &report);
        caw_unref(error);
        code = 1;
    }
    fflush(stdout);
    return code;
}
