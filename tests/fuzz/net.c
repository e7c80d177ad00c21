/*
 * Owns: the harness of the network: servers and clients over the simulated one, in which bytes choose who says what, who goes away how, and
 * what goes wrong meanwhile. What comes back of an echo is what was sent, in order; all of it where nothing went wrong. At the end no
 * socket is open.
 * Must not know: how connections work.
 */
#include "input.h"
#include <cawait/server.h>
#include <errno.h>

enum { SERVERS = 2, CLIENTS = 4, FIRST_PORT = 7 };

static caw_server *servers[SERVERS];
static caw_of(void) workers[CLIENTS];
static bool disturbed; /* something has gone wrong that a program may see */

/* Of byte number `at` that client `id` sends. */
static uint8_t sent_byte(unsigned id, size_t at) { return (uint8_t)(at * 7 + at / 300 + id); }

static bool is_expected(const caw_error *error)
{
    return caw_error_is(error, CAW_OS_ERROR) || caw_error_is(error, CAW_MEMORY_ERROR) || caw_error_is(error, CAW_VALUE_ERROR) ||
           caw_error_is(error, CAW_EOF_ERROR) || caw_error_is(error, CAW_EXCEPTION_GROUP) ||
           caw_error_is(error, CAW_RUNTIME_ERROR);
}

/* ---- Servers ------------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(void, serve, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        for (;;) {
            unsigned    how = byte();
            caw_string *bytes = CAW_AWAIT(caw_stream_read(stream.reader, how & 1 ? 1 + how : 65536));
            size_t      size = caw_string_size(bytes);
            int         status = caw_stream_write(stream.writer, caw_string_data(bytes), size);
            caw_unref(bytes);
            CAW_CHECK(status);
            if (!size) break;
            if (how < 4) { /* it has had enough */
                disturbed = true;
                if (how == 1) caw_transport_abort(caw_stream_transport(stream.writer));
                if (how == 2) CAW_RAISE(CAW_VALUE_ERROR, "a handler's");
                if (how == 3) caw_stream_close(stream.writer);
                break;
            }
            if (how & 8) CAW_AWAIT(caw_stream_drain(stream.writer));
            if (how & 16) CAW_AWAIT(caw_sleep(1));
        }
    } CAW_END;
}

static CAW_ASYNC(void, start, unsigned i)
{
    CAW_BEGIN(void) {
        static const char *const hosts[] = {"127.0.0.1", NULL, "localhost", "::1"};
        CAW_TRY {
            caw_server *server =
                CAW_AWAIT(caw_start_server(serve, NULL, hosts[below(4)], FIRST_PORT + (int)i, .backlog = (int)below(3)));
            caw_unref(servers[i]);
            servers[i] = server;
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            REQUIRE(is_expected(error));
        }
        CAW_END_TRY;
    } CAW_END;
}

/* ---- Clients ------------------------------------------------------------------------------------------------------------------------ */

typedef struct talk {
    caw_stream stream;
    unsigned   id;
    size_t     sent, back;
    bool       ended, at_end; /* no more is sent; nothing more comes */
} talk;

static void got(talk *t, const caw_string *bytes)
{
    size_t         size = caw_string_size(bytes);
    const uint8_t *data = (const uint8_t *)caw_string_data(bytes);
    REQUIRE(t->back + size <= t->sent);
    for (size_t i = 0; i < size; i++) REQUIRE(data[i] == sent_byte(t->id, t->back + i));
    t->back += size;
}

static CAW_ASYNC(void, say_some, talk *t, size_t count)
{
    CAW_BEGIN(void) {
        static uint8_t bytes[1 << 15];
        for (size_t i = 0; i < count; i++) bytes[i] = sent_byte(t->id, t->sent + i);
        if (t->ended) REQUIRE(caw_stream_write(t->stream.writer, bytes, count) == -CAW_RUNTIME_ERROR);
        if (t->ended) CAW_RETURN();
        CAW_CHECK(caw_stream_write(t->stream.writer, bytes, count));
        t->sent += count;
    } CAW_END;
}

static CAW_ASYNC(void, hear_some, talk *t, ptrdiff_t count)
{
    CAW_BEGIN(void) {
        caw_string *bytes = CAW_AWAIT(caw_wait_for(caw_stream_read(t->stream.reader, count), 5));
        CAW_DEFER(caw_unref, bytes);
        got(t, bytes);
        t->at_end |= count && !caw_string_size(bytes);
    } CAW_END;
}

/* Says no more, and hears the rest: if nothing has gone wrong, that is all. */
static CAW_ASYNC(void, finish, talk *t)
{
    CAW_BEGIN(void) {
        bool calm = !disturbed && !memory_failed();
        if (caw_stream_write_eof(t->stream.writer)) CAW_RETURN();
        t->ended = true;
        while (!t->at_end) CAW_AWAIT(hear_some(t, 65536));
        calm = calm && !disturbed && !memory_failed();
        REQUIRE(!calm || t->back == t->sent);
    } CAW_END;
}

