/* Prints, and calls nothing of JavaScript's: by stdout or stderr, at once, in a child, after a wait. */
#include <cawait.h>
#include <cawait/export.h>
#include <stdio.h>

static CAW_ASYNC(void, child, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0.001));
        puts("child after a timer");
    } CAW_END;
}

CAW_ASYNC(void, prints, void)
{
    CAW_BEGIN(void) {
        puts("body");
        CAW_AWAIT(caw_sleep(0));
        puts("after a wait");
        CAW_AWAIT(caw_spawn(child()));
        fputs("to stderr\n", stderr);
    } CAW_END;
}
CAW_EXPORT(void, prints);

/* That the files of the C library still seek. */
static int third_byte(void)
{
    FILE *file = fopen("/data", "r");
    int   byte = file && !fseek(file, 2, SEEK_SET) ? fgetc(file) : -1;
    if (file) fclose(file);
    return byte;
}
CAW_EXPORT_SYNC(int, third_byte);
