/* Addresses that race: when each begins, who wins, what becomes of the others. RFC 8305; asyncio's staggered_race. */
#include "network.h"

static void names(int count, const char *const *addresses)
{
    for (int i = 0; i < count; i++) CHECK_INT(caw_sim_net_name("many", addresses[i]), 0);
}

/* Connects, and traces to whom and when. */
static CAW_ASYNC(void, reached, double delay, int interleave)
{
    CAW_BEGIN(void) {
        double start = caw_sim_time();
        CAW_TRY {
            CONNECT(stream, "many", 7, .happy_eyeballs_delay = delay, .interleave = interleave);
            caw_value peer = caw_stream_get_extra_info(stream.writer, "peername");
            trace("%s@%g", caw_string_data(peer.as_string), caw_sim_time() - start);
            caw_value_drop(peer);
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            trace("%s@%g", caw_error_message(error), caw_sim_time() - start);
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(the_next_begins_after_the_delay)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "10.0.0.3", 7);
        names(3, (const char *const[]){"10.0.0.1", "10.0.0.2", "10.0.0.3"});
        caw_sim_net_fate("10.0.0.1", 0, INFINITY);
        caw_sim_net_fate("10.0.0.2", 0, INFINITY);
        CAW_AWAIT(reached(0.25, 0));
        CHECK_TRACE("10.0.0.3:7@0.5");
        CAW_AWAIT(caw_sleep(1));
        CHECK_INT(caw_sim_net_open(), 1); /* nothing is left of the others */
    } CAW_END;
}

ASYNC_TEST(or_when_the_one_before_has_failed)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "10.0.0.4", 7);
        names(4, (const char *const[]){"10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"});
        caw_sim_net_fate("10.0.0.1", 0, INFINITY);
        caw_sim_net_fate("10.0.0.2", EHOSTUNREACH, 0.1);
        caw_sim_net_fate("10.0.0.3", EHOSTUNREACH, 0.1);
        CAW_AWAIT(reached(1, 0)); /* the second begins at 1, the third at 1.1, the fourth at 1.2 */
        CHECK_TRACE("10.0.0.4:7@1.2");
    } CAW_END;
}

/* One that fails while others are under way, which were begun since, hastens nobody. */
ASYNC_TEST(only_the_one_right_before_counts)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "10.0.0.3", 7);
        names(3, (const char *const[]){"10.0.0.1", "10.0.0.2", "10.0.0.3"});
        caw_sim_net_fate("10.0.0.1", ECONNREFUSED, 1.5);
        caw_sim_net_fate("10.0.0.2", 0, INFINITY);
        CAW_AWAIT(reached(1, 0));
        CHECK_TRACE("10.0.0.3:7@2");
    } CAW_END;
}

ASYNC_TEST(the_first_that_answers_wins)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, NULL, 7);
        names(3, (const char *const[]){"10.0.0.1", "10.0.0.2", "10.0.0.3"});
        caw_sim_net_fate("10.0.0.1", 0, 3);
        caw_sim_net_fate("10.0.0.2", 0, 1);
        caw_sim_net_fate("10.0.0.3", 0, 1);
        CAW_AWAIT(reached(1, 0));
        CHECK_TRACE("10.0.0.2:7@2");
        CAW_AWAIT(caw_sleep(5));
        CHECK_INT(caw_sim_net_open(), 2);
        caw_sim_net_fate("10.0.0.1", 0, 1); /* at the time at which the second begins */
        CAW_AWAIT(reached(1, 0));
        CHECK_TRACE("10.0.0.1:7@1");
    } CAW_END;
}