static CAW_ASYNC(void, converse, unsigned id)
{
    CAW_BEGIN(void) {
        static const char *const hosts[] = {"127.0.0.1", "::1", "localhost", "many", "none", "10.0.0.9"};
        unsigned                 how = byte();
        talk                     t = {.id = id};
        t.stream = CAW_AWAIT(caw_open_connection(hosts[how % 6], FIRST_PORT + (int)(how >> 3 & 3), .limit = how & 32 ? 16 : 0,
                                                 .happy_eyeballs_delay = how & 64 ? 1 : 0, .all_errors = how & 128));
        caw_unref(t.stream.reader); /* the writer keeps it */
        CAW_DEFER(caw_unref, t.stream.writer);
        for (unsigned deeds = below(16); deeds && more(); deeds--) {
            unsigned what = byte(), count = byte();
            disturbed |= what % 8 == 7;
            if (what % 8 < 3) CAW_AWAIT(say_some(&t, count * (what & 64 ? 128 : 1)));
            else if (what % 8 < 5 && t.sent > t.back) CAW_AWAIT(hear_some(&t, (ptrdiff_t)count));
            else if (what % 8 == 5) CAW_AWAIT(caw_wait_for(caw_stream_drain(t.stream.writer), 5));
            else if (what % 8 == 6) CAW_AWAIT(caw_sleep(what >> 4));
            else if (what == 7) caw_transport_abort(caw_stream_transport(t.stream.writer));
            else if (what == 15) caw_stream_close(t.stream.writer);
            else if (what == 23) (void)caw_transport_pause_reading(caw_stream_transport(t.stream.writer));
        }
        if (how & 1) CAW_AWAIT(finish(&t));
        caw_stream_close(t.stream.writer);
        if (how & 2) CAW_AWAIT(caw_wait_for(caw_stream_wait_closed(t.stream.writer), 5));
    } CAW_END;
}

static CAW_ASYNC(void, work, unsigned id)
{
    CAW_BEGIN(void) {
        while (more()) {
            CAW_TRY {
                CAW_AWAIT(converse(id));
            } CAW_EXCEPT(CAW_EXCEPTION, error) {
                SAY("client %u: %s: %s", id, caw_error_name((int)caw_error_type_of(error)), caw_error_message(error));
                REQUIRE(is_expected(error));
            }
            CAW_END_TRY;
            CAW_AWAIT(caw_sleep(1));
        }
    } CAW_END;
}

/* ---- What happens meanwhile ------------------------------------------------------------------------------------------------------- */

static void happen(void)
{
    static const int         errors[] = {ECONNREFUSED, EMFILE, EAGAIN, ECONNRESET, EHOSTUNREACH, ENOBUFS};
    static const char *const places[] = {"10.0.0.1", "127.0.0.1", "many", "[::1]:7"};
    unsigned                 which = byte(), more_of_it = byte(), i = more_of_it % CLIENTS;
    caw_server              *server = servers[more_of_it % SERVERS];
    SAY("happens %u %u", which % 12, more_of_it);
    switch (which % 12) {
    case 0: caw_sim_net_set_latency(more_of_it & 3); return; /* of which nobody may be worse off */
    case 1: caw_sim_net_set_buffer(1 + more_of_it * 16u); return;
    case 2: return;
    default: break;
    }
    disturbed = true;
    switch (which % 12) {
    case 3: caw_sim_net_fail((caw_sim_net_call)(more_of_it % CAW_SIM_NET_CALLS), errors[which % 6], more_of_it >> 4, 1); break;
    case 4: caw_sim_net_break(NULL); break;
    case 5: caw_sim_net_fate(places[more_of_it & 3], more_of_it & 4 ? errors[which % 6] : 0, more_of_it >> 4); break;
    case 6: memory_fail(more_of_it & 31, more_of_it & 128); break;
    case 7:
        if (server) caw_server_close(server);
        break;
    case 8:
        if (server) caw_server_close_clients(server);
        break;
    case 9:
        if (server) caw_server_abort_clients(server);
        break;
    case 10: caw_unref(caw_spawn(start(more_of_it % SERVERS))); break;
    default:
        if (workers[i]) caw_cancel(workers[i], NULL);
    }
}

/* Called when nothing is ready. */
static double outside(void *data, double now, double deadline)
{
    (void)data;
    if (!more()) return __builtin_nan("");
    happen();
    return deadline < now + 1 ? deadline : now + 1;
}

static CAW_ASYNC(void, program, void)
{
    CAW_BEGIN(void) {
        for (unsigned i = 0; i < SERVERS; i++) CAW_AWAIT(start(i));
        for (unsigned i = 0; i < CLIENTS; i++) workers[i] = caw_spawn(work(i));
        while (more()) {
            unsigned how = byte();
            if (how & 1) happen();
            CAW_AWAIT(caw_sleep(how & 2 ? 1 : 0));
        }
    } CAW_END;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    input_open(bytes, size);
    disturbed = false;
    caw_sim_net_name("many", "10.0.0.1");
    caw_sim_net_name("many", "2001:db8::1");
    caw_sim_net_name("many", "127.0.0.1");
    caw_sim_on_wait(outside, NULL);
    caw_unref(caw_run(program(), NULL));
    caw_sim_on_wait(NULL, NULL);
    input_over();
    for (unsigned i = 0; i < CLIENTS; i++) {
        caw_unref((void *)(uintptr_t)workers[i]);
        workers[i] = NULL;
    }
    for (unsigned i = 0; i < SERVERS; i++) {
        caw_unref(servers[i]);
        servers[i] = NULL;
    }
    caw_sim_net_clear();
    REQUIRE(caw_sim_net_open() == 0);
    input_close();
    return 0;
}
