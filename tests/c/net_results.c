/*
 * Owns: tests of servers, streams, transports and endpoints as results: of tasks that nobody awaits, or two do, in gathers, races, groups
 * and timeouts, with their loop closed under them. No socket is left.
 */
#include "net/net.h"
#include "network.h"

static const caw_datagram_protocol_ops quiet = {.release = told_release};

static CAW_ASYNC(caw_server *, make_server, int port)
{
    CAW_BEGIN(caw_server *) {
        CAW_RETURN(CAW_AWAIT(caw_start_server(echo, NULL, "127.0.0.1", port)));
    } CAW_END;
}

static CAW_ASYNC(caw_datagram_transport *, make_endpoint, int port)
{
    CAW_BEGIN(caw_datagram_transport *) {
        CAW_RETURN(CAW_AWAIT(caw_create_datagram_endpoint(&quiet, "d", .local_host = "127.0.0.1", .local_port = port)));
    } CAW_END;
}

/* Whoever awaits it has a reference of its own; with the task's gone it serves on, as its loop has it. */
ASYNC_TEST(two_await_one_server)
{
    CAW_BEGIN(void) {
        caw_of(caw_server *) task = caw_spawn(make_server(7));
        caw_server *one = CAW_AWAIT(caw_ref(task)), *other = CAW_AWAIT(caw_ref(task));
        CHECK(one == other);
        caw_unref(task);
        caw_unref(one);
        CHECK(caw_server_is_serving(other));
        CONNECT(stream, "127.0.0.1", 7);
        write_text(stream.writer, "hello");
        CHECK_READ(caw_stream_readexactly(stream.reader, 5), "hello");
        end_server(other);
    } CAW_END;
}

static CAW_ASYNC(void, nobody_awaits, void)
{
    CAW_BEGIN(void) {
        caw_any *tasks[] = {caw_base(caw_spawn(make_server(7))), caw_base(caw_spawn(make_endpoint(9))),
                            caw_base(caw_spawn(caw_open_connection("127.0.0.1", 7))),
                            caw_base(caw_spawn(caw_create_connection(&telling, "c", "127.0.0.1", 7)))};
        CAW_AWAIT(caw_sleep(1));
        for (int i = 0; i < 4; i++) {
            CHECK(caw_done((caw_of(void))tasks[i]));
            caw_unref(tasks[i]);
        }
        CHECK_INT(caw_sim_net_open(), 6); /* the loop has all of them but the stream, whose writer is gone */
    } CAW_END;
}

TEST(results_that_nobody_takes)
{
    CHECK_ERROR(caw_run(nobody_awaits(), NULL), CAW_OK, NULL);
    CHECK_INT(caw_sim_net_open(), 0);
    CHECK(strstr(test.trace, "d.release") && strstr(test.trace, "c.release"));
    test.trace[0] = test.log[0] = 0;
}

ASYNC_TEST(several_of_a_gather)
{
    CAW_BEGIN(void) {
        caw_results *r = CAW_AWAIT(caw_gather(make_endpoint(9), make_endpoint(10)));
        for (size_t i = 0; i < 2; i++) {
            caw_datagram_transport *t = caw_result_at(r, i, caw_datagram_transport *);
            caw_datagram_abort(t);
            caw_unref(t);
        }
        caw_unref(r);
        CAW_AWAIT(caw_sleep(0));
        CHECK_TRACE("d.release d.release");
        CHECK_INT(caw_sim_net_open(), 0);
        /* One has failed: the other one is a result that nobody gets. */
        CHECK_RAISES(caw_gather(make_server(7), make_server(70000)), CAW_VALUE_ERROR, NULL);
        CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}

static CAW_ASYNC(caw_stream, reach, const char *host)
{
    CAW_BEGIN(caw_stream) {
        CAW_RETURN(CAW_AWAIT(caw_open_connection(host, 7)));
    } CAW_END;
}

/* The first to be connected; the others leave no socket, whether they are on their way or there in the same pass. */
ASYNC_TEST(a_race_for_a_connection)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "0.0.0.0", 7);
        size_t listening = caw_sim_net_open();
        caw_sim_net_fate("10.0.0.1", 0, INFINITY);
        caw_stream winner = CAW_AWAIT(caw_any_of(reach("10.0.0.1"), reach("10.0.0.2"), reach("10.0.0.3")));
        write_text(winner.writer, "x");
        CHECK_READ(caw_stream_readexactly(winner.reader, 1), "x");
        caw_stream_close(winner.writer);
        caw_unref(winner.reader);
        caw_unref(winner.writer);
        CAW_AWAIT(caw_sleep(1));
        CHECK_INT(caw_sim_net_open(), listening);
        CHECK_RAISES(caw_wait_for(reach("10.0.0.1"), 2), CAW_TIMEOUT_ERROR, NULL);
        CAW_AWAIT(caw_sleep(1));
        CHECK_INT(caw_sim_net_open(), listening);
    } CAW_END;
}

