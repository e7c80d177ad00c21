/* What a program inside Emscripten's own JavaScript does beside the loop, for checks.mjs: which is told as main() returns. */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/js.h>
#include <emscripten.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

EM_JS(int, em_js_answer, (void), { return 42; });
EM_JS(void, tell, (void), { globalThis["caw_started"](Module); });

CAW_ASYNC(double, add, double a, double b)
{
    CAW_BEGIN(double) {
        CAW_AWAIT(caw_sleep(0.001));
        CAW_RETURN(a + b);
    } CAW_END;
}
CAW_EXPORT(double, add, double, a, double, b);

static double half(double x) { return x / 2; }
CAW_EXPORT_SYNC(double, half, double, x);

CAW_ASYNC(caw_string *, twice, const char *text)
{
    CAW_BEGIN(caw_string *) {
        CAW_AWAIT(caw_sleep(0));
        char both[64];
        snprintf(both, sizeof both, "%s%s", text, text);
        CAW_RETURN(caw_string_of(both));
    } CAW_END;
}
CAW_EXPORT(caw_string *, twice, const char *, text);

CAW_ASYNC(void, fail, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "no such luck");
    } CAW_END;
}
CAW_EXPORT(void, fail);

static int cleaned;

static void clean(void *data) { (void)data, cleaned++; }

CAW_ASYNC(void, wait, void)
{
    CAW_BEGIN(void) {
        CAW_DEFER(clean, &cleaned);
        CAW_AWAIT(caw_sleep(1000));
    } CAW_END;
}
CAW_EXPORT(void, wait);

static int cleanups(void) { return cleaned; }
CAW_EXPORT_SYNC(int, cleanups);

/* A promise of JavaScript's, and tasks that run meanwhile. */
CAW_ASYNC(double, plus_one, caw_js *promise)
{
    CAW_BEGIN(double) {
        caw_auto task = caw_spawn(add(0.25, 0.75));
        double   value = CAW_AWAIT(caw_from_promise(double, promise));
        CAW_RETURN(value + CAW_AWAIT(task));
    } CAW_END;
}
CAW_EXPORT(double, plus_one, caw_js *, promise);

/* Memory that grows while calls wait. */
CAW_ASYNC(double, grow, int megabytes)
{
    CAW_BEGIN(double) {
        size_t size = (size_t)megabytes << 20;
        char  *block = malloc(size);
        if (!block) CAW_RAISE(CAW_MEMORY_ERROR, "no %d megabytes", megabytes);
        CAW_DEFER(free, block);
        memset(block, 1, size);
        CAW_AWAIT(caw_sleep(0.001));
        CAW_RETURN((double)(uintptr_t)block + (double)(block[0] + block[size - 1]) / 4);
    } CAW_END;
}
CAW_EXPORT(double, grow, int, megabytes);

/* The C library's files, environment and output, which are Emscripten's; 42 */
CAW_ASYNC(int, emscripten, void)
{
    CAW_BEGIN(int) {
        char  text[8] = "";
        FILE *file = fopen("note.txt", "w");
        if (!file) CAW_RAISE(CAW_OS_ERROR, "fopen");
        fputs("memfs", file);
        fclose(file);
        CAW_AWAIT(caw_sleep(0.001));
        file = fopen("note.txt", "r");
        if (!file || !fgets(text, sizeof text, file)) CAW_RAISE(CAW_OS_ERROR, "fgets");
        fclose(file);
        printf("program: %s, %s\n", text, getenv("USER"));
        CAW_RETURN(em_js_answer());
    } CAW_END;
}
CAW_EXPORT(int, emscripten);

CAW_ASYNC(void, crash, int how)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        if (how == 0) abort();
        if (how == 1) __builtin_trap();
        exit(how);
    } CAW_END;
}
CAW_EXPORT(void, crash, int, how);

/* What main() has begun goes on when it has returned. */
static int rounds;

CAW_ASYNC(void, background, void)
{
    CAW_BEGIN(void) {
        for (; rounds < 3; rounds++) CAW_AWAIT(caw_sleep(0.001));
    } CAW_END;
}

static int background_rounds(void) { return rounds; }
CAW_EXPORT_SYNC(int, background_rounds);

int main(void)
{
    caw_unref(caw_spawn(background(), .loop = caw_js_loop()));
    tell();
    return 0;
}
