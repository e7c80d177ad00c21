/* Names that become addresses. */
#include "network.h"

/* All of them, in a line. */
static CAW_ASYNC(void, found, caw_of(caw_addresses *) handle)
{
    CAW_BEGIN_OWNING(void, caw_drop(handle)) {
        CAW_TRY {
            caw_addresses *list = CAW_AWAIT(handle);
            for (size_t i = 0; i < caw_addresses_count(list); i++) trace("%s", address_text(caw_addresses_at(list, i)));
            CHECK(!caw_addresses_at(list, caw_addresses_count(list)));
            caw_unref(list);
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            trace("%s", caw_error_message(error));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(what_is_an_address_already)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(found(caw_getaddrinfo("127.0.0.1", 80)));
        CAW_AWAIT(found(caw_getaddrinfo("fe80::1%2", 80)));
        CAW_AWAIT(found(caw_getaddrinfo("::1", 0, .family = CAW_IPV6)));
        CHECK_TRACE("127.0.0.1:80 [fe80::1%2]:80 ::1");
        CAW_AWAIT(found(caw_getaddrinfo("::1", 0, .family = CAW_IPV4)));
        CHECK_TRACE("::1: the name does not resolve");
    } CAW_END;
}

ASYNC_TEST(names)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(found(caw_getaddrinfo("localhost", 80)));
        CHECK_TRACE("[::1]:80 127.0.0.1:80");
        CHECK_INT(caw_sim_net_name("example.org", "10.0.0.1"), 0);
        CHECK_INT(caw_sim_net_name("example.org", "2001:db8::1"), 0);
        CHECK_INT(caw_sim_net_name("example.org", "10.0.0.1"), 0); /* again: once in the list */
        CHECK_INT(caw_sim_net_name("example.org", "10.0.0"), -1);
        CAW_AWAIT(found(caw_getaddrinfo("example.org", 80)));
        CAW_AWAIT(found(caw_getaddrinfo("example.org", 0, .family = CAW_IPV6)));
        CHECK_TRACE("10.0.0.1:80 [2001:db8::1]:80 2001:db8::1");
        CHECK_INT(caw_sim_net_name("example.org", NULL), 0);
        CAW_AWAIT(found(caw_getaddrinfo("example.org", 80)));
        CHECK_TRACE("example.org: the name does not resolve");
        CAW_AWAIT(found(caw_getaddrinfo(NULL, 80)));
        CAW_AWAIT(found(caw_getaddrinfo(NULL, 80, .passive = true)));
        CHECK_TRACE("[::1]:80 127.0.0.1:80 0.0.0.0:80 [::]:80");
    } CAW_END;
}

/* No host is asked for it. */
ASYNC_TEST(what_is_no_name)
{
    CAW_BEGIN(void) {
        static const char *const good[] = {"b\xc3\xbc", "\xe2\x82\xac", "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x9f\x98\x80"};
        static const char *const bad[] = {"",
                                          "\xff",
                                          "a\x80",
                                          "\xc1\x81",
                                          "\xc3",
                                          "\xe2\x82",
                                          "\xe2\x82z",
                                          "\xe0\x9f\xbf",
                                          "\xed\xa0\x80",
                                          "\xf0\x8f\xbf\xbf",
                                          "\xf4\x90\x80\x80"};
        for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
            CHECK_INT(caw_sim_net_name(good[i], "10.0.0.1"), 0);
            CAW_AWAIT(found(caw_getaddrinfo(good[i], 0)));
            CHECK_TRACE("10.0.0.1");
        }
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
            char wanted[64];
            snprintf(wanted, sizeof wanted, "%s: the name does not resolve", i ? bad[i] : "an empty name");
            CHECK_INT(caw_sim_net_name(bad[i], "10.0.0.1"), 0);
            CAW_AWAIT(found(caw_getaddrinfo(bad[i], 0)));
            CHECK_TRACE(wanted);
        }
    } CAW_END;
}

ASYNC_TEST(what_can_go_wrong)
{
    CAW_BEGIN(void) {
        CHECK_RAISES(caw_getaddrinfo("localhost", 65536), CAW_VALUE_ERROR, "the port must be 0 to 65535");
        caw_unref(CAW_AWAIT(caw_getaddrinfo("localhost", 65535)));
        caw_sim_net_fate("localhost", EAGAIN, 5);
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_getaddrinfo("localhost", 80)));
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            CHECK_INT(caw_error_errno(error), EAGAIN);
            CHECK(strstr(caw_error_message(error), "localhost: errno"));
            trace("again");
        }
        CAW_END_TRY;
        CHECK_TRACE("again");
        CHECK_REAL(elapsed(), 5);
        caw_sim_net_fate("localhost", 0, INFINITY);
        CHECK_RAISES(caw_wait_for(caw_getaddrinfo("localhost", 80), 10), CAW_TIMEOUT_ERROR, NULL);
        CHECK_REAL(elapsed(), 15);
        caw_sim_net_fate("localhost", 0, 0);
        CAW_AWAIT(found(caw_getaddrinfo("localhost", 80, .family = CAW_IPV4)));
        CHECK_TRACE("127.0.0.1:80");
        caw_drop(caw_getaddrinfo("localhost", 80));
        caw_drop(caw_getaddrinfo(NULL, 80));
    } CAW_END;
}
