/*
 * Owns: the simulated network's time: what is on its way, who waits for what, in which order it happens; its sockets as numbers.
 * Must not know: what a connection is (connections.c), or a datagram (datagrams.c).
 */
#include "network.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_NUMBER 0 /* a number as any other */

CAW__TLS double net__latency;
CAW__TLS size_t net__buffer = CAW_SIM_NET_BUFFER;

static CAW__TLS net__socket **sockets;
static CAW__TLS size_t        room, open_sockets;
static CAW__TLS net__event   *events;         /* in the order of their times */
static CAW__TLS caw__op      *waiting, *done; /* operations; of those that are done the first first */
static CAW__TLS bool          off;

/* ---- Sockets ----------------------------------------------------------------------------------------------------------- */

net__socket *net__at(caw__socket number)
{
    size_t index = (size_t)(number - FIRST_NUMBER);
    return number >= FIRST_NUMBER && index < room ? sockets[index] : NULL;
}

net__socket *net__new(caw_family family, caw__socket_kind kind)
{
    size_t index = 0;
    while (index < room && sockets[index]) index++;
    if (index == room) {
        size_t        more = room ? room * 2 : 16;
        net__socket **larger = realloc(sockets, more * sizeof *larger);
        if (!larger) return NULL;
        memset(larger + room, 0, (more - room) * sizeof *larger);
        sockets = larger;
        room = more;
    }
    net__socket *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->number = FIRST_NUMBER + (caw__socket)index;
    s->family = family;
    s->kind = kind;
    sockets[index] = s;
    open_sockets++;
    return s;
}

net__socket *net__next(const net__socket *s)
{
    for (size_t i = s ? (size_t)(s->number - FIRST_NUMBER) + 1 : 0; i < room; i++)
        if (sockets[i]) return sockets[i];
    return NULL;
}

static void event_free(net__event *event)
{
    free(event->parcel);
    free(event);
}

void net__free(net__socket *s)
{
    for (net__event *event = events; event; event = event->next) {
        if (event->to == s) event->to = NULL;
        if (event->from == s) event->from = NULL;
    }
    for (net__parcel *p = s->first; p; p = s->first) {
        s->first = p->next;
        free(p);
    }
    sockets[s->number - FIRST_NUMBER] = NULL;
    free(s);
    if (--open_sockets) return;
    free(sockets);
    sockets = NULL;
    room = 0;
    for (net__event *event = events, *next; event; event = next) { /* nobody is left to whom they could happen, but names */
        next = event->next;
        if (event->kind == NET__DONE) continue;
        net__event **at = &events;
        while (*at != event) at = &(*at)->next;
        *at = next;
        event_free(event);
    }
}

size_t caw_sim_net_open(void) { return open_sockets; }

size_t caw__sim_net_with(int option)
{
    size_t count = 0;
    for (net__socket *s = net__next(NULL); s; s = net__next(s)) count += s->options >> option & 1;
    return count;
}

/* ---- What happens ---------------------------------------------------------------------------------------------------------- */

static void catch_up(void)
{
    while (events && events->when <= caw_sim_time()) {
        net__event *event = events;
        events = event->next;
        if (event->kind == NET__DONE) net__finish(event->op, event->result);
        else if (event->kind == NET__BYTES && event->to && event->to->kind == CAW__UDP) net__datagram(event);
        else net__arrive(event);
        event_free(event);
    }
}

bool net__schedule(net__event given, double seconds)
{
    net__event *event = malloc(sizeof *event);
    if (!event) {
        free(given.parcel);
        return false;
    }
    *event = given;
    event->when = caw_sim_time() + seconds;
    if (event->to && event->kind != NET__CONNECT) { /* nothing overtakes what was sent before it */
        if (event->when < event->to->latest) event->when = event->to->latest;
        event->to->latest = event->when;
    }
    net__event **at = &events;
    while (*at && (*at)->when <= event->when) at = &(*at)->next;
    event->next = *at;
    *at = event;
    catch_up();
    return true;
}

void net__forget_op(caw__op *op)
{
    for (net__event **at = &events; *at;) {
        net__event *event = *at;
        if (event->op != op) {
            at = &event->next;
            continue;
        }
        *at = event->next;
        event_free(event);
    }
}

double net__due(void) { return events ? events->when : (double)INFINITY; }

