/*
 * Owns: the crawler as its hosts use it: settings, events, totals. events.mjs says what an event means.
 * Must not know: where pages come from (pages.h), or who listens.
 */
#ifndef CRAWLER_H
#define CRAWLER_H

#include <cawait.h>

typedef struct crawler crawler;

/* Called for each event, with the loop's time in seconds; may not suspend. The kind and the url are borrowed. */
typedef void crawler_listener(void *data, double time, int number, const char *kind, caw_string *url, double detail);

typedef struct crawler_settings {
    int               limit;   /* pages in flight at most */
    int               depth;   /* links from a start page at most */
    double            timeout; /* seconds for one attempt, body included */
    int               retries; /* further attempts after a failure that may pass */
    crawler_listener *listener;
    void             *data;
} crawler_settings;

typedef struct crawler_totals {
    int    found, done, failed, cancelled, retried;
    double bytes, started, ended; /* ended: when the last event was */
} crawler_totals;

/* What a failure's detail is when there was no HTTP status. */
enum { NETWORK = 0, TIMED_OUT = -1 };

/* NULL without memory or with settings that make no sense. */
crawler *crawler_new(const crawler_settings *settings);
void     crawler_free(void *crawler);
/* A start page: from here on its task runs. 1; 0: it was found before; -CAW_VALUE_ERROR: no URL; -CAW_MEMORY_ERROR. */
int crawler_start(crawler *crawler, const char *url);
/*
 * Done when every page is. `feed`, if any, is awaited first: it adds start pages as they come. Consumes it. However this ends, by
 * cancellation too, no task of the crawl goes on.
 */
caw_of(void) crawler_run(crawler *crawler, caw_of(void) feed);
const crawler_totals *crawler_results(const crawler *crawler);

#endif
