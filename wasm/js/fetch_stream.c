/*
 * Owns: requests whose body is written while it goes. Linked only into programs that make some.
 * Must not know: how requests are made (fetch.c), how a stream is filled (web_stream.c).
 */
#include "fetch.h"

CAW__COLD

caw_of(caw_js *) caw__fetch_stream(const char *url, caw_stream_writer **writer, const caw_fetch_options *options)
{
    typedef caw_of(caw_js *) handle;
    caw_fetch_options all = *options;
    *writer = NULL;
    if (all.body.data)
        return (handle)caw__future_failed(
            caw_error_new(CAW_TYPE_ERROR, "caw_fetch_stream: the body is what is written; .body is not to be set"));
    if (!all.method) all.method = "POST";
    uint32_t outlet = caw__js_outlet(writer);
    if (!outlet) return (handle)caw__future_failed(caw_js_take_error());
    return caw__js_fetch_by(url, outlet, &all);
}

CAW__COLD_END
