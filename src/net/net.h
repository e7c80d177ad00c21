/*
 * Owns: what the files of the room share: waiting for what the host does, errors, a connection's socket, how one comes about.
 * Must not know: who uses them.
 */
#ifndef CAW_NET_ROOM_H
#define CAW_NET_ROOM_H

#include "combine/over.h"
#include "stream/stream.h"
#include <cawait/connection.h>
#include <cawait/getaddrinfo.h>

/* ---- Operations (wait.c) ------------------------------------------------------------------------------------------------------ */

/* One that a coroutine waits for; it is in its frame. */
typedef struct operation {
    caw__op op;
    waiters line;
} operation;

void                    caw__operation_done(caw__op *op);
static inline operation operation_new(void) { return (operation){.op = {.loop = caw__running, .done = caw__operation_done}}; }

/*
 * In an async function: `start` begins it; waits until it is done, and gives NULL: it->op.result says what came of it. Or the error that
 * came instead, owned; it is given up then. `give_up` as CAW__AWAIT_ERROR's.
 */
#define OPERATION_WAIT(it, start, give_up)                                                                                     \
    CAW__QUIET({                                                                                                               \
        caw_error *caw__stopped = NULL;                                                                                        \
        *(it) = operation_new();                                                                                               \
        (it)->op.result = (start);                                                                                             \
        if ((it)->op.result == CAW__UNDER_WAY) {                                                                               \
            waiter caw__w;                                                                                                     \
            caw__stopped = WAITERS_WAIT(&(it)->line, &caw__w, (caw__host_cancel(&(it)->op), (give_up)));                       \
            if (caw__stopped) caw__host_cancel(&(it)->op);                                                                     \
        }                                                                                                                      \
        caw__stopped;                                                                                                          \
    })                                                                                                                         \
    CAW__LOUD

/* ---- Errors (errors.c) -------------------------------------------------------------------------------------------------------- */

/* Of a negative errno: "what 127.0.0.1:80: connection refused"; `what` or `address` NULL: without it. Without sockets: what to do. */
caw_error *caw__net_error(ptrdiff_t status, const char *what, const caw_address *address);
/* NULL, or a ValueError. */
caw_error *caw__net_port_error(int port);
/* Of what a socket that is to speak TLS has said. */
caw_error *caw__net_tls_error(ptrdiff_t status);

/* ---- Addresses (getaddrinfo.c) -------------------------------------------------------------------------------------------------- */

struct caw_addresses {
    caw__object object;
    size_t      count, room;
    caw_address each[];
};
caw_addresses *caw__addresses_new(size_t room);
void           caw__addresses_add(caw_addresses *list, const caw_address *address); /* unless it is there; there must be room */
/* The text is borrowed until it has ended. */
caw_of(caw_addresses *) caw__resolve(const char *host, int port, caw_family family, bool passive);

/* ---- Connecting (race.c) ------------------------------------------------------------------------------------------------------------ */

typedef struct race race;
/* Both lists are kept. `from` NULL: bound to nothing. `tls` NULL: without; borrowed until it has run. NULL without memory. */
race *caw__race_new(caw_addresses *to, caw_addresses *from, double delay, bool all_errors, const caw__tls *tls);
/* Gives a connected caw__socket; consumes the race. */
caw_of(intptr_t) caw__race_run(race *r);

/* ---- A connection's socket (carrier.c) --------------------------------------------------------------------------------------------------- */

typedef struct carrier carrier;

/* Those whose connections a server accepted. */
typedef struct clients {
    carrier *first, *last;
    size_t   count;
    bool     closed;
    void (*begin)(struct clients *clients, caw_transport *transport); /* gives it its protocol, if it has one already */
    void (*made)(struct clients *clients, caw_transport *transport);  /* it may begin */
    void (*gone)(struct clients *clients);                            /* one of them was lost; the last may go with it */
} clients;

/*
 * A transport over a connected socket, which it takes over: NULL without memory, then it is closed. A new reference; the loop has one,
 * too, until the connection is lost. It begins by caw__carrier_begin, or is aborted.
 */
caw_transport *caw__carrier_new(caw__socket socket, const caw_address *peer);
/* The same over one of the standard streams that has none. */
caw_transport *caw__carrier_standard(int number, caw__socket socket);
bool           caw__carrier_has_standard(int number);
/* In the next pass connection_made is called, and reading begins. */
void caw__carrier_begin(caw_transport *transport);
/* In the next pass it is one of theirs, and in the one after that it begins. `owner` is kept until it is lost. */
void caw__carrier_accepted(caw_transport *transport, clients *of, void *owner);
void caw__clients_close(clients *of, bool abort);

/* ---- Sockets (socket.c) ------------------------------------------------------------------------------------------------------------------- */

/* Takes it out of a caw_socket; -EBADF when that is closed, -EBUSY while somebody waits for it, -EPROTOTYPE where it is of another kind. */
caw__socket caw__socket_take(caw_socket *socket, caw__socket_kind kind);

#endif
