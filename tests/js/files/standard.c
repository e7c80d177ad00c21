/* Directories that change while they are read; the three descriptors of stdio, beside files. Prints to stderr what is otherwise. */
#include <cawait/export.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes `count` files in a new folder and removes each as it is read, as `rm -r` does: how many are left. */
static int sweep(const char *folder, int count)
{
    char           path[300];
    struct dirent *entry;
    if (mkdir(folder, 0777)) return -errno;
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/a file with a name of some length, %d", folder, i);
        int fd = open(path, O_CREAT | O_WRONLY, 0666);
        if (fd < 0) return -errno;
        close(fd);
    }
    DIR *directory = opendir(folder);
    while ((entry = readdir(directory))) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.' && unlink(path)) return -errno;
    }
    rewinddir(directory);
    int left = 0;
    while ((entry = readdir(directory))) left += entry->d_name[0] != '.';
    closedir(directory);
    return rmdir(folder) ? -errno : left;
}
CAW_EXPORT_SYNC(int, sweep, const char *, folder, int, count);

#define IS(call, expected)                                                                                                     \
    do {                                                                                                                       \
        errno = 0;                                                                                                             \
        long long got = (long long)(call);                                                                                     \
        if (got < 0) got = -errno;                                                                                             \
        if (got != (expected)) fprintf(stderr, "%s: %lld, not %d\n", #call, got, expected);                                    \
    } while (0)

/* None of these is the process's own, whatever that has been given. */
static void stdio(void)
{
    struct stat found = {0};
    char        byte[1];
    IS(fstat(1, &found), 0);
    IS(S_ISCHR(found.st_mode), 1);
    IS(lseek(1, 0, SEEK_CUR), -ESPIPE);
    IS(ftruncate(1, 0), -EINVAL);
    IS(fsync(1), -EINVAL);
    IS(pread(0, byte, 1, 0), -ESPIPE);
    IS(pwrite(1, "x", 1, 0), -ESPIPE);
    IS(openat(1, "x", O_RDONLY), -EBADF);
}
CAW_EXPORT_SYNC(void, stdio);

/* stdout to one file, then another, then closed. */
static void reopen(const char *first, const char *second)
{
    struct stat found;
    printf("printed, ");
    IS(freopen(first, "w", stdout) == stdout, 1);
    printf("to the first");
    IS(freopen(second, "w", stdout) == stdout, 1);
    IS(stat(first, &found), 0);
    IS(found.st_size, 12);
    printf("to the second");
    IS(fflush(stdout), 0);
    IS(fstat(1, &found), 0);
    IS(found.st_size, 13);
    IS(lseek(1, 0, SEEK_CUR), 13);
    IS(fclose(stdout), 0);
    IS(write(1, "x", 1), -EBADF);
}
CAW_EXPORT_SYNC(void, reopen, const char *, first, const char *, second);
