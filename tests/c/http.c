/* What HTTP's portable half knows by itself; the host's half is a stand-in here. */
#include "fault.h"
#include "http/http.h"

static const char *address;

caw_string *caw_request_url(const caw_request *request)
{
    (void)request;
    return address ? caw_string_of(address) : NULL;
}

caw_response *caw__respond(const void *data, size_t size, const char *type, const caw_respond_options *options)
{
    CHECK_TEXT(type, "text/plain;charset=UTF-8");
    (void)options;
    return (caw_response *)(void *)caw_string_new(data, size);
}

/* The text, or "-" for NULL. */
static const char *taken(caw_string *text)
{
    static char copy[100];
    snprintf(copy, sizeof copy, "%s", text ? caw_string_data(text) : "-");
    caw_unref(text);
    return copy;
}

static const char *path(const char *url)
{
    address = url;
    return taken(caw_request_path(NULL));
}

static const char *query(const char *url, const char *name)
{
    address = url;
    return taken(caw_request_query(NULL, name));
}

TEST(paths)
{
    CHECK_TEXT(path("https://example.org/a/b?c/d"), "/a/b");
    CHECK_TEXT(path("https://example.org/a%20b#c"), "/a%20b");
    CHECK_TEXT(path("https://example.org"), "/");
    CHECK_TEXT(path("https://example.org?c"), "/");
    CHECK_TEXT(path("/a?b"), "/a");
    CHECK_TEXT(path(NULL), "-");
}

TEST(queries)
{
    CHECK_TEXT(query("http://h/?a=1&b=2", "b"), "2");
    CHECK_TEXT(query("http://h/?a=1&a=2", "a"), "1");
    CHECK_TEXT(query("http://h/?a&b=", "a"), "");
    CHECK_TEXT(query("http://h/?a&b=", "b"), "");
    CHECK_TEXT(query("http://h/?a=b=c", "a"), "b=c");
    CHECK_TEXT(query("http://h/?%61%2b=%41+%2B%", "a+"), "A +%");
    CHECK_TEXT(query("http://h/?a=%4g%g4%4", "a"), "%4g%g4%4");
    CHECK_TEXT(query("http://h/?a=%4A%4a%e2%82%AC", "a"), "JJ\xe2\x82\xac");
    CHECK_TEXT(query("http://h/?a=%a0%0A", "a"), "\xa0\n");
    CHECK_TEXT(query("http://h/?a=%09%19%1f%9F%ff%F0", "a"), "\t\x19\x1f\x9f\xff\xf0");
    CHECK_TEXT(query("http://h/?a=%/1%1:%@1%1G%`1%1g", "a"), "%/1%1:%@1%1G%`1%1g");
    CHECK_TEXT(query("http://h/?aa=1&ab=2", "a"), "-");
    CHECK_TEXT(query("http://h/?a=1", "aa"), "-");
    CHECK_TEXT(query("http://h/?a#a=1&b=2", "b"), "-");
    CHECK_TEXT(query("http://h/?&&a=1", "a"), "1");
    CHECK_TEXT(query("http://h/?=1", ""), "1");
    CHECK_TEXT(query("http://h/a=1", "a"), "-");
    CHECK_TEXT(query(NULL, "a"), "-");
}

/* What is wrong with a response, or "". */
static const char *fault(bool empty, caw_respond_options options)
{
    static char text[100];
    bool        can = caw__http_can(&options, empty ? 0 : 4);
    caw_error  *error = caw__http_failure();
    CHECK_INT(can, error == NULL);
    snprintf(text, sizeof text, "%s", caw_error_message(error));
    caw_unref(error);
    return text;
}
#define HEADERS(...) ((const char *[]){__VA_ARGS__, NULL})

