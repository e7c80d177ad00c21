/* Files by C's and POSIX's calls, each answered with what errno was. */
#include <cawait.h>
#include <cawait/export.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens as fopen does, writes, closes; errno, or 0. */
CAW_ASYNC(int, put, const char *path, const char *mode, const char *text)
{
    CAW_BEGIN(int) {
        errno = 0;
        FILE *f = fopen(path, mode);
        if (!f) CAW_RETURN(errno);
        fputs(text, f);
        CAW_RETURN(fclose(f) ? errno : 0);
    } CAW_END;
}
CAW_EXPORT(int, put, const char *, path, const char *, mode, const char *, text);

CAW_ASYNC(caw_string *, get, const char *path)
{
    CAW_BEGIN(caw_string *) {
        FILE *f = fopen(path, "r");
        if (!f) CAW_RAISE_ERROR(caw_error_os(errno, "%s", path));
        char   text[4096];
        size_t size = fread(text, 1, sizeof text, f);
        fclose(f);
        CAW_RETURN(caw_string_new(text, size));
    } CAW_END;
}
CAW_EXPORT(caw_string *, get, const char *, path);

/* Writes at a place of a file that is open for both, reads all of it again. */
CAW_ASYNC(caw_string *, patch, const char *path, int at, const char *text)
{
    CAW_BEGIN(caw_string *) {
        FILE *f = fopen(path, "r+");
        if (!f) CAW_RAISE_ERROR(caw_error_os(errno, "%s", path));
        fseek(f, at, SEEK_SET);
        fputs(text, f);
        fseek(f, 0, SEEK_END);
        size_t size = (size_t)ftell(f);
        rewind(f);
        char all[4096];
        size = fread(all, 1, size < sizeof all ? size : sizeof all, f);
        fclose(f);
        CAW_RETURN(caw_string_new(all, size));
    } CAW_END;
}
CAW_EXPORT(caw_string *, patch, const char *, path, int, at, const char *, text);

static int done(int result) { return result ? errno : 0; }

/* mkdir, rmdir, unlink, rename, stat, truncate by the first letter; `other` is the second path, or the size. */
CAW_ASYNC(int, change, const char *what, const char *path, const char *other)
{
    CAW_BEGIN(int) {
        struct stat s;
        switch (what[0]) {
        case 'm': CAW_RETURN(done(mkdir(path, 0777)));
        case 'r': CAW_RETURN(done(rmdir(path)));
        case 'u': CAW_RETURN(done(unlink(path)));
        case 'n': CAW_RETURN(done(rename(path, other)));
        case 't': CAW_RETURN(done(truncate(path, (off_t)strlen(other))));
        default: CAW_RETURN(stat(path, &s) ? -errno : S_ISDIR(s.st_mode) ? 1000000 : (int)s.st_size);
        }
    } CAW_END;
}
CAW_EXPORT(int, change, const char *, what, const char *, path, const char *, other);

CAW_ASYNC(caw_string *, entries, const char *path)
{
    CAW_BEGIN(caw_string *) {
        DIR *d = opendir(path);
        if (!d) CAW_RAISE_ERROR(caw_error_os(errno, "%s", path));
        char text[8192] = "";
        for (const struct dirent *e; (e = readdir(d));) {
            if (e->d_name[0] == '.') continue;
            strcat(strcat(text, e->d_name), e->d_type == DT_DIR ? "/ " : " ");
        }
        closedir(d);
        CAW_RETURN(caw_string_of(text));
    } CAW_END;
}
CAW_EXPORT(caw_string *, entries, const char *, path);

/* A file that is removed while it is open: what is written is still there to read. */
CAW_ASYNC(int, orphan, const char *path)
{
    CAW_BEGIN(int) {
        int  fd = open(path, O_CREAT | O_RDWR | O_EXCL, 0666);
        char text[4] = "";
        if (fd < 0) CAW_RETURN(-errno);
        if (unlink(path) || write(fd, "abc", 3) != 3 || lseek(fd, 1, SEEK_SET) != 1) CAW_RETURN(-errno);
        int got = (int)read(fd, text, 3);
        close(fd);
        CAW_RETURN(got == 2 && !strcmp(text, "bc") && access(path, F_OK) == -1 && errno == ENOENT);
    } CAW_END;
}
CAW_EXPORT(int, orphan, const char *, path);

CAW_ASYNC(int, sleeps, void)
{
    CAW_BEGIN(int) {
        errno = 0;
        CAW_RETURN(usleep(1000) ? errno : 0);
    } CAW_END;
}
CAW_EXPORT(int, sleeps);
