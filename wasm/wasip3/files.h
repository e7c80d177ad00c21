/*
 * Owns: what the C library's ways to a file are, of WASI 0.1.
 * Must not know: who has files.
 */
#ifndef CAW_WASIP3_FILES_H
#define CAW_WASIP3_FILES_H

#include "instance.h"

typedef struct caw__wasi_files {
    int32_t (*write)(int32_t fd, int32_t pieces, int32_t count, int32_t written);
    int32_t (*seek)(int32_t fd, int64_t offset, int32_t whence, int32_t at);
    int32_t (*close)(int32_t fd);
    int32_t (*status)(int32_t fd, int32_t status);
} caw__wasi_files;

/* Those in use; NULL: there are none, as the program has opened none, and is no command. (stdio.c) */
extern const caw__wasi_files *caw__files;
extern const caw__wasi_files  caw__files_here; /* (files.c) */

#endif
