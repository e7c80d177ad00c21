/*
 * Owns: main() of a CAW_MAIN program inside Emscripten's own JavaScript, which calls it when it calls any program's main: after preRun, or
 * when the page does, where it was told not to (noInitialRun). Linked by CAW_MAIN alone.
 * Must not know: how the program goes on, and ends; js/emscripten.ts has that.
 */
#include "js/bridge.h"
#include <cawait/run.h>

/* Begins CAW_MAIN by caw_start; the program is over, with its exit code, when that is. */
CAW__IMPORT(main) void caw__js_main(void);

/* By the export's name alone: a symbol `main` in a library would be Emscripten's main of every program that has none. */
__attribute__((export_name("main"))) int caw__emscripten_main(void);
int                                      caw__emscripten_main(void)
{
    caw__js_main();
    return 0;
}

/* What CAW_MAIN calls to be linked. js/main.c comes along, which has that under another name here (imports.h). */
#undef caw__main_link
void caw__main_link(void);
void caw__main_link(void) { caw__js_main_link(); }
