/*
 * Owns: what the tests of datagrams share: protocols that say what they are told, endpoints that end with their function.
 */
#ifndef CAW_TEST_DATAGRAM_H
#define CAW_TEST_DATAGRAM_H

#include "network.h"

static inline void d_made(void *self, caw_datagram_transport *t) { (void)t, trace("%s.made", (const char *)self); }
static inline void d_received(void *self, const void *data, size_t size, const caw_address *from)
{
    trace("%s.got:%.*s:%s", (const char *)self, (int)size, (const char *)data, address_text(from));
    CHECK(!caw_current_task());
}
static inline void d_error(void *self, caw_error *error) { trace("%s.error:%s", (const char *)self, caw_error_message(error)); }
static inline void d_lost(void *self, caw_error *error)
{
    trace("%s.lost", (const char *)self);
    CHECK(!error);
}
static const caw_datagram_protocol_ops all = {.connection_made = d_made,
                                              .datagram_received = d_received,
                                              .error_received = d_error,
                                              .connection_lost = d_lost,
                                              .pause_writing = told_pause,
                                              .resume_writing = told_resume,
                                              .release = told_release};
static const caw_datagram_protocol_ops none = {.release = NULL};
/* Says nothing of its end. */
static const caw_datagram_protocol_ops endless = {
    .connection_made = d_made, .datagram_received = d_received, .error_received = d_error};

static CAW_ASYNC(void, pass, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}

#define ENDPOINT(name, ...)                                                                                                    \
    caw_datagram_transport *name = CAW_AWAIT(caw_create_datagram_endpoint(__VA_ARGS__));                                       \
    CAW_DEFER(end_endpoint, name)

static inline void end_endpoint(void *t)
{
    caw_datagram_abort(t);
    caw_datagram_abort(t);
    caw_unref(t);
}

#endif
