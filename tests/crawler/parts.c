/*
 * The crawler's parts that need no crawl: links out of HTML that arrives in pieces of every size, addresses out of links.
 */
#include "links.h"
#include "urls.h"
#include <stdio.h>
#include <string.h>

static void check(const char *name, const char *got, const char *expected)
{
    bool good = !strcmp(got, expected);
    printf("%s %s\n", good ? "ok" : "not ok", name);
    if (!good) printf("  expected %s\n  got      %s\n", expected, got);
}

/* ---- Links ----------------------------------------------------------------------------------------------------------- */

/* The targets, each with a "|" behind it, are the same however the page is cut. */
static void check_links(const char *html, const char *expected)
{
    size_t size = strlen(html);
    char   text[512] = "";
    for (size_t step = size; step > 0 && (step == size || !strcmp(text, expected)); step--) {
        links links = {0};
        int   status = 0;
        for (size_t at = 0; at < size && !status; at += step)
            status = links_feed(&links, html + at, step < size - at ? step : size - at);
        text[0] = 0;
        for (size_t i = 0; i < links.count; i++) strcat(strcat(text, caw_string_data(links.found[i])), "|");
        if (status) strcpy(text, "no memory");
        links_clear(&links);
    }
    check(html, text, expected);
}

static void test_links(void)
{
    check_links("<a href=x>", "x|");
    check_links("<a href=/x/y>", "/x/y|");
    check_links("<A HREF = 'x'>y</a><a class=\"a > b\" href=\"y\" title='>'>", "x|y|");
    check_links("<a\nhref\n=\n\"two lines\"/>", "two lines|");
    check_links("<a name=x><a href><a href=\"\"><area href=map>", "|map|");
    check_links("<a xhref=n data-href='n' href='y' href2=n>", "y|");
    check_links("<a href=\"?a&amp;b=1&#38;c&#x26;d&lt;&nope;&\">", "?a&b=1&c&d<&nope;&|");
    check_links("<link href=n><abbr href=n><anything-long href=n>", "");
    check_links("<!-- <a href=n> --><a href=y><!----><a href=z><!-- > -- <a href=n>--->x<a href=w>", "y|z|w|");
    check_links("<script>'<a href=n>'</scrip</script ><a href=y><style><a href=n></style><a href=z>", "y|z|");
    check_links("<scripts><a href=y>", "y|");
    check_links("< a href=n><a/href=y><</a><a href=z<b>", "y|z<b|");
    check_links("<!doctype html><?x <a href=n>?><a href=\"cut off", "");
    check_links("\x80\xff<a href=\"\xe9\">", "\xe9|");
}

/* ---- Addresses ------------------------------------------------------------------------------------------------------- */

static void check_url(const char *base, const char *target, const char *expected)
{
    char        name[128];
    caw_string *url;
    int         status = url_resolve(base, target, &url);
    snprintf(name, sizeof name, "'%s' on %s", target, base ? base : "no page");
    check(name, status == 1 ? caw_string_data(url) : status == 0 ? "none" : "no memory", expected);
    caw_unref(url);
}

/* RFC 3986, section 5.4, fragments cut off. */
static void test_rfc_3986(void)
{
    static const char *const cases[][2] = {
        {"g", "http://a/b/c/g"},       {"./g", "http://a/b/c/g"},    {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},          {"//g", "http://g/"},         {"?y", "http://a/b/c/d?y"},
        {"g?y", "http://a/b/c/g?y"},   {"#s", "http://a/b/c/d?q"},   {"g#s", "http://a/b/c/g"},
        {"", "http://a/b/c/d?q"},      {".", "http://a/b/c/"},       {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},         {"../", "http://a/b/"},       {"../g", "http://a/b/g"},
        {"../..", "http://a/"},        {"../../g", "http://a/g"},    {"../../../g", "http://a/g"},
        {"/./g", "http://a/g"},        {"/../g", "http://a/g"},      {"g.", "http://a/b/c/g."},
        {"..g", "http://a/b/c/..g"},   {"./../g", "http://a/b/g"},   {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"}, {"g/../h", "http://a/b/c/h"}, {"g?y/../x", "http://a/b/c/g?y/../x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_url("http://a/b/c/d?q", cases[i][0], cases[i][1]);
}

static void test_urls(void)
{
    const char *base = "http://a/b/c/d?q";
    check_url(base, " \n g\t\n ", "http://a/b/c/g");
    check_url(base, "HTTP://A:80/X", "http://a/X");
    check_url(base, "https://h:443", "https://h/");
    check_url(base, "http://h?x", "http://h/?x");
    check_url(base, "%2e%2E/.%2e/g", "http://a/g");
    check_url(base, "%2g/.../%2e%2e%2e", "http://a/b/c/%2g/.../%2e%2e%2e");
    check_url(base, "mailto:keeper@x", "none");
    check_url(base, "javascript:void(0)", "none");
    check_url(base, "data:text/html,<a>", "none");
    check_url(base, "http:", "none");
    check_url(NULL, "http://H/./a#f", "http://h/a");
    check_url(NULL, "no/page", "none");
    check_url(NULL, "", "none");
    check_url("file:///", "a/../b c.html", "file:///b c.html");
    check_url("http://a/?x", "y", "http://a/y");

    bool same = url_same_origin("http://a/x", "http://a/y?z");
    bool other = url_same_origin("http://a/", "https://a/") || url_same_origin("http://a/", "http://ab/") ||
                 url_same_origin("http://a:1/", "http://a:2/");
    check("origins", same && !other ? "right" : "wrong", "right");
}

static void test_set(void)
{
    url_set set = {0};
    int     added = 0, again = 0;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 1000; i++) {
            char text[32];
            snprintf(text, sizeof text, "http://a/%d", i);
            caw_string *url = caw_string_of(text);
            *(round ? &again : &added) += url_set_add(&set, url);
            caw_unref(url);
        }
    }
    url_set_clear(&set);
    check("a set of 1000", added == 1000 && again == 0 ? "right" : "wrong", "right");
}

int main(void)
{
    test_links();
    test_rfc_3986();
    test_urls();
    test_set();
    check("nothing is left", caw_get_stats().blocks == 0 ? "right" : "wrong", "right");
    return 0;
}