static CAW_ASYNC(void, fail_at, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
        CAW_RAISE(CAW_VALUE_ERROR, "enough");
    } CAW_END;
}

static CAW_ASYNC(void, groups_that_fail, void)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "127.0.0.1", 7);
        caw_sim_net_fate("slow", 0, 1);
        caw_sim_net_name("slow", "127.0.0.1");
        caw_sim_net_set_latency(1);
        for (int i = 0; i < 8; i++) {
            CAW_TRY {
                CAW_WITH_TASK_GROUP(group) {
                    CAW_GROUP_START(group, reach("slow"));
                    CAW_GROUP_START(group, caw_create_connection(&telling, "c", "slow", 7));
                    CAW_GROUP_START(group, caw_create_datagram_endpoint(&quiet, "d", .remote_host = "slow", .remote_port = 9));
                    CAW_GROUP_START(group, fail_at(0.5 * i));
                }
                CAW_END_TASK_GROUP;
            } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
                trace("%zu", caw_error_child_count(error));
            }
            CAW_END_TRY;
            caw_sim_net_break(NULL); /* those that had been made belong to their loop */
            CAW_AWAIT(caw_sleep(10));
        }
    } CAW_END;
}

/* Broken off at each stage of what it makes. */
TEST(a_group_that_fails)
{
    CHECK_ERROR(caw_run(groups_that_fail(), NULL), CAW_OK, NULL);
    CHECK_INT(caw_sim_net_open(), 0);
    CHECK(strstr(test.trace, "d.release"));
    test.trace[0] = test.log[0] = 0;
}

/* ---- Its loop is closed under it ------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, hold_on, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        caw_unref(CAW_AWAIT(caw_stream_read(stream.reader, -1)));
    } CAW_END;
}

static CAW_ASYNC(void, serve_inside, void)
{
    CAW_BEGIN(void) {
        caw_server *server = CAW_AWAIT(caw_start_server(hold_on, NULL, "127.0.0.1", 7));
        CAW_DEFER(caw_unref, server);
        CONNECT(stream, "127.0.0.1", 7);
        CAW_WITH(caw_server_with(server)) {
            CAW_AWAIT(caw_sleep(1000));
        }
        CAW_END_WITH;
    } CAW_END;
}

static CAW_ASYNC(void, nap, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
    } CAW_END;
}

/* The end of the scope waits for clients that nobody serves any more: it is cut off there. */
TEST(a_scope_of_a_server)
{
    caw_loop *loop = caw_loop_new();
    caw_any  *task = caw_base(caw_spawn(serve_inside(), .loop = loop));
    CHECK_ERROR(caw_run_until_complete(loop, nap(5), NULL), CAW_OK, NULL);
    CHECK_INT(caw_sim_net_open(), 3);
    CHECK_INT(caw_loop_close(loop), 0);
    CHECK_INT(caw_sim_net_open(), 0);
    CHECK(strstr(test.log, "ignored GeneratorExit"));
    caw_unref(task);
    test.log[0] = 0;
}

/* Where a host has TLS and says no more than that it failed, the words are the number's. */
TEST(words_of_tls) { CHECK_ERROR(caw__net_tls_error(-EPROTO), CAW_OS_ERROR, "TLS: protocol error"); }

/* One that nobody awaits, of a protocol that has nothing to release. */
ASYNC_TEST(a_protocol_that_releases_nothing)
{
    CAW_BEGIN(void) {
        static const caw_protocol_ops bare = {0};
        caw_drop(caw_create_connection(&bare, NULL, "127.0.0.1", 7));
    } CAW_END;
}
