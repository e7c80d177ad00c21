/*
 * Owns: messages: what they consist of, how they are freed, their whole bodies.
 * Must not know: what is special in requests and in responses.
 */
#include "http.h"

CAW__COLD

caw_error *caw_http_take_error(void) { return caw__http_failure(); }

static void message_release(void *object)
{
    caw_js *it = object;
    if (it->in) caw__in_forget(it->in);
    if (it->out) caw__out_release(it->out);
    caw_unref(it->chunks);
    caw_unref(it->method);
    caw_unref(it->url);
    caw__http_drop_list(it);
    caw__http_drop_fields(it->fields);
    caw__http_drop_fields(it->trailers);
    if (it->handle) it->kind->drop(it->handle);
    if (it->gone) it->gone(it);
    caw__free(it, sizeof *it);
}

static const caw__type message_type = {"HTTP message", message_release, NULL};

caw_js *caw__http_message(const caw__http_kind *kind, uint32_t handle)
{
    caw_js *it = caw__object_new(&message_type, CAW__OBJECT, sizeof *it);
    if (it) {
        it->kind = kind;
        it->handle = handle;
    } else if (handle) {
        kind->drop(handle);
    }
    return it;
}

uint32_t caw__http_fields_of(const caw_js *message)
{
    caw_js *it = (caw_js *)(uintptr_t)message;
    if (!it->fields && it->handle) it->fields = it->kind->headers(it->handle);
    return it->fields;
}

static CAW_ASYNC(caw_string *, whole, caw_js *message, bool text)
{
    CAW_BEGIN_OWNING(caw_string *, caw_unref(message)) {
        CAW_DEFER(caw_unref, message);
        caw_error         *why = NULL;
        caw_stream_reader *reader = caw__http_read(message, &why);
        if (!reader) CAW_RAISE_ERROR(why);
        CAW_DEFER(caw_unref, reader);
        caw_string *bytes = CAW_AWAIT(caw_stream_read(reader, -1));
        if (text) bytes = caw__http_utf8(bytes);
        if (!bytes) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_RETURN(bytes);
    } CAW_END;
}

caw_of(caw_string *) caw__http_whole(const caw_js *message, bool text)
{
    return whole(caw_ref((caw_js *)(uintptr_t)message), text);
}

CAW__COLD_END