TEST(responses)
{
    CHECK_TEXT(fault(false, (caw_respond_options){0}), "");
    CHECK_TEXT(fault(false, (caw_respond_options){.status = 599, .headers = HEADERS("X-1_!|~", "a\tb \xc3\xbc", "y", "")}), "");
    CHECK_TEXT(fault(true, (caw_respond_options){.status = 304}), "");
    CHECK_TEXT(fault(false, (caw_respond_options){.status = 204}), "a response of status 204 has no body");
    CHECK_TEXT(fault(false, (caw_respond_options){.status = 205}), "a response of status 205 has no body");
    CHECK_TEXT(fault(false, (caw_respond_options){.status = 304}), "a response of status 304 has no body");
    CHECK_TEXT(fault(true, (caw_respond_options){.status = 199}), "a response has a status from 200 to 599");
    CHECK_TEXT(fault(true, (caw_respond_options){.status = 600}), "a response has a status from 200 to 599");
    CHECK_TEXT(fault(true, (caw_respond_options){.status = -200}), "a response has a status from 200 to 599");
    CHECK_TEXT(fault(true, (caw_respond_options){.headers = HEADERS("", "1")}), "'' is no name of a header");
    CHECK_TEXT(fault(true, (caw_respond_options){.headers = HEADERS("a:", "1")}), "'a:' is no name of a header");
    CHECK_TEXT(fault(true, (caw_respond_options){.headers = HEADERS("\xc3\xbc", "1")}), "'\xc3\xbc' is no name of a header");
    CHECK_TEXT(fault(true, (caw_respond_options){.headers = HEADERS("a", "1\n")}),
               "the header 'a' has line ends or control characters in it");
    CHECK_TEXT(fault(true, (caw_respond_options){.headers = HEADERS("a", "\x7f")}),
               "the header 'a' has line ends or control characters in it");
    CHECK_TEXT(fault(true, (caw_respond_options){.headers = HEADERS("a", NULL)}), "the header 'a' has no value");
    CHECK_TEXT(fault(true, (caw_respond_options){.type = "a\rb"}), "a content-type has no line ends or control characters");
    CHECK_TEXT(fault(true, (caw_respond_options){.type = "a/b; c=\"d\""}), "");
}

TEST(lengths)
{
    CHECK_TEXT(fault(false, (caw_respond_options){.headers = HEADERS("Content-Length", "4")}), "");
    CHECK_TEXT(fault(false, (caw_respond_options){.headers = HEADERS("content-length", "4", "Content-Length", "4")}),
               "there is one content-length, not 2");
    CHECK_TEXT(fault(false, (caw_respond_options){.headers = HEADERS("content-length", "5")}),
               "the body has 4 bytes, its content-length says 5");
    CHECK_TEXT(fault(true, (caw_respond_options){.headers = HEADERS("content-length", "5")}), ""); /* an answer to HEAD */
    CHECK_TEXT(fault(true, (caw_respond_options){.headers = HEADERS("content-length", "")}), "'' is no content-length");
    CHECK_TEXT(fault(true, (caw_respond_options){.headers = HEADERS("content-length", "-1")}), "'-1' is no content-length");
    CHECK_TEXT(fault(true, (caw_respond_options){.headers = HEADERS("content-length", "5x")}), "'5x' is no content-length");
    CHECK_TEXT(fault(true, (caw_respond_options){.headers = HEADERS("content-length", "0")}), "");
    CHECK_INT(caw__http_length(HEADERS("content-length", "0")), 0);
    CHECK_INT(caw__http_length(HEADERS("content-length", "9223372036854775799")), 9223372036854775799);
    CHECK_INT(caw__http_length(HEADERS("content-length", "9223372036854775800")),
              -1); /* what has room is not asked that near */
    CHECK_INT(caw__http_length(HEADERS("content-length", "9223372036854775810")), -1);
    CHECK_TEXT(fault(true, (caw_respond_options){.headers = HEADERS("content-length", "99999999999999999999")}),
               "'99999999999999999999' is no content-length");
    CHECK(caw__http_can(&(caw_respond_options){.headers = HEADERS("content-length", "5")}, -1));
    CHECK_INT(caw__http_length(HEADERS("a", "b", "CONTENT-LENGTH", "123456789012")), 123456789012);
    CHECK_INT(caw__http_length(HEADERS("a", "b")), -1);
    CHECK_INT(caw__http_length(NULL), -1);
}

TEST(names_of_headers_in_any_case)
{
    CHECK(caw__http_has(HEADERS("a", "1", "Content-TYPE", "2"), "content-type"));
    CHECK(caw__http_has(HEADERS("content-type", "2"), "CONTENT-Type"));
    CHECK(caw__http_has(HEADERS("A-Z", "1"), "a-z") && caw__http_has(HEADERS("a-z", "1"), "A-Z"));
    CHECK(!caw__http_has(HEADERS("[a", "2"), "{A") && !caw__http_has(HEADERS("{a", "2"), "[A"));
    CHECK(!caw__http_has(HEADERS("@a", "2"), "`a") && !caw__http_has(HEADERS("`a", "2"), "@a"));
    CHECK(!caw__http_has(HEADERS("content-typ", "1", "content-type2", "2"), "content-type"));
    CHECK(!caw__http_has(NULL, "content-type"));
}

