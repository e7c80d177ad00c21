/*
 * Owns: the crawler on WASI: pages are the files under a folder, start pages come as arguments and as lines of stdin.
 *     crawler.wasm [--limit N] [--depth N] [--timeout SECONDS] [--retries N] [--delay SECONDS] FOLDER [START...]
 * A start is an address within the folder (index.html, /tides/). The line "stop" ends the crawl there. --delay is how long each page
 * takes before it is there, for want of a slow disk.
 * Must not know: anything of the crawl but crawler.h.
 */
#include "crawler.h"
#include "pages.h"
#include "urls.h"
#include <cawait/stdin.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *folder;
static double      delay;

/* ---- Pages ----------------------------------------------------------------------------------------------------------- */

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

static bool is_folder(const char *name)
{
    struct stat about;
    return stat(name, &about) == 0 && S_ISDIR(about.st_mode);
}

/*
 * The file behind an address: %XX undone, index.html for a folder; *moved: it is one, and the address lacks its last slash. To be
 * freed; NULL without memory.
 */
static char *file_of(const char *url, bool *moved)
{
    const char *path = url_path(url);
    size_t      length = strcspn(path, "?"), end = strlen(folder);
    char       *file = malloc(end + length + sizeof "/index.html");
    if (!file) return NULL;
    memcpy(file, folder, end);
    for (size_t i = 0; i < length; i++) {
        bool coded = path[i] == '%' && hex(path[i + 1]) >= 0 && hex(path[i + 2]) >= 0;
        char meant = coded ? (char)(hex(path[i + 1]) * 16 + hex(path[i + 2])) : path[i];
        if (coded && (meant == '/' || meant == 0)) coded = false, meant = '%'; /* no name holds these: it will not be found */
        file[end++] = meant;
        if (coded) i += 2;
    }
    file[end] = 0;
    bool slash = file[end - 1] == '/';
    *moved = !slash && is_folder(file);
    if (*moved) strcpy(file + end, "/index.html");
    else if (slash) strcpy(file + end, "index.html");
    return file;
}

/* The address as a server would have redirected it. */
static caw_string *address_of(const char *url, bool moved)
{
    size_t length = strcspn(url, "?");
    char  *text = malloc(length + 2);
    if (!text) return NULL;
    memcpy(text, url, length);
    strcpy(text + length, moved ? "/" : "");
    caw_string *address = caw_string_of(text);
    free(text);
    return address;
}

static bool is_html(const char *file)
{
    const char *dot = strrchr(file, '.');
    return dot && (!strcmp(dot, ".html") || !strcmp(dot, ".htm"));
}

/* The status that a server would give; 0: the disk's trouble. */
static int status_of(int cause)
{
    if (cause == EACCES || cause == EPERM || cause == ENOTCAPABLE) return 403;
    return cause == ENOENT || cause == ENOTDIR || cause == EILSEQ || cause == ENAMETOOLONG ? 404 : 0;
}

static void close_file(void *file) { close((int)(intptr_t)file); }

/* Reads a file to its end, giving way to other pages between two pieces. */
static CAW_ASYNC(int, read_file, const char *name, page *page)
{
    CAW_BEGIN(int) {
        int fd = open(name, O_RDONLY), cause = errno;
        if (fd < 0 && status_of(cause)) CAW_RETURN(status_of(cause));
        if (fd < 0) CAW_RAISE_ERROR(caw_error_os(cause, "%s: %s", name, strerror(cause)));
        CAW_DEFER(close_file, (intptr_t)fd);
        char *piece = malloc(1 << 14);
        if (!piece) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(free, piece);
        for (;;) {
            ssize_t size = read(fd, piece, 1 << 14);
            if (size < 0) CAW_RAISE_ERROR(caw_error_os(errno, "%s: %s", name, strerror(errno)));
            if (size == 0 || page->bytes > PAGE_MOST_BYTES) CAW_RETURN(200);
            page->bytes += (double)size;
            if (is_html(name)) CAW_CHECK(links_feed(&page->links, piece, (size_t)size));
            CAW_AWAIT(caw_sleep(0));
        }
    } CAW_END;
}

CAW_ASYNC(int, page_fetch, const char *url, page *page)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(delay));
        bool  moved;
        char *name = file_of(url, &moved);
        if (!name) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(free, name);
        page->url = address_of(url, moved);
        if (!page->url) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_RETURN(CAW_AWAIT(read_file(name, page)));
    } CAW_END;
}

