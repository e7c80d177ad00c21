/*
 * Owns: the seam between the crawler and the place its pages come from: HTTP (pages_fetch.c) or files (pages_files.c).
 * Must not know: tasks, limits or retries.
 */
#ifndef PAGES_H
#define PAGES_H

#include "links.h"
#include <cawait.h>

/* One page as far as it was read. All zero to begin with. */
typedef struct page {
    caw_string *url;   /* where it was in the end, after redirects */
    double      bytes; /* of its body */
    links       links; /* what its <a href>s say, if it is HTML */
} page;

/* Beyond this a body is not read on: what a page has to say, it has said by then. */
#define PAGE_MOST_BYTES (16e6)

/*
 * Reads a page to its end and gives the HTTP status, or what comes nearest. Only a body of status 200 to 299 is read. Raises
 * OSError or JsError when there is no answer, or half of one. Borrows both arguments.
 */
caw_of(int) page_fetch(const char *url, page *page);

static inline void page_clear(void *page_)
{
    page *page = page_;
    caw_unref(page->url);
    links_clear(&page->links);
    page->url = NULL;
    page->bytes = 0;
}

#endif