TEST(the_last_failure_is_kept)
{
    caw__http_fail(caw_error_new(CAW_VALUE_ERROR, "one"));
    caw__http_fail(caw_error_new(CAW_VALUE_ERROR, "two"));
    caw_error *error = caw__http_failure();
    CHECK_TEXT(caw_error_message(error), "two");
    caw_unref(error);
    CHECK(!caw__http_failure());
}

TEST(text) { CHECK_TEXT(taken((caw_string *)(void *)caw_respond("hello", .status = 201)), "hello"); }

/* NULL where there is no memory, at whatever allocation. */
SCENARIO(a_query)
{
    CAW_BEGIN(void) {
        address = "http://h/?b=1&a=%41";
        caw_string *text = NEED(caw_request_query(NULL, "a"));
        CHECK_TEXT(caw_string_data(text), "A");
        caw_unref(text);
    } CAW_END;
}

/* As the web decodes it. */
static const char *decoded(const char *bytes) { return taken(caw__http_utf8(caw_string_of(bytes))); }

TEST(what_is_no_text)
{
    CHECK_TEXT(decoded(""), "");
    CHECK_TEXT(decoded("gr\xc3\xbc\xc3\x9f"
                       "e \xe2\x82\xac \xf0\x9f\x98\x80"),
               "gr\xc3\xbc\xc3\x9f"
               "e \xe2\x82\xac \xf0\x9f\x98\x80");
    CHECK_TEXT(decoded("\xef\xbb\xbf"
                       "a"),
               "a");
    CHECK_TEXT(decoded("a\xef\xbb\xbf"), "a\xef\xbb\xbf");
#define WRONG "\xef\xbf\xbd"
    CHECK_TEXT(decoded("a\xff"
                       "b"),
               "a" WRONG "b");
    CHECK_TEXT(decoded("\x80\xc1"), WRONG WRONG);
    CHECK_TEXT(decoded("\xe2\x82"), WRONG);
    CHECK_TEXT(decoded("\xef\xbb\xbf\xff"), WRONG);
    CHECK_TEXT(decoded("\xef\xbb\xbf\xc3\xbc\xff\xff"), "\u00fc" WRONG WRONG);
    static const char *const right[] = {"\xc2\x80",     "\xdf\xbf",         "\xe0\xa0\x80",     "\xed\x9f\xbf",
                                        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "\xee\x80\x80"};
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) CHECK_TEXT(decoded(right[i]), right[i]);
    CHECK_TEXT(decoded("\xe2\x82"
                       "a"),
               WRONG "a");
    CHECK_TEXT(decoded("\xe0\x9f\x80"), WRONG WRONG WRONG);
    CHECK_TEXT(decoded("\xed\xa0\x80"), WRONG WRONG WRONG);
    CHECK_TEXT(decoded("\xf0\x8f\x80\x80"), WRONG WRONG WRONG WRONG);
    CHECK_TEXT(decoded("\xf0\x9f\x98"), WRONG);
    CHECK_TEXT(decoded("\xf4\x90\x80\x80"), WRONG WRONG WRONG WRONG);
    CHECK_TEXT(decoded("\xf5"), WRONG);
    CHECK(!caw__http_utf8(NULL)); /* there was no memory for the bytes */
}

/* The whole address, or "-": there is none. */
static const char *whole(const char *base, const char *target)
{
    caw_string *url;
    bool        good = caw__http_resolve(base, target, &url);
    CHECK_INT(good, url != NULL);
    return taken(url);
}

