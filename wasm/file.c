/*
 * Owns: files by the C library's calls, on every host: at once, a pass after they were asked for.
 * Must not know: which host.
 */
#include "task/task.h"
#include <cawait/file.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

CAW__COLD

struct caw_file {
    caw__object object;
    int         descriptor; /* -1: closed */
    size_t      size;       /* of all this */
    char        path[];
};

static void file_release(void *object)
{
    caw_file *f = object;
    if (f->descriptor >= 0) close(f->descriptor);
    caw__free(f, f->size);
}
static const caw__type file_type = {"file", file_release, NULL};

/* ---- What is asked for ------------------------------------------------------------------------------------------------------------ */

/* Bytes of the caller's, until it is their turn; a path, with what follows. */
typedef struct copy {
    size_t size;
    char   bytes[];
} copy;

static copy *copy_new(const void *bytes, size_t size)
{
    copy *c = size > SIZE_MAX - sizeof *c ? NULL : caw__alloc(sizeof *c + size);
    if (!c) return NULL;
    c->size = size;
    if (size) memcpy(c->bytes, bytes, size);
    return c;
}

static void copy_free(void *pointer)
{
    copy *c = pointer;
    if (c) caw__free(c, sizeof *c + c->size);
}

static copy *text_copy(const char *text) { return copy_new(text, strlen(text) + 1); }

/* ---- Errors ---------------------------------------------------------------------------------------------------------------------- */

static caw_error *file_error(int number, const char *what, const char *path)
{
    return caw_error_os(number, "%s '%s': %s", what, path, strerror(number));
}

static caw_error *closed_error(const caw_file *f)
{
    return f->descriptor < 0 ? caw_error_new(CAW_VALUE_ERROR, "I/O operation on closed file '%s'", f->path) : NULL;
}

/* ---- Opening and closing ----------------------------------------------------------------------------------------------------------- */

/* Flags of a mode; -1: there is none of that name. */
static int flags_of(const char *mode)
{
    int  flags, plus = 0;
    char kind = *mode;
    for (const char *more = mode + !!kind; *more; more++) {
        if (*more == '+' && !plus) plus = 1;
        else if (*more != 'b' || strchr(more + 1, 'b')) return -1;
    }
    if (kind == 'r') flags = 0;
    else if (kind == 'w') flags = O_CREAT | O_TRUNC;
    else if (kind == 'a') flags = O_CREAT | O_APPEND;
    else if (kind == 'x') flags = O_CREAT | O_EXCL;
    else return -1;
#ifdef O_CLOEXEC
    flags |= O_CLOEXEC;
#endif
    return flags | (plus ? O_RDWR : kind == 'r' ? O_RDONLY : O_WRONLY);
}

/* Where WASI is made of components, a path that is no UTF-8 would end the program; elsewhere it is EILSEQ, too. */
static bool is_path(const char *path)
{
#ifdef __wasi__
    size_t size = strlen(path);
    errno = EILSEQ;
    return caw__utf8_prefix(path, size) == size;
#else
    (void)path;
    return true;
#endif
}

static caw_file *file_open(const char *path, int flags, caw_error **error)
{
    struct stat about;
    size_t      size = sizeof(caw_file) + strlen(path) + 1;
    caw_file   *f = caw__object_new(&file_type, CAW__OBJECT, size);
    if (!f) {
        *error = caw_error_new(CAW_MEMORY_ERROR, NULL);
        return NULL;
    }
    f->size = size;
    memcpy(f->path, path, size - sizeof *f);
    do f->descriptor = is_path(path) ? open(path, flags, 0666) : -1;
    while (f->descriptor < 0 && errno == EINTR);
    int number = f->descriptor < 0 ? errno : fstat(f->descriptor, &about) == 0 && S_ISDIR(about.st_mode) ? EISDIR : 0;
    if (!number) return f;
    *error = file_error(number, "open", path);
    caw_unref(f);
    return NULL;
}

static caw_error *file_close(caw_file *f)
{
    int descriptor = f->descriptor;
    f->descriptor = -1;
    if (descriptor < 0 || close(descriptor) == 0 || errno == EINTR) return NULL;
    return file_error(errno, "close", f->path);
}

