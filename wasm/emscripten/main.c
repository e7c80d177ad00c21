/*
 * Owns: main() of a CAW_MAIN program inside Emscripten's own JavaScript, which calls it when it calls any program's main: after preRun, or
 * when the page does, where it was told not to (noInitialRun). Linked by CAW_MAIN alone.
 * Must not know: how the program goes on, and ends; js/emscripten.ts has that.
 */
#include "js/bridge.h"
#include <cawait/run.h>

/* Begins CAW_MAIN by caw_start; the program is over, with its exit code, when that is. */
CAW__IMPORT(main) void caw__js_main(void);

int main(void)
{
    caw__js_main();
    return 0;
}

uint32_t caw__js_start(uint32_t slot);
/* js/main.c comes along with it. */
static __typeof__(caw__js_start) *const start __attribute__((used)) = caw__js_start;

void caw__main_link(void) {}
