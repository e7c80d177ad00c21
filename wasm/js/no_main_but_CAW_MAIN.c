/*
 * Owns: nothing. A program for JavaScript begins by CAW_MAIN or by what it exports; int main would never be run. Linked where there is
 * no CAW_MAIN: a main of the program's is then a duplicate of these, and the linker names this file. Nothing of it stays in a module.
 */
#include "bridge.h"
#include <cawait/run.h>

/* Emscripten runs main. */
#ifndef __EMSCRIPTEN__

/* What clang calls int main(void) and int main(int, char **) on wasm. */
int caw__js_main(void) __asm__("__main_void");
int caw__js_main(void) { return 0; }
int caw__js_main_with(int argc, char **argv) __asm__("__main_argc_argv");
int caw__js_main_with(int argc, char **argv)
{
    (void)argc, (void)argv;
    return 0;
}

/* That of a program with CAW_MAIN comes before it. */
caw_of(int) caw__main(void) { __builtin_trap(); }

#endif