/* ---- Reading and writing -------------------------------------------------------------------------------------------------------------- */

/* How much is left, as far as the file itself knows: it may be another thing, or grow. */
static size_t room_for_rest(int descriptor)
{
    struct stat about;
    off_t       at = lseek(descriptor, 0, SEEK_CUR);
    if (at < 0 || fstat(descriptor, &about) || about.st_size <= at) return 4096;
    return (uintmax_t)(about.st_size - at) < SIZE_MAX / 4 ? (size_t)(about.st_size - at) + 1 : SIZE_MAX;
}

/* Up to `most` bytes; grows as they come. */
static caw_string *file_read(caw_file *f, size_t most, caw_error **error)
{
    size_t      room = room_for_rest(f->descriptor), size = 0;
    char       *data = NULL;
    caw_string *result = NULL;
    ssize_t     count = 1;
    if (room > most) room = most;
    while (count > 0 && size < most) {
        if (!data || size == room) {
            size_t more = !data ? room : room > SIZE_MAX / 2 ? SIZE_MAX : room * 2 > most ? most : room * 2;
            char  *larger = caw__alloc(more);
            if (larger && data) memcpy(larger, data, size);
            if (data) caw__free(data, room);
            data = larger;
            room = more;
            if (!data) break;
        }
        do count = read(f->descriptor, data + size, room - size);
        while (count < 0 && errno == EINTR);
        if (count > 0) size += (size_t)count;
    }
    if (count < 0) *error = file_error(errno, "read", f->path);
    else if (data || !most) result = caw_string_new(data, size);
    if (count >= 0 && !result) *error = caw_error_new(CAW_MEMORY_ERROR, NULL);
    if (data) caw__free(data, room);
    return result;
}

static caw_error *file_write(caw_file *f, const char *data, size_t size)
{
    while (size) {
        ssize_t count = write(f->descriptor, data, size);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return file_error(count ? errno : EIO, "write", f->path);
        data += count;
        size -= (size_t)count;
    }
    return NULL;
}

