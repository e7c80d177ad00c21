/*
 * A host without sockets says so, and what to do, at whatever is asked of it; what is an address already needs none.
 */
#include <cawait.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void judge(const char *what, bool good) { printf("%s %s\n", good ? "ok" : "not ok", what); }

static bool says_what_is_missing(const caw_error *error)
{
    return caw_error_errno(error) == ENOTSUP &&
           !strcmp(caw_error_message(error),
                   "wasip1 has no sockets: build for wasip2 or wasip3 and run with -S inherit-network");
}

/* In an async function: awaiting it raises that. */
#define REFUSED(what, handle)                                                                                                  \
    do {                                                                                                                       \
        bool good = false;                                                                                                     \
        CAW_TRY { (void)CAW_AWAIT(handle); }                                                                                   \
        CAW_EXCEPT(CAW_OS_ERROR, error) { good = says_what_is_missing(error); }                                                \
        CAW_END_TRY;                                                                                                           \
        judge(what, good);                                                                                                     \
    } while (0)

static CAW_ASYNC(void, serve, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data, (void)stream;
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        static const caw_datagram_protocol_ops protocol = {.release = NULL};
        REFUSED("open_connection", caw_open_connection("localhost", 80));
        REFUSED("open_connection of an address", caw_open_connection("127.0.0.1", 80));
        REFUSED("start_server", caw_start_server(serve, NULL, "127.0.0.1", 8080));
        REFUSED("getaddrinfo", caw_getaddrinfo("localhost", 80));
        REFUSED("a datagram endpoint", caw_create_datagram_endpoint(&protocol, NULL, .family = CAW_IPV4));
        judge("a socket", !caw_socket_new(CAW_IPV4, false) && errno == ENOTSUP);
        caw_addresses *found = CAW_AWAIT(caw_getaddrinfo("::1", 80));
        judge("an address", caw_addresses_count(found) == 1);
        caw_unref(found);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_MAIN(main_)