ASYNC_TEST(all_fail)
{
    CAW_BEGIN(void) {
        names(3, (const char *const[]){"10.0.0.1", "10.0.0.2", "10.0.0.3"});
        caw_sim_net_fate("10.0.0.1", EHOSTUNREACH, 5);
        caw_sim_net_fate("10.0.0.2", ENETUNREACH, 3);
        caw_sim_net_fate("10.0.0.3", ETIMEDOUT, 1);
        CAW_AWAIT(reached(1, 0));
        CHECK_TRACE("Multiple exceptions: Connect call failed 10.0.0.1:7: no route to host, "
                    "Connect call failed 10.0.0.2:7: network is unreachable, "
                    "Connect call failed 10.0.0.3:7: connection timed out@5");
        CHECK_INT(caw_sim_net_open(), 0);
    } CAW_END;
}

ASYNC_TEST(families_take_turns)
{
    CAW_BEGIN(void) {
        names(5, (const char *const[]){"2001:db8::1", "2001:db8::2", "2001:db8::3", "10.0.0.1", "10.0.0.2"});
        static const struct {
            double      delay;
            int         interleave;
            const char *order;
        } cases[] = {{0, 0, "123ab"}, {1, 0, "1a2b3"}, {0, 1, "1a2b3"}, {0, 2, "12a3b"}, {0, 3, "123ab"}, {0, 9, "123ab"}};
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            char order[8] = "";
            CAW_TRY {
                CONNECT(stream, "many", 7, .happy_eyeballs_delay = cases[i].delay, .interleave = cases[i].interleave,
                        .all_errors = true);
            } CAW_EXCEPT(CAW_EXCEPTION_GROUP, group) {
                for (size_t n = 0; n < caw_error_child_count(group); n++) {
                    const char *text = caw_error_message(caw_error_child(group, n));
                    if (strstr(text, "::")) test_append(order, sizeof order, "%c", *(strstr(text, "::") + 2));
                    else test_append(order, sizeof order, "%c", *(strstr(text, ".0.0.") + 5) + 'a' - '1');
                }
            }
            CAW_END_TRY;
            CHECK_TEXT(order, cases[i].order);
        }
    } CAW_END;
}

/* The closing of the loop, or a frame that is destroyed, in the middle of a race. */
static CAW_ASYNC(void, race_on, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CONNECT(stream, "many", 7, .happy_eyeballs_delay = 1);
        } CAW_EXCEPT(CAW_GENERATOR_EXIT, error) {
            CONNECT(stream, "many", 7, .happy_eyeballs_delay = 1); /* refuses to end */
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(void, leave_it, double seconds)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(race_on()));
        CAW_AWAIT(caw_sleep(seconds));
    } CAW_END;
}

TEST(a_loop_that_is_closed)
{
    for (int i = 0; i < 8; i++) {
        names(3, (const char *const[]){"10.0.0.1", "10.0.0.2", "10.0.0.3"});
        for (int n = 1; n < 4; n++) {
            char text[16];
            snprintf(text, sizeof text, "10.0.0.%d", n);
            caw_sim_net_fate(text, 0, INFINITY);
        }
        caw_sim_net_fate("many", 0, 0.5);
        caw_loop *loop = caw_loop_new();
        CHECK_ERROR(caw_run_until_complete(loop, leave_it(i * 0.5), NULL), CAW_OK, NULL);
        CHECK_INT(caw_loop_close(loop), 0);
        CHECK_INT(caw_sim_net_open(), 0);
        test.log[0] = 0;
        caw_sim_net_clear();
    }
}

/* Once one has won no other begins: the socket that cannot be had is asked for by the next connection. */
ASYNC_TEST(who_has_won_is_the_last)
{
    CAW_BEGIN(void) {
        SERVE(server, echo, NULL, "10.0.0.1", 7);
        names(2, (const char *const[]){"10.0.0.1", "10.0.0.2"});
        for (int i = 0; i < 2; i++) {
            caw_sim_net_fail(CAW_SIM_NET_SOCKET, EMFILE, 1, 1);
            CAW_AWAIT(reached(i, 0));
            CHECK_RAISES(caw_open_connection("10.0.0.1", 7), CAW_OS_ERROR, NULL);
        }
        CHECK_TRACE("10.0.0.1:7@0 10.0.0.1:7@0");
    } CAW_END;
}