/* ---- Operations ---------------------------------------------------------------------------------------------------------------- */

enum { IDLE, WAITING, DONE }; /* words[0]; words[1] is the socket, words[2] the direction, then the result */

static void op_link(caw__op **list, caw__op *op, int state)
{
    caw__op *last = NULL;
    for (caw__op *o = *list; o && state == DONE; o = o->next) last = o;
    op->words[0] = state;
    op->previous = last;
    op->next = last ? NULL : *list;
    if (op->next) op->next->previous = op;
    *(last ? &last->next : list) = op;
}

static void op_unlink(caw__op *op)
{
    caw__op **list = op->words[0] == WAITING ? &waiting : &done;
    *(op->previous ? &op->previous->next : list) = op->next;
    if (op->next) op->next->previous = op->previous;
    net__socket *s = (net__socket *)op->words[1];
    if (op->words[0] == WAITING && s) s->waits[op->words[2]] = NULL;
    op->words[0] = IDLE;
}

void net__wait(caw__op *op, net__socket *s, int direction)
{
    if (op->words[0] == WAITING) abort(); /* it is under way */
    op->words[1] = (intptr_t)s;
    op->words[2] = direction;
    if (s) s->waits[direction] = op;
    op_link(&waiting, op, WAITING);
}

void net__finish(caw__op *op, ptrdiff_t result)
{
    op_unlink(op);
    op->words[2] = result; /* told with `done`: it may be under way still, for the core, which has just started it */
    op_link(&done, op, DONE);
}

bool caw__host_cancel(caw__op *op)
{
    if (op->words[0] == IDLE) return false;
    net__forget_op(op);
    op_unlink(op);
    return true;
}

ptrdiff_t caw__host_ready(caw__op *op, caw__socket socket, int direction)
{
    net__socket *s = net__at(socket);
    if (!s) return net__off() ? -ENOTSUP : -EBADF;
    bool read = direction == CAW__TO_READ;
    if (read ? net__readable(s) : net__writable(s)) return 0;
    net__wait(op, s, !read);
    return CAW__UNDER_WAY;
}

void net__settle(net__socket *s)
{
    if (s->waits[0] && net__readable(s)) net__finish(s->waits[0], 0);
    if (s->waits[1] && (s->connected || s->kind == CAW__UDP) && net__writable(s)) net__finish(s->waits[1], 0);
}

/* ---- The host ---------------------------------------------------------------------------------------------------------------------- */

bool net__deliver(const caw_loop *loop)
{
    bool any = false;
    catch_up();
    for (caw__op *op = done, *next; op; op = next) {
        next = op->next;
        if (op->loop != loop) continue;
        op_unlink(op);
        op->result = op->words[2];
        op->done(op);
        any = true;
    }
    return any;
}

bool net__pending(const caw_loop *loop)
{
    for (const caw__op *op = done; op; op = op->next)
        if (op->loop == loop) return true;
    for (const caw__op *op = waiting; op; op = op->next)
        if (op->loop == loop) return true;
    return false;
}

void net__close(const caw_loop *loop)
{
    for (int i = 0; i < 2; i++) {
        for (caw__op *op = i ? waiting : done, *next; op; op = next) {
            next = op->next;
            if (op->loop == loop) caw__host_cancel(op);
        }
    }
}

/* ---- What a test asks for ------------------------------------------------------------------------------------------------------------- */

static CAW__TLS struct {
    int error, after, times;
} failures[CAW_SIM_NET_CALLS];

int net__failure(caw_sim_net_call call)
{
    if (!failures[call].times) return 0;
    if (failures[call].after) {
        failures[call].after--;
        return 0;
    }
    failures[call].times--;
    return -failures[call].error;
}

void caw_sim_net_fail(caw_sim_net_call call, int error, int after, int times)
{
    failures[call].error = error;
    failures[call].after = after;
    failures[call].times = times;
}

bool net__off(void) { return off; }
void caw_sim_net_set_off(bool is_off) { off = is_off; }
void caw_sim_net_set_latency(double seconds) { net__latency = seconds; }
void caw_sim_net_set_buffer(size_t bytes) { net__buffer = bytes; }

void caw__sim_net_forget(void)
{
    memset(failures, 0, sizeof failures);
    off = false;
    net__latency = 0;
    net__buffer = CAW_SIM_NET_BUFFER;
}
