/*
 * Owns: pages by caw_fetch, on any host that has it.
 * Must not know: anything of the crawl.
 */
#include "pages.h"
#include <cawait/fetch.h>
#include <string.h>

static bool is_html(const caw_response *response)
{
    caw_string *type = caw_response_header(response, "content-type");
    bool        html = strstr(caw_string_data(type), "html") != NULL;
    caw_unref(type);
    return html;
}

CAW_ASYNC(int, page_fetch, const char *url, page *page)
{
    CAW_BEGIN(int) {
        caw_response *response = CAW_AWAIT(caw_fetch(url));
        CAW_DEFER(caw_unref, response);
        page->url = caw_response_url(response);
        if (!page->url) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        int  status = caw_response_status(response);
        bool good = caw_response_ok(response), html = is_html(response);
        while (good) {
            caw_string *chunk = CAW_AWAIT(caw_response_chunk(response));
            size_t      size = caw_string_size(chunk);
            int         fed = html ? links_feed(&page->links, caw_string_data(chunk), size) : 0;
            caw_unref(chunk);
            CAW_CHECK(fed);
            page->bytes += (double)size;
            if (size == 0) CAW_RETURN(status);
            if (page->bytes > PAGE_MOST_BYTES) break;
        }
        caw_response_cancel(response); /* what is not read is not sent either */
        CAW_RETURN(status);
    } CAW_END;
}
