/*
 * Owns: main() of a CAW_MAIN program on hosts that block; linked from the host's library unless the program has its own main.
 */
#include <cawait/run.h>
#include <stdio.h>

/*
 * Weak, both of them: a program has either CAW_MAIN or its own main. With arguments, though it has no use for them: WASI has
 * another symbol for main(void), which would win over a program's own main(argc, argv).
 */
caw_of(int) caw__main(void) __attribute__((weak));
int main(int argc, char **argv) __attribute__((weak));

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    int        code = 0;
    caw_error *error = caw_run(caw__main(), &code);
    if (error) {
        caw_report report = {.message = "CAW_MAIN failed", .error = error};
        caw_call_exception_handler(NULL, &report);
        code = caw_error_is(error, CAW_KEYBOARD_INTERRUPT) ? 130 : 1;
        caw_unref(error);
    }
    fflush(stdout);
    return code;
}

void caw__main_link(void) {}
