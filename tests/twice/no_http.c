/*
 * Owns: what the portable half of HTTP asks of a host's, for a program that is linked with the whole library and has no HTTP.
 */
#include <cawait/http.h>

caw_string *caw_request_url(const caw_request *request)
{
    (void)request;
    return NULL;
}

caw_response *caw__respond(const void *data, size_t size, const char *type, const caw_respond_options *options)
{
    (void)data, (void)size, (void)type, (void)options;
    return NULL;
}
