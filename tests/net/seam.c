/*
 * The seam's sockets on a host that has them: what each call gives, what is told of an operation, and when nothing is.
 */
#include "seam.h"

#define MANY 1000

static CAW_ASYNC(void, echoes, void)
{
    CAW_BEGIN(void) {
        caw_address address = loopback, peer, own, own_peer;
        char        data[32];
        long        listening = CAW_AWAIT(listener(&address, 8));
        check("a port is given", listening >= 0 && address.port);
        caw_auto accepting = caw_spawn(accepted(listening, &peer), .eager = true);
        long     client = CAW_AWAIT(connection(&address));
        long     server = CAW_AWAIT(accepting);
        check("a connection", client >= 0 && server >= 0);
        check("its own address", !caw__host_socket_address(client, false, &own) && own.family == CAW_IPV4);
        if (caw__host_socket_address(client, true, &own_peer) != -ENOTSUP) /* an older wasi-libc's */
            check("and its peer's", caw_address_equal(&own, &peer) && caw_address_equal(&own_peer, &address));
        check_is("options", caw__host_socket_set(client, CAW__NO_DELAY, 1) | caw__host_socket_set(client, CAW__KEEP_ALIVE, 1),
                 0);

        check_is("nothing is there yet", caw__host_receive(server, data, sizeof data, NULL), -EAGAIN);
        caw_auto receiving = caw_spawn(received(server, data, sizeof data), .eager = true);
        check_is("bytes are taken", CAW_AWAIT(sent(client, "hello", 5)), 5);
        check("and come", CAW_AWAIT(receiving) == 5 && !memcmp(data, "hello", 5));

        check_is("half of it is closed", caw__host_socket_shutdown(client), 0);
        check_is("the other side hears so", CAW_AWAIT(received(server, data, sizeof data)), 0);
        check_is("again", CAW_AWAIT(received(server, data, sizeof data)), 0);
        check_is("and can still send", CAW_AWAIT(sent(server, "bye", 3)), 3);
        check("to the side that has ended", CAW_AWAIT(received(client, data, sizeof data)) == 3 && !memcmp(data, "bye", 3));
        check_is("which cannot", caw__host_send(client, "x", 1, NULL), -EPIPE);
        caw__host_socket_close(server, false);
        check_is("until the end", CAW_AWAIT(received(client, data, sizeof data)), 0);
        caw__host_socket_close(client, false);
        caw__host_socket_close(listening, false);
    } CAW_END;
}

/* As long as the kernel takes it. */
static CAW_ASYNC(void, writes_until_full, void)
{
    CAW_BEGIN(void) {
        static char data[1 << 16], came[1 << 16];
        long        ends[2], taken = 0, count;
        step        s;
        check("a pair", CAW_AWAIT(pair(ends)));
        for (size_t i = 0; i < sizeof data; i++) data[i] = (char)(i * 7 + i / 251);
        do { /* a host may say in vain that there is room */
            do {
                size_t at = (size_t)taken % sizeof data;
                count = caw__host_send(ends[0], data + at, sizeof data - at, NULL);
                if (count > 0) taken += count;
            } while (count > 0);
            if (caw__host_ready(begin(&s), ends[0], CAW__TO_WRITE) == CAW__UNDER_WAY) CAW_AWAIT(caw_sleep(0.05));
        } while (s.told && count == -EAGAIN);
        check_is("what nobody reads is not taken for ever", count, -EAGAIN);
        long left = taken;
        bool same = true;
        while (left > 0 && (count = CAW_AWAIT(received(ends[1], came, sizeof came))) > 0) {
            for (long i = 0; i < count; i++) same &= came[i] == data[(size_t)(taken - left + i) % sizeof data];
            left -= count;
        }
        check("every byte that was taken comes, in order", left == 0 && same);
        for (int i = 0; !s.told && i < 1000; i++) CAW_AWAIT(caw_sleep(0.001));
        check("once they are gone there is room again", s.told == 1 && s.op.result == 0);
        check_is("both directions of a socket, each for itself",
                 caw__host_ready(begin(&s), ends[0], CAW__TO_READ) == CAW__UNDER_WAY, true);
        step other;
        long writes = CAW_AWAIT(end_of(&other, caw__host_ready(begin(&other), ends[0], CAW__TO_WRITE)));
        check("can be waited for", !writes && !s.told && caw__host_cancel(&s.op) && !caw__host_cancel(&s.op));
        caw__host_socket_close(ends[0], false);
        caw__host_socket_close(ends[1], false);
    } CAW_END;
}

