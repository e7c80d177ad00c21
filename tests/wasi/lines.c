/*
 * Reads every line of stdin beside a task that ticks: prints the length and a checksum (FNV-1a) of each. The ticks are told on stderr.
 */
#include <cawait.h>
#include <cawait/stdin.h>
#include <stdio.h>

static CAW_ASYNC(void, tick, int *ticks)
{
    CAW_BEGIN(void) {
        for (;;) {
            CAW_AWAIT(caw_sleep(0.02));
            fprintf(stderr, "tick %d\n", ++*ticks);
        }
    } CAW_END;
}

static uint32_t checksum(const caw_string *line)
{
    const unsigned char *bytes = (const unsigned char *)caw_string_data(line);
    uint32_t             sum = 2166136261;
    for (size_t i = 0; i < caw_string_size(line); i++) sum = (sum ^ bytes[i]) * 16777619;
    return sum;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        static int  ticks;
        caw_auto    ticker = caw_spawn(tick(&ticks));
        caw_string *line;
        printf("lines? "); /* no newline: it must be seen before the wait all the same */
        while ((line = CAW_AWAIT(caw_stdin_line()))) {
            printf("%zu %x\n", caw_string_size(line), checksum(line));
            caw_unref(line);
        }
        line = CAW_AWAIT(caw_stdin_line());
        printf("end%s\n", line ? ", but not for good" : "");
        caw_unref(ticker);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)