/* ---- The report ------------------------------------------------------------------------------------------------------ */

/* A line for each page that has ended. */
static void print_end(void *data, double time, int number, const char *kind, caw_string *url, double detail)
{
    (void)data, (void)time, (void)number;
    char        status[16];
    const char *path = url_path(caw_string_data(url));
    if (!strcmp(kind, "done")) {
        printf("ok         %8.0f  %s\n", detail, path);
    } else if (!strcmp(kind, "cancelled")) {
        printf("cancelled            %s\n", path);
    } else if (!strcmp(kind, "failed")) {
        snprintf(status, sizeof status, "%d", (int)detail);
        printf("%-19s  %s\n", detail > 0 ? status : (int)detail == TIMED_OUT ? "timed out" : "error", path);
    }
}

static void print_totals(const crawler_totals *t)
{
    printf("pages      %d of %d found\nbytes      %.0f\nerrors     %d\n", t->done, t->found, t->bytes, t->failed);
    if (t->cancelled) printf("cancelled  %d\n", t->cancelled);
    printf("retries    %d\nelapsed    %.2f s\n", t->retried, t->ended - t->started);
}

/* ---- Start pages ----------------------------------------------------------------------------------------------------- */

/* Adds the page that a line or an argument names. 0 or a negative error. */
static int start(crawler *c, const char *name)
{
    caw_string *url;
    int         status = url_resolve("file:///", name, &url);
    bool        ours = status == 1 && url_same_origin(caw_string_data(url), "file:///");
    if (ours) status = crawler_start(c, caw_string_data(url));
    else if (status >= 0) fprintf(stderr, "not in the folder: %s\n", name);
    caw_unref(url);
    return status < 0 ? status : 0;
}

static CAW_ASYNC(void, read_starts, crawler *c)
{
    CAW_BEGIN(void) {
        caw_string *line;
        while ((line = CAW_AWAIT(caw_stdin_line()))) {
            bool stop = !strcmp(caw_string_data(line), "stop");
            int  status = stop || !caw_string_size(line) ? 0 : start(c, caw_string_data(line));
            caw_unref(line);
            CAW_CHECK(status);
            if (stop) CAW_RAISE(CAW_CANCELLED_ERROR, "stop");
        }
    } CAW_END;
}

/* ---- The program ----------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, crawl, const crawler_settings *settings, char **starts)
{
    CAW_BEGIN(void) {
        crawler *c = crawler_new(settings);
        if (!c) CAW_RAISE(CAW_VALUE_ERROR, "a crawl needs limit > 0, depth >= 0, timeout > 0, retries >= 0");
        CAW_DEFER(crawler_free, c);
        while (*starts) CAW_CHECK(start(c, *starts++));
        CAW_TRY {
            CAW_AWAIT(crawler_run(c, read_starts(c)));
        } CAW_FINALLY {
            print_totals(crawler_results(c));
        }
        CAW_END_TRY;
    } CAW_END;
}

static int usage(void)
{
    fputs("crawler [--limit N] [--depth N] [--timeout SECONDS] [--retries N] [--delay SECONDS] FOLDER [START...]\n", stderr);
    return 2;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"--limit", "--depth", "--timeout", "--retries", "--delay"};
    double                   values[] = {6, 8, 10, 2, 0};
    enum { OPTIONS = sizeof names / sizeof *names };

    int at = 1, option;
    for (; at < argc && !strncmp(argv[at], "--", 2); at += 2) {
        for (option = 0; option < OPTIONS && strcmp(argv[at], names[option]) != 0; option++) continue;
        char *end = NULL;
        if (option < OPTIONS && at + 1 < argc) values[option] = strtod(argv[at + 1], &end);
        if (!end || *end || end == argv[at + 1]) return usage();
    }
    if (at == argc) return usage();
    folder = argv[at];
    delay = values[4];
    crawler_settings settings = {(int)values[0], (int)values[1], values[2], (int)values[3], print_end, NULL};

    caw_error *error = caw_run(crawl(&settings, argv + at + 1), NULL);
    bool       bad = error && !caw_error_is(error, CAW_CANCELLED_ERROR);
    if (bad) fprintf(stderr, "%s: %s\n", caw_error_name((int)caw_error_type_of(error)), caw_error_message(error));
    caw_unref(error);
    return bad;
}
