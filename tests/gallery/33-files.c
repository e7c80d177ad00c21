/*
 * Lesson: a file that is read by jobs, line by line, holds up nobody, however slow the disk is: of two files at once the lines interleave.
 *
 * A job may be another worker's than the one before, and no worker has what another has opened: so each says where to go on.
 * WASI has no workers: there one line comes after the other.
 */
#include "elapsed.h"
#include <errno.h>
#include <stdio.h>

/* The line that begins there, an empty one at the end. It blocks, as a slow disk does. */
static caw_string *read_line(const char *path, long start)
{
    char  line[80] = "";
    FILE *file = fopen(path, "r");
    if (!file) {
        caw_job_raise(caw_error_os(errno, "%s", path));
        return NULL;
    }
    fseek(file, start, SEEK_SET);
    if (fgets(line, sizeof line, file)) caw_job_sleep(1);
    fclose(file);
    return caw_string_of(line);
}
CAW_JOB(caw_string *, read_line, const char *, path, long, start);

static CAW_ASYNC(void, show, const char *path)
{
    CAW_BEGIN(void) {
        long start = 0;
        for (;;) {
            caw_string *line = CAW_AWAIT(caw_to_thread(read_line, path, start));
            CAW_DEFER(caw_unref, line);
            if (caw_string_size(line) == 0) break;
            printf("%.1f  %s", elapsed(), caw_string_data(line));
            start += (long)caw_string_size(line);
        }
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        printf("%.1f  five lines, and three\n", elapsed());
        caw_unref(CAW_AWAIT(caw_gather(show("tests/gallery/hare.txt"), show("tests/gallery/tortoise.txt"))));
        printf("%.1f  that was all\n", elapsed());
        CAW_TRY {
            CAW_AWAIT(show("tests/gallery/fox.txt"));
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            printf("%.1f  %s\n", elapsed(), caw_error_errno(error) == ENOENT ? "there is no fox" : "not as it should be");
        } CAW_END_TRY;
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
