/*
 * Owns: the crawl: one task for each page that is found, at most so many of them fetching at a time, each attempt under a time
 * limit, retries after longer and longer pauses, links followed to a depth, and nothing left over when it is cancelled.
 * Must not know: HTTP, files, JavaScript (pages.h), HTML (links.h), or who listens to the events.
 */
#include "crawler.h"
#include "pages.h"
#include "urls.h"
#include <stdlib.h>
#include <string.h>

#define FIRST_PAUSE 0.1 /* seconds; doubles with every retry */
#define LONGEST_PAUSE 5.0

/* A page on its way. */
typedef struct visit {
    crawler    *crawler;
    caw_string *url;
    int         number, depth;
    bool        ended;
    page        page;
    caw_of(void) task;
    struct visit *next;
} visit;

struct crawler {
    int              refs; /* its owner's, and one of each task */
    crawler_settings settings;
    crawler_totals   totals;
    caw_semaphore   *slots;
    url_set          seen;
    bool             stopping;
    visit           *first, **end; /* in the order they were found; tasks only ever add at the end */
};

static void say(visit *v, const char *kind, double detail)
{
    crawler *c = v->crawler;
    c->totals.ended = caw_time(caw_running_loop());
    c->settings.listener(c->settings.data, c->totals.ended, v->number, kind, v->url, detail);
}

static void say_last(visit *v, const char *kind, int *count, double detail)
{
    ++*count;
    v->ended = true;
    say(v, kind, detail);
}

/* ---- One page -------------------------------------------------------------------------------------------------------- */

static int  add(crawler *c, caw_string *url, int depth);
static void let_go(void *crawler);
static void release(void *slots) { caw_release(slots); }

/* One attempt, in one of the slots: gives the status, TIMED_OUT or NETWORK. */
static CAW_ASYNC(int, attempt, visit *v, int number)
{
    CAW_BEGIN(int) {
        const crawler_settings *settings = &v->crawler->settings;
        int                     outcome = NETWORK;

        say(v, "waiting", 0);
        CAW_AWAIT(caw_acquire(v->crawler->slots));
        CAW_DEFER(release, v->crawler->slots);

        say(v, "fetching", number);
        page_clear(&v->page);
        CAW_TRY {
            outcome = CAW_AWAIT(caw_wait_for(page_fetch(caw_string_data(v->url), &v->page), settings->timeout));
        } CAW_EXCEPT(CAW_TIMEOUT_ERROR, error) {
            outcome = TIMED_OUT;
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            outcome = NETWORK;
        } CAW_EXCEPT(CAW_JS_ERROR, error) {
            outcome = NETWORK;
        }
        CAW_END_TRY;
        CAW_RETURN(outcome);
    } CAW_END;
}

static bool is_good(int outcome) { return outcome >= 200 && outcome < 300; }

/* Whether another attempt may go better: not where the server has said that it will not. */
static bool may_pass(int outcome)
{
    return outcome == NETWORK || outcome == TIMED_OUT || outcome == 408 || outcome == 429 || outcome >= 500;
}

static double pause_before(int retry)
{
    double pause = FIRST_PAUSE;
    while (--retry && pause < LONGEST_PAUSE) pause *= 2;
    return pause < LONGEST_PAUSE ? pause : LONGEST_PAUSE;
}

/* Adds what the page links to within its origin. 0 or a negative error. */
static int follow(visit *v)
{
    crawler    *c = v->crawler;
    links      *links = &v->page.links;
    caw_string *base = NULL, *url = NULL;
    int         status = v->depth < c->settings.depth ? url_resolve(NULL, caw_string_data(v->page.url), &base) : 0;
    /* A page that was redirected to another origin has nothing to say about this one. */
    if (status == 1 && !url_same_origin(caw_string_data(base), caw_string_data(v->url))) status = 0;
    for (size_t i = 0; status == 1 && i < links->count; i++) {
        status = url_resolve(caw_string_data(base), caw_string_data(links->found[i]), &url);
        bool ours = status == 1 && url_same_origin(caw_string_data(url), caw_string_data(v->url));
        if (ours) status = add(c, url, v->depth + 1);
        caw_unref(url);
        status = status < 0 ? status : 1;
    }
    caw_unref(base);
    return status;
}

