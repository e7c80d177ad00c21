/* What the C library does in a page. */
#include <cawait.h>
#include <cawait/export.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

CAW_ASYNC(void, say, const char *text)
{
    CAW_BEGIN(void) {
        fputs(text, stdout);
        CAW_RETURN();
    } CAW_END;
}
CAW_EXPORT(void, say, const char *, text);

CAW_ASYNC(void, say_bytes, caw_bytes bytes)
{
    CAW_BEGIN(void) {
        write(1, bytes.data, bytes.size);
        CAW_RETURN();
    } CAW_END;
}
CAW_EXPORT(void, say_bytes, caw_bytes, bytes);

CAW_ASYNC(void, complain, const char *text)
{
    CAW_BEGIN(void) {
        fprintf(stderr, "%s\n", text);
        CAW_RETURN();
    } CAW_END;
}
CAW_EXPORT(void, complain, const char *, text);

CAW_ASYNC(const char *, env, const char *name)
{
    CAW_BEGIN(const char *) {
        CAW_RETURN(getenv(name));
    } CAW_END;
}
CAW_EXPORT(const char *, env, const char *, name);

CAW_ASYNC(double, clocks, bool real)
{
    CAW_BEGIN(double) {
        struct timespec t;
        clock_gettime(real ? CLOCK_REALTIME : CLOCK_MONOTONIC, &t);
        CAW_RETURN((double)t.tv_sec + 1e-9 * (double)t.tv_nsec);
    } CAW_END;
}
CAW_EXPORT(double, clocks, bool, real);

CAW_ASYNC(caw_string *, noise, unsigned size)
{
    CAW_BEGIN(caw_string *) {
        caw_string *bytes = caw_string_new(NULL, size);
        char       *at = (char *)(uintptr_t)caw_string_data(bytes);
        for (unsigned i = 0; i < size; i += 256) {
            if (getentropy(at + i, size - i < 256 ? size - i : 256)) CAW_RAISE(CAW_OS_ERROR, "no entropy");
        }
        unsigned zeros = 0;
        for (unsigned i = 0; i < size; i++) zeros += at[i] == 0;
        caw_unref(bytes);
        char line[20];
        snprintf(line, sizeof line, "%u", zeros);
        CAW_RETURN(caw_string_of(line));
    } CAW_END;
}
CAW_EXPORT(caw_string *, noise, unsigned, size);

CAW_ASYNC(double, reads, void)
{
    CAW_BEGIN(double) {
        char byte;
        CAW_RETURN((double)read(0, &byte, 1));
    } CAW_END;
}
CAW_EXPORT(double, reads);

/* A line of the standard input. */
CAW_ASYNC(caw_string *, line, void)
{
    CAW_BEGIN(caw_string *) {
        static char line[200000];
        clearerr(stdin);
        if (!fgets(line, sizeof line, stdin)) strcpy(line, ferror(stdin) ? "failed" : "end");
        CAW_RETURN(caw_string_new(line, strlen(line)));
    } CAW_END;
}
CAW_EXPORT(caw_string *, line);

CAW_ASYNC(void, asserts, bool good)
{
    CAW_BEGIN(void) {
        assert(good && "it must be good");
        CAW_RETURN();
    } CAW_END;
}
CAW_EXPORT(void, asserts, bool, good);

CAW_ASYNC(void, waits, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1e6));
    } CAW_END;
}
CAW_EXPORT(void, waits);

CAW_ASYNC(void, leaves, int code)
{
    CAW_BEGIN(void) {
        printf("leaving");
        exit(code);
    } CAW_END;
}
CAW_EXPORT(void, leaves, int, code);

CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        printf("one\ntwo\n\nno end");
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)
