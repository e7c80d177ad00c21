/*
 * Owns: what files promise (file.h), as cases that are told by `check`; in a folder that is there and has none of them.
 * Must not know: the host.
 */
#ifndef TESTS_FILES_H
#define TESTS_FILES_H

#include <cawait.h>
#include <cawait/file.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MUCH 300000

static int  bad;
static void check(const char *name, bool good)
{
    printf("%s %s\n", good ? "ok" : "not ok", name);
    bad += !good;
}

/* Consumes it. */
static bool is(caw_string *string, const char *text, size_t size)
{
    bool same = caw_string_size(string) == size && !memcmp(caw_string_data(string), text, size);
    caw_unref(string);
    return same;
}

/* The errno that opening it fails with; 0: it does not, -1: another error. */
static CAW_ASYNC(int, refusal, const char *path, const char *mode)
{
    CAW_BEGIN(int) {
        int number = 0;
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_file_open(path, mode)));
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            number = strstr(caw_error_message(error), path) ? caw_error_errno(error) : -1;
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            number = -2;
        } CAW_EXCEPT(CAW_TYPE_ERROR, error) {
            number = -3;
        }
        CAW_END_TRY;
        CAW_RETURN(number);
    } CAW_END;
}

static CAW_ASYNC(void, turns, int *count)
{
    CAW_BEGIN(void) {
        for (;; ++*count) CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}

static CAW_ASYNC(void, one_file, const char *path)
{
    CAW_BEGIN(void) {
        static char much[MUCH];
        for (size_t i = 0; i < sizeof much; i++) much[i] = (char)(i * 7 + i / 300);
        caw_file *file = CAW_AWAIT(caw_file_open(path, "x+"));
        CAW_DEFER(caw_unref, file);
        CAW_AWAIT(caw_file_write(file, "hello, file", 11));
        check("the size", CAW_AWAIT(caw_file_size(file)) == 11);
        check("from the beginning", CAW_AWAIT(caw_file_seek(file, 7, SEEK_SET)) == 7);
        check("what is left", is(CAW_AWAIT(caw_file_read(file, 100)), "file", 4));
        check("nothing at the end", is(CAW_AWAIT(caw_file_read(file, 100)), "", 0));
        check("from the end", CAW_AWAIT(caw_file_seek(file, -4, SEEK_END)) == 7);
        check("a part", is(CAW_AWAIT(caw_file_read(file, 2)), "fi", 2));
        check("no byte is asked for", is(CAW_AWAIT(caw_file_read(file, 0)), "", 0));
        CAW_AWAIT(caw_file_seek(file, 0, SEEK_SET));
        CAW_AWAIT(caw_file_write(file, much, sizeof much));
        check("where much ends", CAW_AWAIT(caw_file_seek(file, 0, SEEK_CUR)) == MUCH);
        CAW_AWAIT(caw_file_seek(file, 0, SEEK_SET));
        check("many bytes, written and read", is(CAW_AWAIT(caw_file_read(file, -1)), much, sizeof much));
        CAW_AWAIT(caw_file_close(file));
        CAW_AWAIT(caw_file_close(file));
        int closed = 0;
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_file_read(file, 1)));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            closed++;
        }
        CAW_END_TRY;
        CAW_TRY {
            CAW_AWAIT(caw_file_write(file, "x", 1));
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            closed++;
        }
        CAW_END_TRY;
        check("a file that is closed", closed == 2);
    } CAW_END;
}

static CAW_ASYNC(void, modes, const char *path)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_file_write_all(path, "one ", 4));
        caw_file *more = CAW_AWAIT(caw_file_open(path, "ab"));
        CAW_AWAIT(caw_file_write(more, "two", 3));
        caw_unref(more);
        check("appended", is(CAW_AWAIT(caw_file_read_all(path)), "one two", 7));
        caw_file *only = CAW_AWAIT(caw_file_open(path, "rb"));
        int       number = 0;
        CAW_TRY {
            CAW_AWAIT(caw_file_write(only, "x", 1));
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            number = caw_error_errno(error);
        }
        CAW_END_TRY;
        caw_unref(only);
        check("a file that is only read cannot be written", number != 0);
        CAW_AWAIT(caw_file_write_all(path, "", 0));
        check("emptied", is(CAW_AWAIT(caw_file_read_all(path)), "", 0));
    } CAW_END;
}

static CAW_ASYNC(int, all_of_files, const char *folder)
{
    CAW_BEGIN(int) {
        char       path[300], none[300], below[300], odd[300];
        static int count; /* counted on until the loop is closed, when this frame is gone */
        snprintf(path, sizeof path, "%s/awaited.tmp", folder);
        snprintf(none, sizeof none, "%s/none.tmp", folder);
        snprintf(below, sizeof below, "%s/awaited.tmp/below", folder);
        snprintf(odd, sizeof odd, "%s/\xff.tmp", folder);
        caw_auto others = caw_spawn(turns(&count));
        CAW_DEFER(caw_unref, others);
        CAW_AWAIT(one_file(path));
        CAW_AWAIT(modes(path));
        check("others have their turns", count > 10);
        caw_cancel(others, NULL); /* else it would keep the process alive for ever */
        check("no such file", CAW_AWAIT(refusal(none, "r")) == ENOENT);
#ifdef __wasi__ /* whose paths are UTF-8 */
        check("a path that is no text", CAW_AWAIT(refusal(odd, "w")) == EILSEQ);
#else
        check("a path of any bytes", CAW_AWAIT(refusal(odd, "r")) == ENOENT);
#endif
        check("it is there already", CAW_AWAIT(refusal(path, "x")) == EEXIST);
        check("a folder", CAW_AWAIT(refusal(folder, "r")) == EISDIR);
        check("a file is no folder", CAW_AWAIT(refusal(below, "r")) == ENOTDIR);
        check("no such mode", CAW_AWAIT(refusal(path, "q")) == -2 && CAW_AWAIT(refusal(path, "r++")) == -2 &&
                                  CAW_AWAIT(refusal(path, "")) == -2 && CAW_AWAIT(refusal(path, "rbb")) == -2);
        check("no path, no mode", CAW_AWAIT(refusal(NULL, "r")) == -3 && CAW_AWAIT(refusal(path, NULL)) == -3);
        int nulls = 0;
        CAW_TRY {
            CAW_AWAIT(caw_file_write(NULL, "a", 1));
        } CAW_EXCEPT(CAW_TYPE_ERROR, error) {
            nulls += !strcmp(caw_error_message(error), "the file is NULL");
        }
        CAW_END_TRY;
        CAW_TRY {
            CAW_AWAIT(caw_file_write_all(path, NULL, 1));
        } CAW_EXCEPT(CAW_TYPE_ERROR, error) {
            nulls += !strcmp(caw_error_message(error), "the data is NULL");
        }
        CAW_END_TRY;
        check("no file, no data", nulls == 2);
        CAW_RETURN(bad);
    } CAW_END;
}

#endif
