/*
 * Owns: the crawler as a command of WASI 0.3: crawls each site from the addresses that are its arguments.
 *     wasmtime run -S http crawler.wasm SECONDS http://localhost:8080/ ...
 * SECONDS is how long an attempt may take.
 * Must not know: anything of the crawl but crawler.h.
 */
#include "crawler.h"
#include "urls.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line for each page that has ended. */
static void print_end(void *data, double time, int number, const char *kind, caw_string *url, double detail)
{
    (void)data, (void)time, (void)number;
    const char *path = url_path(caw_string_data(url));
    if (!strcmp(kind, "done")) printf("done %9.0f  %s\n", detail, path);
    else if (!strcmp(kind, "failed")) printf("failed %7d  %s\n", (int)detail, path);
}

static CAW_ASYNC(void, crawl, double seconds, char **starts)
{
    CAW_BEGIN(void) {
        crawler *c = crawler_new(&(crawler_settings){6, 4, seconds, 2, print_end, NULL});
        if (!c) CAW_RAISE(CAW_VALUE_ERROR, "crawler SECONDS URL...");
        CAW_DEFER(crawler_free, c);
        for (; *starts; starts++)
            if (crawler_start(c, *starts) == -CAW_VALUE_ERROR) CAW_RAISE(CAW_VALUE_ERROR, "no address: %s", *starts);
        CAW_AWAIT(crawler_run(c, NULL));
        const crawler_totals *t = crawler_results(c);
        printf("%d of %d pages, %.0f bytes, %d errors, %d retries\n", t->done, t->found, t->bytes, t->failed, t->retried);
    } CAW_END;
}

int main(int argc, char **argv)
{
    caw_error *error = caw_run(crawl(argc > 1 ? atof(argv[1]) : 0, argv + (argc > 1) + 1), NULL);
    if (!error) return 0;
    fprintf(stderr, "%s\n", caw_error_message(error));
    caw_unref(error);
    return 1;
}
