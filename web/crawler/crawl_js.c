/*
 * Owns: the crawler on hosts with JavaScript: events to the global `onevent`, the export that starts it.
 * Must not know: anything of the crawl but crawler.h.
 */
#include "crawler.h"
#include <cawait/export.h>

/* ---- Events ---------------------------------------------------------------------------------------------------------- */

static void tell(void *onevent, double time, int number, const char *kind, caw_string *url, double detail)
{
    caw_js *nothing = caw_js_call(onevent, caw_double(time), caw_int(number), caw_text(caw_string_of(kind)),
                                  caw_text(caw_ref(url)), caw_double(detail));
    if (!nothing) caw_unref(caw_js_take_error()); /* a listener that fails does not stop the crawl */
    caw_unref(nothing);
}

static void stay_silent(void *data, double time, int number, const char *kind, caw_string *url, double detail)
{
    (void)data, (void)time, (void)number, (void)kind, (void)url, (void)detail;
}

/* ---- The export ------------------------------------------------------------------------------------------------------ */

static caw_js *summary(const crawler_totals *t)
{
    caw_js *object = caw_js_object();
    bool bad = !object || caw_js_set(object, "pages", caw_int(t->done)) || caw_js_set(object, "failed", caw_int(t->failed)) ||
               caw_js_set(object, "retries", caw_int(t->retried)) || caw_js_set(object, "bytes", caw_double(t->bytes)) ||
               caw_js_set(object, "seconds", caw_double(t->ended - t->started));
    if (!bad) return object;
    caw_unref(object);
    return NULL;
}

/* Crawls from `url` on; gives the totals as an object. */
static CAW_ASYNC(caw_js *, crawl, const char *url, int limit, int depth, double timeout, int retries)
{
    CAW_BEGIN(caw_js *) {
        caw_js *onevent = CAW_JS(caw_js_global("onevent"));
        CAW_DEFER(caw_unref, onevent);
        crawler_settings settings = {limit, depth, timeout, retries, tell, onevent};
        if (caw_js_typeof(onevent) != CAW_JS_FUNCTION) settings.listener = stay_silent;

        crawler *c = crawler_new(&settings);
        if (!c) CAW_RAISE(CAW_VALUE_ERROR, "a crawl needs limit > 0, depth >= 0, timeout > 0, retries >= 0");
        CAW_DEFER(crawler_free, c);
        if (crawler_start(c, url) == -CAW_VALUE_ERROR) CAW_RAISE(CAW_VALUE_ERROR, "no address to start from: %s", url);
        CAW_AWAIT(crawler_run(c, NULL));

        CAW_RETURN(CAW_JS(summary(crawler_results(c))));
    } CAW_END;
}
CAW_EXPORT(caw_js *, crawl, const char *, url, int, limit, int, depth, double, timeout, int, retries);