static CAW_ASYNC(void, refusals, void)
{
    CAW_BEGIN(void) {
        caw_address address = loopback, again;
        long        listening = CAW_AWAIT(listener(&address, 8));
        again = address;
        check_is("a port in use", CAW_AWAIT(listener(&again, 8)), -EADDRINUSE);
        caw__host_socket_close(listening, false);
        check_is("nobody is there", CAW_AWAIT(connection(&address)), -ECONNREFUSED);
        check_is("nobody is there, still", CAW_AWAIT(connection(&address)), -ECONNREFUSED);
    } CAW_END;
}

static CAW_ASYNC(void, resets, void)
{
    CAW_BEGIN(void) {
        long ends[2];
        char data[8];
        check("a pair", CAW_AWAIT(pair(ends)));
        caw_auto reading = caw_spawn(received(ends[0], data, sizeof data), .eager = true);
        caw__host_socket_close(ends[1], true);
#ifdef __wasi__ /* no reset is sent there */
        check_is("a connection is gone", CAW_AWAIT(reading), 0);
#else
        check_is("a connection is reset", CAW_AWAIT(reading), -ECONNRESET);
#endif
        long count = 0;
        for (int i = 0; count >= 0 && i < 100; i++) {
            count = CAW_AWAIT(sent(ends[0], "into the void", 13));
            CAW_AWAIT(caw_sleep(0.001));
        }
        check("writing to it is an error, and no signal", count == -EPIPE || count == -ECONNRESET);
        caw__host_socket_close(ends[0], false);
    } CAW_END;
}

