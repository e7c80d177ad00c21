/* The library's own text: what its messages need of printf, and what has no room. */
#include "test.h"
#include "base/error.h"
#include <limits.h>

TEST(directives)
{
    char text[40];
    CHECK_INT(caw__format(text, sizeof text, "%s, %u, %zu, 100%%", "one", 2u, (size_t)3), 15);
    CHECK_TEXT(text, "one, 2, 3, 100%");
    CHECK_INT(caw__format(text, sizeof text, "[%s]", (const char *)NULL), 8);
    CHECK_TEXT(text, "[(null)]");
    CHECK_INT(caw__format(text, 5, "%s", "too long"), 8);
    CHECK_TEXT(text, "too ");
    CHECK_INT(caw__format(NULL, 0, "%s", "too long"), 8);
}

/* What is longer than any string stays so, however much comes behind it. */
TEST(a_length_does_not_wrap)
{
    char      room[4] = "";
    caw__text out = {room, sizeof room, 0};
    caw__fill(&out, 'x', 5);
    CHECK_INT(out.length, 5);
    CHECK_INT(memcmp(room, "xxx", 4), 0);
    caw__fill(&out, 'x', CAW__TEXT_MOST);
    CHECK(out.length == CAW__TEXT_MOST);
    caw__fill(&out, 'x', 2);
    CHECK(out.length == CAW__TEXT_MOST);
    caw__fill(&out, 'x', SIZE_MAX);
    CHECK(out.length == CAW__TEXT_MOST);
}

static size_t print(char *buffer, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t length = caw__printfv(buffer, size, format, args);
    va_end(args);
    return length;
}

/* What has no room is counted. */
TEST(longer_than_its_room)
{
    char text[8];
    CHECK_INT(print(text, sizeof text, "%.2000000000f", 1.5), (size_t)INT_MAX / 2 + 2);
    CHECK_TEXT(text, "1.50000");
    CHECK_INT(print(text, sizeof text, "%*d|", INT_MIN, 12), (size_t)INT_MAX + 1);
    CHECK_TEXT(text, "12     ");
    CHECK_INT(print(NULL, 0, "%s %d", "some text", 12), 12);
}

static uint32_t refs(const void *object) { return ((const caw__object *)object)->refs; }

/* Here any counted object will do. */
TEST(an_error_keeps_the_javascript_value_that_it_came_from)
{
    caw_js    *one = (caw_js *)(void *)caw_string_of("one"), *other = (caw_js *)(void *)caw_string_of("other");
    caw_error *error = caw_error_new(CAW_JS_ERROR, NULL);
    CHECK(caw__error_js(NULL) == NULL);
    CHECK(caw__error_js(error) == NULL);
    caw__error_set_js(error, caw_ref(one));
    CHECK(caw__error_js(error) == one);
    CHECK_INT(refs(one), 2);
    caw__error_set_js(error, caw_ref(other));
    CHECK_INT(refs(one), 1);
    caw__error_set_js(caw__error_no_memory(), caw_ref(one)); /* which belongs to all */
    CHECK_INT(refs(one), 1);
    CHECK(caw__error_js(caw__error_no_memory()) == NULL);
    caw_unref(error);
    CHECK_INT(refs(other), 1);
    caw_unref(one);
    caw_unref(other);
}

TEST(what_is_too_long_is_cut_off_inside)
{
    char buffer[16] = "###############";
    CHECK_INT(caw__format(buffer, 4, "%s", "abcdefgh"), 8);
    CHECK_TEXT(buffer, "abc");
    CHECK_TEXT(buffer + 4, "###########");
}
