/*
 * Owns: what the files of the simulated network share: its sockets, what is on its way in it, what waits for it.
 * Must not know: loops, but by the operations that the core starts. All of it is the thread's own.
 */
#ifndef CAW_SIM_NETWORK_H
#define CAW_SIM_NETWORK_H

#include "host.h"
#include <cawait/sim.h>

/* Bytes, or a datagram, that have come, or are on their way. */
typedef struct net__parcel {
    struct net__parcel *next;
    size_t              size, taken;
    caw_address         from;
    uint8_t             data[];
} net__parcel;

typedef struct net__socket {
    caw__socket      number;
    caw_family       family;
    caw__socket_kind kind;
    caw_address      own, other; /* without a family: none */
    unsigned         options;    /* 1 << caw__socket_option */
    bool             bound, listening, connected;
    caw__op         *waits[2]; /* until it is ready to read; to write, or connected */
    double           latest;   /* when the last of what is on its way to it comes */

    struct net__socket *peer; /* of a connection; NULL: it is closed */
    net__parcel        *first, *last;
    size_t              unread;  /* bytes */
    size_t              sent;    /* bytes that the other side has not read */
    bool                ended;   /* no more comes */
    bool                orderly; /* as the other side has said so: what breaks later, a reader does not hear of */
    bool                shut;    /* no more is sent */
    int                 error;   /* told to the next who asks */

    struct net__socket *queue, *next; /* of a listener: who was not accepted yet; and the next of them */
    int                 queued, backlog;
} net__socket;

/* What happens at its time. */
typedef enum net__kind { NET__BYTES, NET__END, NET__RESET, NET__UNREACHED, NET__CONNECT, NET__DONE } net__kind;
typedef struct net__event {
    struct net__event *next;
    double             when;
    net__kind          kind;
    net__socket       *to; /* NULL: it was closed meanwhile */
    net__socket       *from;
    net__parcel       *parcel;
    caw__op           *op;
    ptrdiff_t          result;
} net__event;

/* ---- network.c */
extern CAW__TLS double net__latency;
extern CAW__TLS size_t net__buffer;
bool                   net__off(void);
net__socket           *net__at(caw__socket number);
net__socket           *net__new(caw_family family, caw__socket_kind kind); /* NULL without memory */
void                   net__free(net__socket *s);
net__socket           *net__next(const net__socket *s);     /* the open one behind it; of NULL: the first */
int                    net__failure(caw_sim_net_call call); /* that a test has asked for: -errno; 0: none */
/* False without memory; then nothing of it is kept. At once if it is due. */
bool net__schedule(net__event event, double seconds);
void net__forget_op(caw__op *op); /* what was scheduled for it */
void net__wait(caw__op *op, net__socket *s, int direction);
void net__finish(caw__op *op, ptrdiff_t result);
void net__settle(net__socket *s); /* something has changed: who waits for it may go on */
/* For host.c. */
double net__due(void);                     /* when the next thing happens; INFINITY: never */
bool   net__deliver(const caw_loop *loop); /* what has happened, to who waits; whether there was any */
bool   net__pending(const caw_loop *loop);
void   net__close(const caw_loop *loop);

/* ---- connections.c */
void      net__arrive(net__event *event);
bool      net__readable(const net__socket *s);
bool      net__writable(const net__socket *s);
void      net__stream_close(net__socket *s, bool reset);
ptrdiff_t net__stream_send(net__socket *s, const void *data, size_t size);

/* ---- datagrams.c */
void net__datagram(net__event *event);

/* ---- names.c */
bool net__fate(const char *what, const caw_address *address, int *error, double *seconds);
/* A port that nobody has. */
uint16_t    net__port(void);
caw_address net__localhost(caw_family family);
bool        net__is_any(const caw_address *address);
/* Whether what goes to `to` comes to who is bound to `own`. */
bool net__reaches(const net__socket *s, const caw_address *to);

#endif