static CAW_ASYNC(void, visit_page, visit *v)
{
    CAW_BEGIN_OWNING(void, let_go(v->crawler)) {
        CAW_DEFER(let_go, v->crawler);
        crawler_totals *totals = &v->crawler->totals;
        for (int number = 1;; number++) {
            int outcome = CAW_AWAIT(attempt(v, number));
            if (is_good(outcome)) {
                totals->bytes += v->page.bytes;
                say_last(v, "done", &totals->done, v->page.bytes);
                CAW_CHECK(follow(v));
                page_clear(&v->page);
                CAW_RETURN();
            }
            if (!may_pass(outcome) || number > v->crawler->settings.retries) {
                say_last(v, "failed", &totals->failed, outcome);
                CAW_RETURN();
            }
            totals->retried++;
            say(v, "retrying", outcome);
            CAW_AWAIT(caw_sleep(pause_before(number)));
        }
    } CAW_END;
}

/* ---- The crawl ------------------------------------------------------------------------------------------------------- */

/* Makes a page known, and its task. 1; 0: it is known already; -CAW_MEMORY_ERROR. Borrows the url. */
static int add(crawler *c, caw_string *url, int depth)
{
    if (c->stopping) return 0;
    int status = url_set_add(&c->seen, url);
    if (status != 1) return status;
    visit *v = calloc(1, sizeof *v);
    if (!v) return -CAW_MEMORY_ERROR;
    *v = (visit){.crawler = c, .url = caw_ref(url), .number = ++c->totals.found, .depth = depth};
    *c->end = v;
    c->end = &v->next;
    say(v, "queued", depth);
    c->refs++;
    v->task = caw_spawn(visit_page(v), .name = url_path(caw_string_data(url)));
    return 1;
}

/* Cancels what still runs, and waits until it has ended. */
static CAW_ASYNC(void, stop, crawler *c)
{
    CAW_BEGIN(void) {
        c->stopping = true;
        for (visit *v = c->first; v; v = v->next) caw_cancel(v->task, NULL);
        for (visit *v = c->first; v; v = v->next) {
            CAW_TRY {
                CAW_AWAIT(caw_ref(v->task));
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                /* It ended, which is all that is asked of it here. */
            }
            CAW_END_TRY;
            if (!v->ended) say_last(v, "cancelled", &c->totals.cancelled, 0);
        }
    } CAW_END;
}

CAW_ASYNC(void, crawler_run, crawler *c, caw_of(void) feed)
{
    CAW_BEGIN_OWNING(void, caw_drop(feed)) {
        c->totals.started = caw_time(caw_running_loop());
        CAW_TRY {
            if (feed) CAW_AWAIT(feed);
            /* Only tasks that have not ended add pages, at the end of the list: when its end is reached, all is done. */
            for (visit *v = c->first; v; v = v->next) {
                CAW_AWAIT(caw_shield(caw_ref(v->task))); /* a cancellation is not for this one alone: its slot would go on */
            }
        } CAW_FINALLY {
            CAW_AWAIT(stop(c));
        }
        CAW_END_TRY;
    } CAW_END;
}

int crawler_start(crawler *c, const char *url)
{
    caw_string *start;
    int         status = url_resolve(NULL, url, &start);
    if (status == 1) status = add(c, start, 0);
    else if (status == 0) status = -CAW_VALUE_ERROR;
    caw_unref(start);
    return status;
}

const crawler_totals *crawler_results(const crawler *c) { return &c->totals; }

crawler *crawler_new(const crawler_settings *settings)
{
    bool     sound = settings->limit > 0 && settings->depth >= 0 && settings->timeout > 0 && settings->retries >= 0;
    crawler *c = sound ? calloc(1, sizeof *c) : NULL;
    if (!c) return NULL;
    c->refs = 1;
    c->settings = *settings;
    c->end = &c->first;
    c->slots = caw_semaphore_new(settings->limit);
    if (c->slots) return c;
    free(c);
    return NULL;
}

static void let_go(void *crawler_)
{
    crawler *c = crawler_;
    if (--c->refs) return;
    for (visit *v = c->first, *next; v; v = next) {
        next = v->next;
        caw_unref(v->task);
        caw_unref(v->url);
        page_clear(&v->page);
        free(v);
    }
    url_set_clear(&c->seen);
    caw_unref(c->slots);
    free(c);
}

void crawler_free(void *crawler_)
{
    crawler *c = crawler_;
    c->stopping = true; /* after crawler_run there is nothing to stop; without it, tasks end in the next pass and let go then */
    for (visit *v = c->first; v; v = v->next) caw_cancel(v->task, NULL);
    let_go(c);
}
