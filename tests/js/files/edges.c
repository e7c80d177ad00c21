/* What POSIX says of files where it is easily forgotten: of those in memory. (On a disk it is node:wasi's matter.) Prints what is otherwise. */
#include <cawait/export.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A call that gives a number, or -errno. */
#define IS(call, expected) is(#call, (long long)(call), expected)
#define GOES(call) is(#call " >= 0", (call) >= 0 ? 0 : -1, 0)

static void is(const char *call, long long given, long long expected)
{
    if (given < 0) given = -errno;
    errno = 0;
    if (given != expected) printf("%s: %lld, not %lld\n", call, given, expected);
}

static unsigned long long number(const char *path)
{
    struct stat found = {0};
    GOES(stat(path, &found));
    return found.st_ino;
}

static void descriptors(void)
{
    char byte[1];
    int  out = open("/a", O_CREAT | O_WRONLY | O_TRUNC, 0644);
    IS(write(out, "hello", 5), 5);
    IS(read(out, byte, 1), -EBADF);
    IS(pread(out, byte, 1, 0), -EBADF);
    IS(pwrite(out, "x", 1, -1), -EINVAL);
    IS(ftruncate(out, -1), -EINVAL);
    IS(ftruncate(out, 4), 0);
    int in = open("/a", O_RDONLY);
    IS(write(in, "x", 1), -EBADF);
    IS(ftruncate(in, 0), -EINVAL);
    IS(pread(in, byte, 1, -1), -EINVAL);
    IS(pread(in, byte, 1, 3), 1);
    IS(pread(in, byte, 1, 4), 0);
    IS(close(in), 0);
    IS(close(out), 0);
    IS(read(in, byte, 1), -EBADF);
}

static void paths(void)
{
    struct stat found;
    IS(open("/", O_RDWR), -EISDIR);
    IS(stat("/a/", &found), -ENOTDIR);
    IS(unlink("/a/"), -ENOTDIR);
    IS(open("/new/", O_CREAT | O_RDWR, 0644), -EISDIR);
    IS(stat("/new", &found), -ENOENT);
    IS(stat("/../../here", &found), 0); /* above the root is the root, as on a machine */
}

static void numbers(void)
{
    IS(mkdir("/d", 0755), 0);
    IS(mkdir("/d/e", 0755), 0);
    GOES(close(open("/b", O_CREAT | O_WRONLY, 0644)));
    unsigned long long a = number("/a");
    if (!a || a == number("/b") || number("/d") == number("/d/e") || number("/d") == number("/"))
        puts("numbers are not their own");
    struct stat same = {0};
    int         in = open("/a", O_RDONLY);
    IS(fstat(in, &same), 0);
    if (same.st_ino != a) puts("an open file has another number");
    close(in);
    IS(rename("/a", "/d/c"), 0);
    if (number("/d/c") != a) puts("a renamed file has another number");
    DIR *directory = opendir("/d");
    for (struct dirent *entry; directory && (entry = readdir(directory));)
        if (strcmp(entry->d_name, "c") == 0 && entry->d_ino != a) puts("an entry has another number");
    if (directory) closedir(directory);
    IS(unlink("/d/c"), 0);
    IS(unlink("/b"), 0);
    IS(rmdir("/d/e"), 0);
    IS(rmdir("/d"), 0);
}

static void edges(void)
{
    descriptors();
    paths();
    numbers();
}
CAW_EXPORT_SYNC(void, edges);

/* More than there is room for: errno. */
static int large(void)
{
    int out = open("/large", O_CREAT | O_RDWR, 0644), first, second;
    first = ftruncate(out, 1LL << 50) ? errno : 0;
    lseek(out, 1LL << 50, SEEK_SET);
    second = write(out, "x", 1) < 0 ? errno : 0;
    if (lseek(out, 0, SEEK_END) != 0) puts("it has another size");
    close(out);
    return first == second ? first : -1;
}
CAW_EXPORT_SYNC(int, large);
