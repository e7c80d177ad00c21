/* Addresses: what is one, and how it is written. */
#include "test.h"

/* What `text` is written as again; "" if it is none. */
static const char *again(const char *text, uint16_t port)
{
    static char written[CAW_ADDRESS_TEXT];
    caw_address address;
    int         status = caw_address_parse(text, port, &address);
    CHECK_INT(status, address.family ? 0 : -CAW_VALUE_ERROR);
    CHECK_INT(caw_address_format(&address, written, sizeof written), strlen(written));
    return written;
}

TEST(ipv4)
{
    CHECK_TEXT(again("127.0.0.1", 80), "127.0.0.1:80");
    CHECK_TEXT(again("255.255.255.255", 0), "255.255.255.255");
    CHECK_TEXT(again("0.0.0.0", 65535), "0.0.0.0:65535");
}

TEST(ipv6)
{
    CHECK_TEXT(again("::1", 80), "[::1]:80");
    CHECK_TEXT(again("::", 0), "::");
    CHECK_TEXT(again("1::", 0), "1::");
    CHECK_TEXT(again("2001:DB8:0:0:1:0:0:1", 0), "2001:db8::1:0:0:1");
    CHECK_TEXT(again("2001:db8:0:1:1:1:1:1", 0), "2001:db8:0:1:1:1:1:1");
    CHECK_TEXT(again("1:0:0:2:0:0:0:3", 0), "1:0:0:2::3");
    CHECK_TEXT(again("1:2:3:4:5:6:7:0008", 1), "[1:2:3:4:5:6:7:8]:1");
    CHECK_TEXT(again("fe80::1%12", 0), "fe80::1%12");
    CHECK_TEXT(again("fe80::1%4294967295", 443), "[fe80::1%4294967295]:443");
    CHECK_TEXT(again("::ffff:10.0.0.1", 0), "::ffff:10.0.0.1");
    CHECK_TEXT(again("::ffff:a00:1", 80), "[::ffff:10.0.0.1]:80");
    CHECK_TEXT(again("64:ff9b::192.0.2.33", 0), "64:ff9b::c000:221");
    CHECK_TEXT(again("1:2:3:4:5:6:1.2.3.4", 0), "1:2:3:4:5:6:102:304");
}

TEST(no_address)
{
    static const char *const texts[] = {"",
                                        " 127.0.0.1",
                                        "127.0.0.1 ",
                                        "127.0.0",
                                        "127.0.0.1.1",
                                        "127.0.0.01",
                                        "256.0.0.1",
                                        "1a.0.0.1",
                                        "a.0.0.1",
                                        "1.2.3.4f",
                                        "1.2.3.",
                                        ".1.2.3",
                                        "0x7f.1.1.1",
                                        "localhost",
                                        ":",
                                        ":::",
                                        "12345::",
                                        "::00001",
                                        "::1x",
                                        "::1%2x",
                                        "1:",
                                        ":1",
                                        "1::2::3",
                                        "::1::2",
                                        "1:2:3:4:5:6:7",
                                        "1:2:3:4:5:6:7:8:9",
                                        "1:2:3:4:5:6:7:8::",
                                        "12345::",
                                        "g::",
                                        "::1%",
                                        "::1%eth0",
                                        "::1%4294967296",
                                        "[::1]",
                                        "1:2:3:4:5:6:7:1.2.3.4",
                                        "::1.2.3",
                                        "1.2.3.4::",
                                        "1:::2"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) CHECK_TEXT(again(texts[i], 80), "");
}

TEST(cut_to_its_room)
{
    caw_address address;
    char        text[8] = "xxxxxxx";
    CHECK_INT(caw_address_parse("127.0.0.1", 80, &address), 0);
    CHECK_INT(caw_address_format(&address, text, sizeof text), 12);
    CHECK_TEXT(text, "127.0.0");
    CHECK_INT(caw_address_format(&address, NULL, 0), 12);
}

/* None at all, whatever its port. */
TEST(one_without_a_family)
{
    char text[8] = "xxxxxxx";
    text[0] = 'x';
    CHECK_INT(caw_address_format(&(caw_address){.port = 80}, text, sizeof text), 0);
    CHECK_TEXT(text, "");
    CHECK_TEXT(text, "");
}

TEST(digits_of_either_case)
{
    caw_address lower, upper;
    CHECK_INT(caw_address_parse("abcd:ef01::a", 1, &lower), 0);
    CHECK_INT(caw_address_parse("ABCD:EF01::A", 1, &upper), 0);
    CHECK(caw_address_equal(&lower, &upper));
}

TEST(equal)
{
    static const char *const texts[] = {"127.0.0.1", "::ffff:127.0.0.1", "::1", "::1%1"};
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < 4; j++) {
            caw_address one, other;
            CHECK_INT(caw_address_parse(texts[i], 1, &one), 0);
            CHECK_INT(caw_address_parse(texts[j], 1, &other), 0);
            CHECK_INT(caw_address_equal(&one, &other), i == j);
            other.port = 2;
            CHECK(!caw_address_equal(&one, &other));
        }
}
