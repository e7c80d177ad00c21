/* Bodies of any size: how much memory they need is asked from outside. */
#include <cawait.h>
#include <cawait/export.h>
#include <cawait/fetch.h>

/* What tells the bytes apart. */
static uint32_t sum(uint32_t so_far, const caw_string *bytes)
{
    const char *data = caw_string_data(bytes);
    for (size_t i = 0, size = caw_string_size(bytes); i < size; i++) so_far = so_far * 31 + (unsigned char)data[i];
    return so_far;
}

CAW_ASYNC(unsigned, whole, caw_js *response, bool text)
{
    CAW_BEGIN(unsigned) {
        caw_string *body = text ? CAW_AWAIT(caw_response_text(response)) : CAW_AWAIT(caw_response_bytes(response));
        uint32_t    got = sum((uint32_t)caw_string_size(body), body);
        caw_unref(body);
        CAW_RETURN(got);
    } CAW_END;
}
CAW_EXPORT(unsigned, whole, caw_js *, response, bool, text);

CAW_ASYNC(unsigned, in_chunks, caw_js *response)
{
    CAW_BEGIN(unsigned) {
        uint32_t got = 0;
        for (;;) {
            caw_string *chunk = CAW_AWAIT(caw_response_chunk(response));
            size_t      size = caw_string_size(chunk);
            got = sum(got, chunk);
            caw_unref(chunk);
            if (!size) break;
        }
        CAW_RETURN(got);
    } CAW_END;
}
CAW_EXPORT(unsigned, in_chunks, caw_js *, response);

CAW_ASYNC(caw_string *, echo, caw_string *text)
{
    CAW_BEGIN(caw_string *) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_ref(text));
    } CAW_END;
}
CAW_EXPORT(caw_string *, echo, caw_string *, text);
