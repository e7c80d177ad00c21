/*
 * Owns: datagrams (UDP): endpoints and their protocols (DatagramTransport, DatagramProtocol).
 * Must not know: streams; how sockets of a host work.
 */
#ifndef CAWAIT_DATAGRAM_H
#define CAWAIT_DATAGRAM_H

#include <cawait/address.h>
#include <cawait/coro.h>
#include <cawait/loop.h>
#include <cawait/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Counted object of one loop. It holds itself until it is closed. */
typedef struct caw_datagram_transport caw_datagram_transport;

/*
 * What an endpoint calls, in this order: connection_made; then datagram_received and error_received any number of times;
 * connection_lost exactly once (never if the loop is closed before), release exactly once and last. From the loop only, outside of
 * tasks, but for error_received, pause_writing and resume_writing, which a call of the program's may bring about. All may be NULL.
 */
typedef struct caw_datagram_protocol_ops {
    void (*connection_made)(void *self, caw_datagram_transport *transport); /* borrowed */
    /* Both are borrowed. A datagram may be empty. */
    void (*datagram_received)(void *self, const void *data, size_t size, const caw_address *from);
    /* An earlier one did not reach anybody, or could not be sent; borrowed. It goes on. */
    void (*error_received)(void *self, caw_error *error);
    void (*connection_lost)(void *self, caw_error *error); /* closed: NULL; aborted: NULL; broken: why, borrowed */
    void (*pause_writing)(void *self);
    void (*resume_writing)(void *self);
    void (*release)(void *self);
} caw_datagram_protocol_ops;

/* Texts are copied. Source: the parameters of create_datagram_endpoint. */
typedef struct caw_datagram_options {
    char caw__none          CAW__UNSET; /* so that giving none is an initializer, too */
    const char *local_host  CAW__UNSET; /* local_addr: where it receives; with local_port alone: on all interfaces */
    int local_port          CAW__UNSET; /* 0: any that is free */
    bool local              CAW__UNSET; /* local_addr is given, though host and port are NULL and 0 */
    const char *remote_host CAW__UNSET; /* remote_addr: to whom it sends, and only from there it receives */
    int remote_port         CAW__UNSET;
    caw_family family       CAW__UNSET;
    bool reuse_port         CAW__UNSET;
    bool allow_broadcast    CAW__UNSET; /* it may send to broadcast addresses; then it receives from everybody */
} caw_datagram_options;

/*
 * Makes an endpoint, and gives its transport, a new reference; connection_made has been called. `self` is the protocol's from this call
 * on: when none comes about only its release is called.
 *     caw_create_datagram_endpoint(&protocol, self, .local_host = "127.0.0.1", .local_port = 9000)
 * ValueError where neither an address nor a family is given, and where there are no two addresses of one family; OSError as binding or
 * connecting had it first; what getaddrinfo raises. Source: loop.create_datagram_endpoint.
 */
#define caw_create_datagram_endpoint(protocol, self, ...)                                                                      \
    caw__create_datagram_endpoint((protocol), (self), CAW__GIVEN(caw_datagram_options, .caw__none = 0, __VA_ARGS__))

/*
 * Sends one datagram, or buffers it when it cannot be sent now; the bytes are copied. `to` NULL: to the remote address; with one, only to
 * that. Never waits; what cannot be sent is told by error_received. 0; -CAW_VALUE_ERROR: another than the remote address;
 * -CAW_MEMORY_ERROR. Source: DatagramTransport.sendto.
 */
CAW__NODISCARD int caw_datagram_sendto(caw_datagram_transport *transport, const void *data, size_t size, const caw_address *to);

/* close: sends what is buffered first. abort: drops it. connection_lost comes in a later pass. Again: no effect. */
void caw_datagram_close(caw_datagram_transport *transport);
void caw_datagram_abort(caw_datagram_transport *transport);
bool caw_datagram_is_closing(const caw_datagram_transport *transport);

/* As those of caw_transport. Of each datagram that is buffered 8 bytes more than it has count. */
int    caw_datagram_set_write_buffer_limits(caw_datagram_transport *transport, ptrdiff_t high, ptrdiff_t low);
size_t caw_datagram_write_buffer_size(const caw_datagram_transport *transport);

/* Its own address, with the real port, or the remote one. False: it has none. Source: get_extra_info("sockname"), ("peername"). */
bool      caw_datagram_address(const caw_datagram_transport *transport, bool peer, caw_address *address);
caw_loop *caw_datagram_loop(const caw_datagram_transport *transport);

/* ---- Private ----------------------------------------------------------------------------------------------------- */
CAW__HANDLE caw_of(caw_datagram_transport *)
    caw__create_datagram_endpoint(const caw_datagram_protocol_ops *protocol, void *self, const caw_datagram_options *options);

#ifdef __cplusplus
}
#endif
#endif
