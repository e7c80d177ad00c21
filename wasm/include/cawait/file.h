/*
 * Owns: files, as something to await: open, read, write, seek, size, close; a whole one at once.
 * Must not know: where they are: the machine's, a directory that a WASI host has opened (--dir), those of load(url, { files }).
 *
 *     caw_file *file = CAW_AWAIT(caw_file_open("notes.txt", "r"));
 *     CAW_DEFER(caw_unref, file);
 *     caw_string *all = CAW_AWAIT(caw_file_read(file, -1));
 *
 * Each call is made at once, by the C library, and holds up the others as long as it takes; before it every other task has its turn.
 * Cancelled until then, it has done nothing.
 *
 * What the system refuses is an OSError with its errno and the name (ENOENT, EACCES, EEXIST, EISDIR, ENOTDIR...; under WASI ENOTCAPABLE: the
 * host has not opened such a directory). TypeError: a NULL.
 */
#ifndef CAWAIT_FILE_H
#define CAWAIT_FILE_H

#include <cawait/future.h>
#include <cawait/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counted object. When its last reference goes, it is closed. */
typedef struct caw_file caw_file;

/*
 * As Python's open in binary: "r", "w" (made, or emptied), "a" (made; each write is at the end), "x" (made; EEXIST if it is there), and
 * with "+" both reading and writing. A "b" changes nothing. ValueError: no such mode. A directory cannot be opened (EISDIR). The texts are
 * copied.
 */
CAW__HANDLE caw_of(caw_file *) caw_file_open(const char *path, const char *mode);
/* Up to n bytes from where it stands, fewer only at the end, where there are none. n negative: all up to the end. */
CAW__HANDLE caw_of(caw_string *) caw_file_read(caw_file *file, ptrdiff_t n);
/* All of them; the bytes are copied. When it fails, some may be written. */
CAW__HANDLE caw_of(void) caw_file_write(caw_file *file, const void *data, size_t size);
/* Where it stands from now on, in bytes, counted from SEEK_SET, SEEK_CUR or SEEK_END of stdio.h; gives that from the beginning. */
CAW__HANDLE caw_of(int64_t) caw_file_seek(caw_file *file, int64_t offset, int whence);
CAW__HANDLE caw_of(int64_t) caw_file_size(caw_file *file);
/* It can fail where writing was put off. Again: no effect. Whatever is asked of a closed file: ValueError. */
CAW__HANDLE caw_of(void) caw_file_close(caw_file *file);

/* All of a file; a file that is only these bytes. */
CAW__HANDLE caw_of(caw_string *) caw_file_read_all(const char *path);
CAW__HANDLE caw_of(void) caw_file_write_all(const char *path, const void *data, size_t size);

#ifdef __cplusplus
}
#endif
#endif
