/*
 * Owns: what a socket of this host is, for the files that make one.
 * Must not know: who uses it.
 *
 * A copy of no bytes, to or from a stream, ends when the other side has some or has room; then the copy proper goes straight to or
 * from the caller's memory, and is given up at once if there was nothing after all. A connection that has said something says more,
 * mostly little: the read that waits for that has room for it, which saves the host a second one. An idle one keeps no byte.
 */
#ifndef CAW_WASIP3_SOCKET_H
#define CAW_WASIP3_SOCKET_H

#include "address.h"
#include "operation.h"

/* One direction. */
typedef struct caw__way {
    caw__waitable waitable;        /* of the stream; of UDP, of the call that sends or receives */
    caw__op      *op;              /* who waits for it; NULL: nobody */
    uint32_t      stream, outcome; /* the stream, and the future that says how it ended; 0: not opened */
    uint8_t      *early;           /* room for what a read that waits brings; NULL: it only waits */
    uint32_t      came;            /* bytes in it that nobody has taken */
    bool          ended;
} caw__way;

typedef struct caw__wasi_socket caw__wasi_socket;

/* What is done with every kind, as the seam's functions of the like names; so that only the kinds that are used are linked. */
typedef struct caw__wasi_calls {
    void (*close)(caw__wasi_socket *s);
    ptrdiff_t (*ready)(caw__op *op, caw__wasi_socket *s, int direction);
    ptrdiff_t (*receive)(caw__wasi_socket *s, void *data, size_t size, caw_address *from);
    ptrdiff_t (*send)(caw__wasi_socket *s, const void *data, size_t size, const caw_address *to);
} caw__wasi_calls;

struct caw__wasi_socket {
    const caw__wasi_calls *calls;
    uint32_t               handle;
    uint8_t                kind, family;
    bool                   listens;
    caw__way               in, out;
    void                  *state; /* what a call under way needs; of a standard stream, all it has */
};

/* As the seam's functions of the like names. */
caw__socket caw__tcp_new(caw_family family);
caw__socket caw__udp_new(caw_family family);
int         caw__tcp_set(caw__wasi_socket *s, caw__socket_option option, int value);
int         caw__tcp_address(caw__wasi_socket *s, bool peer, caw__wasi_result *result);
int         caw__udp_address(caw__wasi_socket *s, bool peer, caw__wasi_result *result);
int         caw__tcp_shutdown(caw__wasi_socket *s);
ptrdiff_t   caw__tcp_bind(caw__wasi_socket *s, const caw_address *address);
ptrdiff_t   caw__udp_bind(caw__wasi_socket *s, const caw_address *address);
ptrdiff_t   caw__tcp_listen(caw__wasi_socket *s, int backlog);
ptrdiff_t   caw__tcp_connect(caw__op *op, caw__wasi_socket *s, const caw_address *address);
ptrdiff_t   caw__udp_connect(caw__wasi_socket *s, const caw_address *address);
caw__socket caw__tcp_accept(caw__wasi_socket *s);

/* A new one around a handle; or -ENOMEM. */
caw__socket       caw__socket_of(uint32_t handle, const caw__wasi_calls *calls, caw__socket_kind kind, caw_family family);
caw__wasi_socket *caw__socket_at(caw__socket socket);
void              caw__socket_free(caw__wasi_socket *s);
/*
 * Of making one: who has no network is told what to do about it. 0 or -errno. What else is not allowed, the system forbids (a port below
 * 1024).
 */
int  caw__allowed(caw__wasi_result *result);
void caw__name_lookup_refused(void); /* the same of names */

#endif