static CAW_ASYNC(void, cancels, void)
{
    CAW_BEGIN(void) {
        caw_address address = loopback, peer;
        long        listening = CAW_AWAIT(listener(&address, 8));
        caw_auto    accepting = caw_spawn(accepted(listening, &peer), .eager = true);
        CAW_AWAIT(caw_sleep(0.01));
        caw_cancel(accepting, NULL);
        CAW_TRY {
            CAW_AWAIT(caw_ref(accepting));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
        check("waiting for a connection is given up", caw_cancelled(accepting));
        caw_unref(accepting);

        step        s;
        caw__socket made = caw__host_socket(CAW_IPV4, CAW__TCP);
        ptrdiff_t   started = caw__host_connect(begin(&s), made, &address);
        bool        cancelled = started != CAW__UNDER_WAY || caw__host_cancel(&s.op);
        caw__host_socket_close(made, false);
        CAW_AWAIT(caw_sleep(0.01));
        check("a connect is given up", cancelled && !s.told && !caw__host_pending(caw_running_loop()));

        long client = CAW_AWAIT(connection(&address)), server = CAW_AWAIT(accepted(listening, &peer));
        if (server >= 0 && !caw_address_equal(&peer, &address)) { /* the one that was given up may have come first */
            char byte;
            caw__host_send(client, "!", 1, NULL);
            if (CAW_AWAIT(received(server, &byte, 1)) <= 0) {
                caw__host_socket_close(server, false);
                server = CAW_AWAIT(accepted(listening, &peer));
                CAW_AWAIT(received(server, &byte, 1));
            }
            check("the next one is as good as any", byte == '!');
        }
        caw__host_socket_close(client, false);
        caw__host_socket_close(server, false);
        caw__host_socket_close(listening, false);
    } CAW_END;
}

static CAW_ASYNC(void, names, void)
{
    CAW_BEGIN(void) {
        caw_address found[8];
        step        s, t;
        caw_address wanted = {.family = CAW_IPV4, .port = 80, .bytes = {127, 0, 0, 1}};
        check("an address is one at once",
              caw__host_resolve(begin(&s), "127.0.0.1", 80, CAW_ANY_FAMILY, false, found, 8) == 1 &&
                  caw_address_equal(found, &wanted));
        check("of IPv6",
              caw__host_resolve(begin(&s), "::1", 80, CAW_ANY_FAMILY, false, found, 8) == 1 && found->bytes[15] == 1);
        check("with a zone", caw__host_resolve(begin(&s), "fe80::1%1", 0, CAW_IPV6, false, found, 8) == 1 && found->scope == 1);
        check_is("of the wrong family", caw__host_resolve(begin(&s), "127.0.0.1", 80, CAW_IPV6, false, found, 8), -ENOENT);
        check_is("all of this machine's", caw__host_resolve(begin(&s), NULL, 80, CAW_ANY_FAMILY, true, found, 8), 2);
        check("are any", !found[0].bytes[0] && found[0].port == 80);
        check_is("one of them", caw__host_resolve(begin(&s), NULL, 80, CAW_IPV4, false, found, 1), 1);
        check("is the way back", caw_address_equal(found, &wanted));

        char      name[] = "localhost";
        ptrdiff_t started = caw__host_resolve(begin(&s), name, 80, CAW_IPV4, false, found, 8);
        memset(name, '?', sizeof name);
        check_is("localhost", CAW_AWAIT(end_of(&s, started)), 1);
        check("is at home", caw_address_equal(found, &wanted));
        check_is("a name that nobody has",
                 DO(caw__host_resolve(begin(&s), "nobody.invalid", 80, CAW_ANY_FAMILY, false, found, 8)), -ENOENT);
        started = caw__host_resolve(begin(&t), "nobody.invalid", 80, CAW_ANY_FAMILY, false, found, 8);
        check("a question is given up", started != CAW__UNDER_WAY || caw__host_cancel(&t.op));
        step many[40];
        int  right = 0;
        for (int i = 0; i < 40; i++)
            many[i].op.result = caw__host_resolve(begin(&many[i]), "localhost", 1, CAW_IPV4, false, found, 8);
        for (int i = 0; i < 40; i += 2) /* every other one is given up, wherever it is */
            if (many[i].op.result == CAW__UNDER_WAY) caw__host_cancel(&many[i].op);
        for (int i = 1; i < 40; i += 2) right += CAW_AWAIT(end_of(&many[i], many[i].op.result)) == 1;
        check_is("many at once", right, 20);
        check("who gave up hears nothing", !t.told && !many[0].told);
    } CAW_END;
}

static CAW_ASYNC(void, datagrams, void)
{
    CAW_BEGIN(void) {
        step        s;
        char        data[64];
        caw_address one = loopback, other = loopback, from;
        caw__socket a = caw__host_socket(CAW_IPV4, CAW__UDP), b = caw__host_socket(CAW_IPV4, CAW__UDP);
        long        status = DO(caw__host_bind(begin(&s), a, &one));
        status |= DO(caw__host_bind(begin(&s), b, &other));
        status |= caw__host_socket_address(a, false, &one) | caw__host_socket_address(b, false, &other);
        check_is("two that are bound", status, 0);
        check_is("nothing has come", caw__host_receive(b, data, sizeof data, &from), -EAGAIN);
        bool waits = caw__host_ready(begin(&s), b, CAW__TO_READ) == CAW__UNDER_WAY;
        check_is("a datagram is sent", caw__host_send(a, "ping", 4, &other), 4);
        check_is("one without anything in it", caw__host_send(a, "", 0, &other), 0);
        long ready = CAW_AWAIT(end_of(&s, waits ? CAW__UNDER_WAY : 0));
        check("it comes, and from whom", !ready && caw__host_receive(b, data, sizeof data, &from) == 4 &&
                                             !memcmp(data, "ping", 4) && caw_address_equal(&from, &one));
        long empty = caw__host_receive(b, data, sizeof data, &from);
        if (empty == -EAGAIN) {
            DO(caw__host_ready(begin(&s), b, CAW__TO_READ));
            empty = caw__host_receive(b, data, sizeof data, &from);
        }
        check_is("so does the empty one", empty, 0);
        check_is("a peer is chosen", DO(caw__host_connect(begin(&s), a, &other)), 0);
        check_is("and need not be named", caw__host_send(a, "pong!", 5, NULL), 5);
        DO(caw__host_ready(begin(&s), b, CAW__TO_READ));
        check_is("it comes there", caw__host_receive(b, data, sizeof data, &from), 5);
        caw__host_socket_close(a, false);
        a = caw__host_socket(CAW_IPV6, CAW__UDP);
        if (a >= 0) { /* this machine has that family */
            check_is("what the library asks of a socket of IPv6", caw__host_socket_set(a, CAW__ONLY_IPV6, 1), 0);
            check_is("one without an address waits", caw__host_receive(a, data, sizeof data, &from), -EAGAIN);
            caw__host_socket_close(a, false);
        }
        caw__host_socket_close(b, false);
    } CAW_END;
}

/* One of many: says a byte, and hears it again. */
static CAW_ASYNC(long, client_of, const caw_address *address, int n)
{
    CAW_BEGIN(long) {
        unsigned char byte = (unsigned char)n, back = 0;
        long          made = CAW_AWAIT(connection(address));
        if (made < 0) CAW_RETURN(made);
        long status = CAW_AWAIT(sent(made, (const char *)&byte, 1));
        if (status == 1) status = CAW_AWAIT(received(made, &back, 1));
        caw__host_socket_close(made, false);
        CAW_RETURN(status == 1 && back == byte ? 1 : status < 0 ? status : 0);
    } CAW_END;
}

static void close_socket(void *made) { caw__host_socket_close(*(long *)made, false); }

static CAW_ASYNC(void, echo_of, long made)
{
    CAW_BEGIN(void) {
        char data[16];
        long count;
        CAW_DEFER(close_socket, &made);
        while ((count = CAW_AWAIT(received(made, data, sizeof data))) > 0) CAW_AWAIT(sent(made, data, (size_t)count));
    } CAW_END;
}

static CAW_ASYNC(void, serve, long listening)
{
    CAW_BEGIN(void) {
        caw_address peer;
        CAW_WITH_TASK_GROUP(group) {
            for (;;) {
                long made = CAW_AWAIT(accepted(listening, &peer));
                if (made >= 0) caw_unref(caw_group_spawn(group, echo_of(made)));
            }
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

static CAW_ASYNC(void, many, void)
{
    CAW_BEGIN(void) {
        static caw_any *clients[MANY];
        caw_address     address = loopback;
        long            listening = CAW_AWAIT(listener(&address, 128));
        caw_auto        server = caw_spawn(serve(listening));
        int             right = 0;
        for (int i = 0; i < MANY; i++) clients[i] = caw_base(caw_spawn(client_of(&address, i)));
        for (int i = 0; i < MANY; i++) {
            caw_of(long) client = (void *)clients[i];
            right += CAW_AWAIT(client) == 1;
        }
        check_is("a thousand connections at once", right, MANY);
        caw_cancel(server, NULL);
        CAW_TRY {
            CAW_AWAIT(server);
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
        }
        CAW_END_TRY;
        caw__host_socket_close(listening, false);
    } CAW_END;
}

#ifndef NO_FAULTS
/* What is closed under an operation is a fault of that one alone. */
static CAW_ASYNC(void, faults, void)
{
    CAW_BEGIN(void) {
        long ends[2];
        char data[8];
        step s;
        check("a pair", CAW_AWAIT(pair(ends)));
        caw__socket bad = caw__host_socket(CAW_IPV4, CAW__TCP);
        bool        waits = caw__host_ready(begin(&s), bad, CAW__TO_READ) == CAW__UNDER_WAY;
        caw__host_socket_close(bad, false);
        caw_auto reading = caw_spawn(received(ends[0], data, sizeof data), .eager = true);
        CAW_AWAIT(sent(ends[1], "x", 1));
        check_is("a socket that is none does not keep the others from theirs", CAW_AWAIT(reading), 1);
        check("and is told so", waits && CAW_AWAIT(end_of(&s, s.told ? s.op.result : CAW__UNDER_WAY)) == 0 &&
                                    caw__host_receive(bad, data, 1, NULL) == -EBADF);
        caw__host_socket_close(ends[0], false);
        caw__host_socket_close(ends[1], false);
    } CAW_END;
}
#endif

/* Operations of several sockets that come and go: each is told of its own. */
static CAW_ASYNC(void, several, void)
{
    CAW_BEGIN(void) {
        long ends[4][2];
        step steps[4];
        int  made = 0, cancelled = 0, told = 0;
        for (int i = 0; i < 4; i++) made += CAW_AWAIT(pair(ends[i]));
        for (int i = 0; i < 4; i++) made += caw__host_ready(begin(&steps[i]), ends[i][0], CAW__TO_READ) == CAW__UNDER_WAY;
        check_is("four sockets are waited for", made, 8);
        cancelled += caw__host_cancel(&steps[0].op);
        cancelled += caw__host_cancel(&steps[3].op);
        made = caw__host_ready(begin(&steps[3]), ends[3][0], CAW__TO_READ) == CAW__UNDER_WAY;
        cancelled += caw__host_cancel(&steps[1].op);
        check("some are given up", made && cancelled == 3);
        for (int i = 0; i < 4; i++) CAW_AWAIT(sent(ends[i][1], "x", 1));
        CAW_AWAIT(end_of(&steps[2], steps[2].told ? 0 : CAW__UNDER_WAY));
        CAW_AWAIT(end_of(&steps[3], steps[3].told ? 0 : CAW__UNDER_WAY));
        for (int i = 0; i < 4; i++) told = 2 * told + steps[i].told;
        check_is("the others hear of what comes", told, 3);
        check("and all is over", !caw__host_pending(caw_running_loop()));
        for (int i = 0; i < 4; i++) {
            caw__host_socket_close(ends[i][0], false);
            caw__host_socket_close(ends[i][1], false);
        }
    } CAW_END;
}

static CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        caw__socket first = caw__host_socket(CAW_IPV4, CAW__TCP);
        if (first < 0) {
            printf("not ok sockets: %s\n", caw__host_no_sockets());
            CAW_RETURN(1);
        }
        caw__host_socket_close(first, false);
        check("nothing is missing", !caw__host_no_sockets());
        CAW_AWAIT(echoes());
        CAW_AWAIT(writes_until_full());
        CAW_AWAIT(refusals());
        CAW_AWAIT(resets());
        CAW_AWAIT(cancels());
        CAW_AWAIT(names());
        CAW_AWAIT(datagrams());
#ifndef NO_FAULTS /* a host whose sockets are no numbers of the system's has them not */
        CAW_AWAIT(faults());
#endif
        CAW_AWAIT(several());
        CAW_AWAIT(many());
        check("nothing is pending", !caw__host_pending(caw_running_loop()));
        CAW_RETURN(0);
    } CAW_END;
}

int main(void)
{
    int        code = 1, files = open_files();
    caw_error *error = caw_run(main_(), &code);
    check("the program ends well", !error);
    caw_unref(error);
    check_is("no file is left open", open_files(), files);
    return all_good ? code : 1;
}
