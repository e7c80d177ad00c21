/* Connections that are cancelled: at any time of their way there, in any pass around its ends. No socket is left. */
#include "network.h"

static CAW_ASYNC(void, connect_only, const char *host, double delay)
{
    CAW_BEGIN(void) {
        CONNECT(stream, host, 7, .happy_eyeballs_delay = delay);
        trace("connected");
    } CAW_END;
}

/* At whatever time it is cancelled, no socket is left. */
ASYNC_TEST(cancelled_at_any_time)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "10.0.0.3", 7);
        const char *hosts[] = {"10.0.0.1", "10.0.0.2", "10.0.0.3"};
        for (int i = 0; i < 3; i++) caw_sim_net_name("three", hosts[i]);
        caw_sim_net_fate("three", 0, 1);
        caw_sim_net_fate("10.0.0.1", 0, INFINITY);
        caw_sim_net_fate("10.0.0.2", EHOSTUNREACH, 2);
        caw_sim_net_set_latency(0.5);
        for (int i = 0; i < 12; i++) {
            caw_auto task = caw_spawn(connect_only("three", 1));
            CAW_AWAIT(caw_sleep(i * 0.5 + 0.25));
            caw_cancel(task, NULL);
            CAW_TRY {
                CAW_AWAIT(task);
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                trace("%d", i);
            }
            CAW_END_TRY;
            CAW_AWAIT(caw_sleep(10)); /* what was accepted has ended */
            CHECK_INT(caw_sim_net_open(), 1);
        }
        CHECK_TRACE("0 1 2 3 4 5 6 7 connected connected connected connected");
    } CAW_END;
}

/* In the passes right after it was asked for. */
ASYNC_TEST(cancelled_when_it_has_just_begun)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "127.0.0.1", 7);
        for (int passes = 0; passes < 6; passes++) {
            caw_auto task = caw_spawn(connect_only("127.0.0.1", 0));
            for (int i = 0; i <= passes; i++) CAW_AWAIT(caw_sleep(0));
            caw_cancel(task, NULL);
            CAW_TRY {
                CAW_AWAIT(task);
            } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
                trace("cancelled");
            }
            CAW_END_TRY;
            CAW_AWAIT(caw_sleep(1));
            CHECK_INT(caw_sim_net_open(), 1);
        }
        test.trace[0] = 0;
    } CAW_END;
}

/* In each pass of its way there, also between connection_made and the end of the wait; as a stream and with a protocol. */
ASYNC_TEST(cancelled_in_any_pass)
{
    CAW_BEGIN(void) {
        caw_socket *first = caw_socket_new(CAW_IPV4, false);
        SERVE(server, echo, NULL, "127.0.0.1", 7);
        caw_unref(first); /* its number, 0, is the connection's: one as any other */
        size_t listening = caw_sim_net_open();
        int    cancelled = 0, made = 0;
        caw_sim_net_set_latency(0.5); /* so that it is there after a second */
        for (int passes = 0; passes < 12; passes++) {
            for (int streams = 0; streams < 2; streams++) {
                caw_any *task = streams ? caw_base(caw_spawn(caw_open_connection("127.0.0.1", 7)))
                                        : caw_base(caw_spawn(caw_create_connection(&telling, "c", "127.0.0.1", 7)));
                CAW_AWAIT(caw_sleep(1));
                for (int i = 0; i < passes; i++) CAW_AWAIT(caw_sleep(0));
                bool running = !caw_done((caw_of(void))task);
                caw_cancel((caw_of(void))task, NULL);
                caw_unref(CAW_AWAIT(caw_wait((caw_of(void))caw_ref(task))));
                if (running) {
                    CHECK(caw_cancelled((caw_of(void))task));
                    cancelled++;
                } else if (streams) {
                    caw_stream stream = {NULL, NULL};
                    CHECK_INT(caw_result((caw_of(caw_stream))task, &stream), 0);
                    caw_stream_close(stream.writer);
                    caw_unref(stream.reader);
                    caw_unref(stream.writer);
                    made++;
                } else {
                    caw_transport *t = NULL;
                    CHECK_INT(caw_result((caw_of(caw_transport *))task, &t), 0);
                    caw_transport_close(t);
                    caw_unref(t);
                    made++;
                }
                caw_unref(task);
                CAW_AWAIT(caw_sleep(5));
                CHECK_INT(caw_sim_net_open(), listening);
            }
        }
        CHECK_INT(cancelled, 2);
        CHECK(made > 4);
        test.trace[0] = 0;
    } CAW_END;
}
