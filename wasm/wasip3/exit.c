/*
 * Owns: exit(), with any code: the preview 1 that the C library is made for knows success and failure alone, as a component.
 * Must not know: who calls it.
 */
#include "imports.h"
#include <stdlib.h>

CAW__FROM("wasi:cli/exit@0.3.0", "exit-with-code") void caw__wasi_exit_with_code(uint32_t code);

/* What the C library calls in place of its own import. */
_Noreturn void exit_process(int code) __asm__("__imported_wasi_snapshot_preview1_proc_exit");
_Noreturn void exit_process(int code)
{
    caw__wasi_exit_with_code((uint32_t)code & 255);
    abort();
}