TEST(addresses)
{
    CHECK_TEXT(whole(NULL, "HTTP://Example.ORG"), "http://example.org/");
    CHECK_TEXT(whole(NULL, " https://h:443/a?b#c \n"), "https://h/a?b");
    CHECK_TEXT(whole(NULL, "http://h:80?b"), "http://h/?b");
    CHECK_TEXT(whole(NULL, "http://h:443/"), "http://h:443/");
    CHECK_TEXT(whole(NULL, "http://h:/"), "http://h/");
    CHECK_TEXT(whole(NULL, "http://h/a\r\n\tb "), "http://h/ab");
    CHECK_TEXT(whole(NULL, "http://h-/"), "http://h-/");
    CHECK_TEXT(whole(NULL, "http://h:65536/"), "-");
    CHECK_TEXT(whole(NULL, "http://h:65535/"), "http://h:65535/");
    CHECK_TEXT(whole(NULL, "http://h:655350/"), "-");
    CHECK_TEXT(whole(NULL, "http://h:9/"), "http://h:9/");
    CHECK_TEXT(whole(NULL, "http://h:9080/"), "http://h:9080/");
    CHECK_TEXT(whole(NULL, "http://h:999999999/"), "-");
    CHECK_TEXT(whole(NULL, "http://h:8x/"), "-");
    CHECK_TEXT(whole(NULL, "h1+2-3.4:x"), "-");
    CHECK_TEXT(whole(NULL, "{:x"), "-");
    CHECK_TEXT(whole(NULL, "1:x"), "-");
    CHECK_TEXT(whole(NULL, "h:x"), "-");
    CHECK_TEXT(whole("http://h/a/b", "..."), "http://h/a/...");
    CHECK_TEXT(whole("http://h/a/b/", "%2E%2e/...."), "http://h/a/....");
    CHECK_TEXT(whole("http://h/a/b", "%2f"), "http://h/a/%2f");
    CHECK_TEXT(whole(NULL, "http://[::1]:8080/"), "http://[::1]:8080/");
    CHECK_TEXT(whole(NULL, "http://[::1]"), "http://[::1]/");
    CHECK_TEXT(whole(NULL, "http://h/a/./b/../c/%2e%2E/d"), "http://h/a/d");
    CHECK_TEXT(whole(NULL, "http://h/.."), "http://h/");
    CHECK_TEXT(whole(NULL, "http:\\\\h\\a\\b?c\\d"), "http://h/a/b?c\\d");
    CHECK_TEXT(whole(NULL, "http://h/a b\"<\xc3\xbc>?'x y'"), "http://h/a%20b%22%3C%C3%BC%3E?%27x%20y%27");
    CHECK_TEXT(whole(NULL, "http://h/%41%zz"), "http://h/%41%zz");
    CHECK_TEXT(whole(NULL, "htt\tp://h/a\nb"), "http://h/ab");
    const char *base = "https://h:8/a/b?c";
    CHECK_TEXT(whole(base, "d"), "https://h:8/a/d");
    CHECK_TEXT(whole(base, "1:x"), "https://h:8/a/1:x");
    static const char *const schemes[] = {"a-b:c", "a.b:c", "a+b:c", "a0:c", "a9:c", "z:c", "Z:c", "A:c"};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) CHECK_TEXT(whole(base, schemes[i]), "-");
    CHECK_TEXT(whole(base, "a/:c"), "https://h:8/a/a/:c");
    CHECK_TEXT(whole(base, "a_b:c"), "https://h:8/a/a_b:c");
    CHECK_TEXT(whole(base, "\x7f~"), "https://h:8/a/%7F~");
    CHECK_TEXT(whole(base, ":x"), "https://h:8/a/:x");
    CHECK_TEXT(whole(base, "../d?e"), "https://h:8/d?e");
    CHECK_TEXT(whole(base, "/d"), "https://h:8/d");
    CHECK_TEXT(whole(base, "?d"), "https://h:8/a/b?d");
    CHECK_TEXT(whole(base, ""), "https://h:8/a/b?c");
    CHECK_TEXT(whole(base, "#d"), "https://h:8/a/b?c");
    CHECK_TEXT(whole(base, "//i/d"), "https://i/d");
    CHECK_TEXT(whole(base, "http://i/d"), "http://i/d");
    CHECK_TEXT(whole("http://h", "d"), "http://h/d");
    static const char *const wrong[] = {"",
                                        "a",
                                        "/a",
                                        "//h/",
                                        "ftp://h/",
                                        "mailto:a",
                                        "httpx://h/",
                                        "http://",
                                        "http:///",
                                        "http://a b/",
                                        "http://u:p@h/",
                                        "http://h:x/",
                                        "http://h:65536/",
                                        "http://:8",
                                        "http://h^/",
                                        "http://\xc3\xbc/",
                                        "http://[::1",
                                        "http://a:b:8/",
                                        "javascript:x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) CHECK_TEXT(whole(NULL, wrong[i]), "-");
    CHECK_TEXT(whole(base, "mailto:a"), "-");
}
