/*
 * What stands beside the loop in a program of Emscripten's: a main loop, as SDL's programs have it, whose frames begin tasks; EM_ASM and
 * callbacks; files of a file system that JavaScript has mounted; emscripten_fetch; a function that takes long, away from the loop's budget.
 */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/js.h>
#include <emscripten.h>
#include <stdio.h>
#include <string.h>
#ifdef FETCH
#include <emscripten/fetch.h>
#endif

EM_JS(void, tell, (void), { globalThis["caw_started"](Module); });

/* ---- The main loop ------------------------------------------------------------------------------------------------------- */

#define FRAMES 5

static int frames, done, begun;
static caw_of(int) ended; /* how many frames there were, when the last one's task is done */

CAW_ASYNC(void, shown, int frame)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0.001));
        if (++done == FRAMES) caw_set_result(ended, frame);
    } CAW_END;
}

static void frame(void)
{
    caw_unref(caw_spawn(shown(++frames), .loop = caw_js_loop()));
    if (frames == FRAMES) emscripten_cancel_main_loop();
}

CAW_ASYNC(int, main_loop, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(ended));
    } CAW_END;
}
CAW_EXPORT(int, main_loop);

/* The task that main() has begun, though that never returns. */
CAW_ASYNC(void, background, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        begun = 1;
    } CAW_END;
}

static int background_ran(void) { return begun; }
CAW_EXPORT_SYNC(int, background_ran);

/* ---- JavaScript in C, and its callbacks ---------------------------------------------------------------------------------- */

CAW_ASYNC(int, em_asm, int a)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        int b = EM_ASM_INT({ return $0 + 1; }, a);
        CAW_AWAIT(caw_sleep(0.001));
        CAW_RETURN(b);
    } CAW_END;
}
CAW_EXPORT(int, em_asm, int, a);

/* What Emscripten calls back settles a future. */
static void called(void *data)
{
    caw_of(int) future = (caw_of(int))data;
    caw_set_result(future, 42);
    caw_unref(future);
}

CAW_ASYNC(int, callback, void)
{
    CAW_BEGIN(int) {
        caw_auto future = caw_future(int);
        emscripten_async_call(called, caw_ref(future), 1);
        CAW_RETURN(CAW_AWAIT(future));
    } CAW_END;
}
CAW_EXPORT(int, callback);

/* ---- Files --------------------------------------------------------------------------------------------------------------- */

static void close_file(void *file) { fclose(file); }

CAW_ASYNC(void, save, const char *path, const char *text)
{
    CAW_BEGIN(void) {
        FILE *file = fopen(path, "w");
        if (!file) CAW_RAISE(CAW_OS_ERROR, "no %s", path);
        CAW_DEFER(close_file, file);
        for (const char *c = text; *c; c++) {
            fputc(*c, file);
            CAW_AWAIT(caw_sleep(0));
        }
    } CAW_END;
}
CAW_EXPORT(void, save, const char *, path, const char *, text);

CAW_ASYNC(caw_string *, saved, const char *path)
{
    CAW_BEGIN(caw_string *) {
        char  text[64] = "";
        FILE *file = fopen(path, "r");
        if (!file) CAW_RAISE(CAW_OS_ERROR, "no %s", path);
        CAW_AWAIT(caw_sleep(0.001));
        size_t length = fread(text, 1, sizeof text - 1, file);
        fclose(file);
        text[length] = '\0';
        CAW_RETURN(caw_string_of(text));
    } CAW_END;
}
CAW_EXPORT(caw_string *, saved, const char *, path);

/* ---- emscripten_fetch ---------------------------------------------------------------------------------------------------- */

#ifdef FETCH

static void fetched(emscripten_fetch_t *fetch)
{
    caw_of(int) size = (caw_of(int))fetch->userData;
    if (fetch->status == 200) caw_set_result(size, (int)fetch->numBytes);
    else caw_set_error(size, caw_error_new(CAW_OS_ERROR, "%s: %d", fetch->url, fetch->status));
    caw_unref(size);
    emscripten_fetch_close(fetch);
}

CAW_ASYNC(int, size_of, const char *url)
{
    CAW_BEGIN(int) {
        caw_auto                size = caw_future(int);
        emscripten_fetch_attr_t attributes;
        emscripten_fetch_attr_init(&attributes);
        attributes.attributes = EMSCRIPTEN_FETCH_LOAD_TO_MEMORY;
        attributes.onsuccess = attributes.onerror = fetched;
        attributes.userData = caw_ref(size);
        emscripten_fetch(&attributes, url);
        CAW_RETURN(CAW_AWAIT(size));
    } CAW_END;
}
CAW_EXPORT(int, size_of, const char *, url);

#endif

int main(void)
{
    caw_loop *loop = caw_js_loop();
    ended = caw_future_on(loop, int);
    caw_unref(caw_spawn(background(), .loop = loop));
    EM_ASM({ globalThis["caw_em_asm"] = UTF8ToString($0); }, "from main");
    tell();
    emscripten_set_main_loop(frame, 0, true); /* and does not come back */
    return 1;
}
