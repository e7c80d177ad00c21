/*
 * The crawl over pages that are made up, in virtual time: every delay, failure and pause is exact. First a whole crawl, then one that
 * is cancelled after half a second.
 */
#include "crawler.h"
#include "pages.h"
#include "urls.h"
#include <stdio.h>
#include <string.h>

static int visits_to_flaky;

/* What the pages are like: a delay, then a status and links. */
static const struct {
    const char *path;
    double      delay;
    int         status; /* 0: the connection breaks */
    const char *html;
} pages[] = {
    {"/", 0.1, 200, "<a href=slow><a href=flaky><a href=/never><a href=broken><a href=gone><a href=cut><a href='#top'>"},
    {"/slow", 0.9, 200, "<a href=/><a href=deep/1>"},
    {"/flaky", 0.1, 503, "<a href=slow>"},
    {"/never", 1e9, 200, ""},
    {"/broken", 0.1, 500, ""},
    {"/gone", 0.1, 410, ""},
    {"/cut", 0.1, 0, "<a href=lost>"},
    {"/deep/1", 0.1, 200, "<a href=2>"},
    {"/deep/2", 0.1, 200, "<a href=3>"},
};

CAW_ASYNC(int, page_fetch, const char *url, page *page)
{
    CAW_BEGIN(int) {
        size_t i = 0;
        while (strcmp(pages[i].path, url_path(url)) != 0) i++;
        CAW_AWAIT(caw_sleep(pages[i].delay));
        page->url = caw_string_of(url);
        if (!page->url) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        int status = pages[i].status;
        if (status == 503 && ++visits_to_flaky % 3 == 0) status = 200;
        CAW_CHECK(links_feed(&page->links, pages[i].html, strlen(pages[i].html)));
        page->bytes = (double)strlen(pages[i].html);
        if (!status) CAW_RAISE(CAW_OS_ERROR, "cut off");
        CAW_RETURN(status);
    } CAW_END;
}

static void print_event(void *data, double time, int number, const char *kind, caw_string *url, double detail)
{
    (void)number;
    printf("%.1f  %-9s %s %.0f\n", time - *(double *)data, kind, url_path(caw_string_data(url)), detail);
}

static CAW_ASYNC(void, crawl, double limit)
{
    CAW_BEGIN(void) {
        double           start = caw_time(caw_running_loop());
        crawler_settings settings = {
            .limit = 2, .depth = 2, .timeout = 1, .retries = 2, .listener = print_event, .data = &start};
        crawler *c = crawler_new(&settings);
        if (!c) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(crawler_free, c);
        CAW_CHECK(crawler_start(c, "http://made.up"));
        CAW_TRY {
            CAW_AWAIT(caw_wait_for(crawler_run(c, NULL), limit));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            puts("time is over");
        }
        CAW_END_TRY;
        const crawler_totals *t = crawler_results(c);
        printf("found %d: %d done, %d failed, %d cancelled; %d retries, %.0f bytes\n", t->found, t->done, t->failed,
               t->cancelled, t->retried, t->bytes);
    } CAW_END;
}

int main(void)
{
    caw_error *error = caw_run(crawl(CAW_NEVER), NULL);
    if (!error) error = caw_run(crawl(0.5), NULL);
    caw_stats stats = caw_get_stats();
    printf("left: %u frames, %u blocks\n", stats.frames, stats.blocks);
    return error != NULL;
}
