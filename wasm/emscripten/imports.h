/*
 * Owns: the names under which C imports JavaScript's half where that is a library of Emscripten's (libcawait.js): in its one module of
 * imports, env, where names are shared with the program. Included before everything else, by the compiler's -include.
 * Must not know: what is imported; wasm/js has that.
 */
#define CAW__IMPORT(name) __attribute__((import_module("env"), import_name("caw__" #name)))
#define caw__main_link caw__js_main_link /* in js/main.c: CAW_MAIN is to link main.c here */
