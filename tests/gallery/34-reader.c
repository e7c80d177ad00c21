/*
 * Lesson: an object of the program's own hides the jobs: entered it is there to be read, left it is closed; each call is awaited.
 *
 * A worker has what it opens to itself alone, so the reader keeps the name of its file, and each job opens that.
 * WASI has no workers: there one reader waits for the other.
 */
#include "elapsed.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct reader {
    const char *path;
    long        size;
} reader;

static FILE *open_file(const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file) caw_job_raise(caw_error_os(errno, "%s", path));
    return file;
}

/* They block, as a slow disk does. */
static long measure(const char *path)
{
    FILE *file = open_file(path);
    if (!file) return 0;
    caw_job_sleep(1);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fclose(file);
    return size;
}
CAW_JOB(long, measure, const char *, path);

static caw_string *read_file(const char *path, long size)
{
    FILE *file = open_file(path);
    if (!file) return NULL;
    caw_job_sleep(1);
    char       *bytes = malloc((size_t)size);
    size_t      got = bytes ? fread(bytes, 1, (size_t)size, file) : 0;
    caw_string *text = caw_string_new(bytes, got);
    free(bytes);
    fclose(file);
    return text;
}
CAW_JOB(caw_string *, read_file, const char *, path, long, size);

static CAW_ASYNC(void, reader_enter, void *self)
{
    CAW_BEGIN(void) {
        reader *it = self;
        it->size = CAW_AWAIT(caw_to_thread(measure, it->path));
        printf("%.1f  %s has %ld bytes\n", elapsed(), it->path, it->size);
    } CAW_END;
}

static CAW_ASYNC(bool, reader_exit, void *self, caw_error *error)
{
    CAW_BEGIN(bool) {
        printf("%.1f  %s is closed%s\n", elapsed(), ((reader *)self)->path, error ? ", after an error" : "");
        CAW_RETURN(false);
    } CAW_END;
}

static const caw_with_type reader_type = {.enter = reader_enter, .exit = reader_exit};

static caw_of(caw_string *) reader_read(const reader *it) { return caw_to_thread(read_file, it->path, it->size); }

static CAW_ASYNC(int, count_lines, const char *path)
{
    CAW_BEGIN(int) {
        reader it = {path, 0};
        int    lines = 0;
        CAW_WITH(((caw_with){&it, &reader_type})) {
            caw_string *text = CAW_AWAIT(reader_read(&it));
            for (const char *at = caw_string_data(text); *at; at++) lines += *at == '\n';
            caw_unref(text);
        } CAW_END_WITH;
        CAW_RETURN(lines);
    } CAW_END;
}

static CAW_ASYNC(int, lesson, void)
{
    CAW_BEGIN(int) {
        printf("%.1f  start\n", elapsed());
        caw_results *counts =
            CAW_AWAIT(caw_gather(count_lines("tests/gallery/hare.txt"), count_lines("tests/gallery/tortoise.txt")));
        CAW_DEFER(caw_unref, counts);
        printf("%.1f  %d lines, and %d\n", elapsed(), caw_result_at(counts, 0, int), caw_result_at(counts, 1, int));
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(lesson)