/* ---- What is awaited ------------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(caw_file *, open_path, copy *path, int flags)
{
    CAW_BEGIN_OWNING(caw_file *, copy_free(path)) {
        CAW_DEFER(copy_free, path);
        caw_error *error = NULL;
        if (!path) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        if (flags < 0) CAW_RAISE(CAW_VALUE_ERROR, "no mode of a file: r, w, a or x, perhaps with + and b");
        CAW_AWAIT(caw_sleep(0));
        caw_file *file = file_open(path->bytes, flags, &error);
        if (!file) CAW_RAISE_ERROR(error);
        CAW_RETURN(file);
    } CAW_END;
}

static CAW_ASYNC(caw_string *, read_file, caw_file *f, ptrdiff_t n)
{
    CAW_BEGIN_OWNING(caw_string *, caw_unref(f)) {
        CAW_DEFER(caw_unref, f);
        CAW_AWAIT(caw_sleep(0));
        caw_error  *error = closed_error(f);
        caw_string *bytes = error ? NULL : file_read(f, n < 0 ? SIZE_MAX : (size_t)n, &error);
        if (!bytes) CAW_RAISE_ERROR(error);
        CAW_RETURN(bytes);
    } CAW_END;
}

static void drop_write(caw_file *f, copy *data)
{
    caw_unref(f);
    copy_free(data);
}

static CAW_ASYNC(void, write_file, caw_file *f, copy *data)
{
    CAW_BEGIN_OWNING(void, drop_write(f, data)) {
        CAW_DEFER(caw_unref, f);
        CAW_DEFER(copy_free, data);
        if (!data) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_AWAIT(caw_sleep(0));
        caw_error *error = closed_error(f);
        if (!error) error = file_write(f, data->bytes, data->size);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

static CAW_ASYNC(int64_t, seek_file, caw_file *f, int64_t offset, int whence)
{
    CAW_BEGIN_OWNING(int64_t, caw_unref(f)) {
        CAW_DEFER(caw_unref, f);
        CAW_AWAIT(caw_sleep(0));
        caw_error *error = closed_error(f);
        off_t      at = error ? 0 : lseek(f->descriptor, (off_t)offset, whence);
        if (at < 0) error = file_error(errno, "seek", f->path);
        if (error) CAW_RAISE_ERROR(error);
        CAW_RETURN((int64_t)at);
    } CAW_END;
}

static CAW_ASYNC(int64_t, file_size, caw_file *f)
{
    CAW_BEGIN_OWNING(int64_t, caw_unref(f)) {
        struct stat about;
        CAW_DEFER(caw_unref, f);
        CAW_AWAIT(caw_sleep(0));
        caw_error *error = closed_error(f);
        if (!error && fstat(f->descriptor, &about)) error = file_error(errno, "size of", f->path);
        if (error) CAW_RAISE_ERROR(error);
        CAW_RETURN((int64_t)about.st_size);
    } CAW_END;
}

static CAW_ASYNC(void, close_file, caw_file *f)
{
    CAW_BEGIN_OWNING(void, caw_unref(f)) {
        CAW_DEFER(caw_unref, f);
        CAW_AWAIT(caw_sleep(0));
        caw_error *error = file_close(f);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

static CAW_ASYNC(caw_string *, read_all, copy *path)
{
    CAW_BEGIN_OWNING(caw_string *, copy_free(path)) {
        caw_file *file = CAW_AWAIT(open_path(path, O_RDONLY));
        CAW_DEFER(caw_unref, file);
        CAW_RETURN(CAW_AWAIT(read_file(caw_ref(file), -1)));
    } CAW_END;
}

static void drop_copies(copy *path, copy *data)
{
    copy_free(path);
    copy_free(data);
}

static CAW_ASYNC(void, write_all, copy *path, copy *data)
{
    CAW_BEGIN_OWNING(void, drop_copies(path, data)) {
        CAW_DEFER(copy_free, data);
        if (!data) copy_free(path);
        if (!data) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        caw_file *file = CAW_AWAIT(open_path(path, flags_of("w")));
        CAW_DEFER(caw_unref, file);
        caw_error *error = file_write(file, data->bytes, data->size);
        if (!error) error = file_close(file);
        if (error) CAW_RAISE_ERROR(error);
    } CAW_END;
}

/* ---- The calls ---------------------------------------------------------------------------------------------------------------------------- */

#define NEEDED(T, pointer, what)                                                                                               \
    if (!(pointer)) return (caw_of(T))caw__future_failed(caw_error_new(CAW_TYPE_ERROR, "the %s is NULL", (what)))

caw_of(caw_file *) caw_file_open(const char *path, const char *mode)
{
    NEEDED(caw_file *, path, "path");
    NEEDED(caw_file *, mode, "mode");
    return open_path(text_copy(path), flags_of(mode));
}

caw_of(caw_string *) caw_file_read(caw_file *f, ptrdiff_t n)
{
    NEEDED(caw_string *, f, "file");
    return read_file(caw_ref(f), n);
}

caw_of(void) caw_file_write(caw_file *f, const void *data, size_t size)
{
    NEEDED(void, f, "file");
    NEEDED(void, data || !size, "data");
    return write_file(caw_ref(f), copy_new(data, size));
}

caw_of(int64_t) caw_file_seek(caw_file *f, int64_t offset, int whence)
{
    NEEDED(int64_t, f, "file");
    return seek_file(caw_ref(f), offset, whence);
}

caw_of(int64_t) caw_file_size(caw_file *f)
{
    NEEDED(int64_t, f, "file");
    return file_size(caw_ref(f));
}

caw_of(void) caw_file_close(caw_file *f)
{
    NEEDED(void, f, "file");
    return close_file(caw_ref(f));
}

caw_of(caw_string *) caw_file_read_all(const char *path)
{
    NEEDED(caw_string *, path, "path");
    return read_all(text_copy(path));
}

caw_of(void) caw_file_write_all(const char *path, const void *data, size_t size)
{
    NEEDED(void, path, "path");
    NEEDED(void, data || !size, "data");
    return write_all(text_copy(path), copy_new(data, size));
}

CAW__COLD_END
