/* Error values: the hierarchy, messages, cause, context, notes, groups, text. */
#include "test.h"
#include <errno.h>

TEST(names_and_ancestors)
{
    CHECK_TEXT(caw_error_name(CAW_VALUE_ERROR), "ValueError");
    CHECK_TEXT(caw_error_name(-CAW_TIMEOUT_ERROR), "TimeoutError");
    CHECK_TEXT(caw_error_name(0), "");
    CHECK_TEXT(caw_error_name(10000), "");
    CHECK(caw_error_type_is(CAW_TIMEOUT_ERROR, CAW_OS_ERROR));
    CHECK(caw_error_type_is(-CAW_TIMEOUT_ERROR, CAW_EXCEPTION));
    CHECK(caw_error_type_is(CAW_TIMEOUT_ERROR, CAW_BASE_EXCEPTION));
    CHECK(!caw_error_type_is(CAW_OS_ERROR, CAW_TIMEOUT_ERROR));
    CHECK(!caw_error_type_is(CAW_CANCELLED_ERROR, CAW_EXCEPTION));
    CHECK(!caw_error_type_is(CAW_GENERATOR_EXIT, CAW_EXCEPTION));
    CHECK(caw_error_type_is(CAW_EXCEPTION_GROUP, CAW_EXCEPTION));
    CHECK(caw_error_type_is(CAW_EXCEPTION_GROUP, CAW_BASE_EXCEPTION_GROUP));
    CHECK(!caw_error_type_is(CAW_BASE_EXCEPTION_GROUP, CAW_EXCEPTION));
    CHECK(!caw_error_type_is(0, CAW_BASE_EXCEPTION));
    CHECK(!caw_error_type_is(CAW_ERROR_TYPE_COUNT, CAW_BASE_EXCEPTION));
    CHECK(caw_error_type_is(CAW_TIMEOUT_ERROR, -CAW_OS_ERROR));
    for (int type = CAW_BASE_EXCEPTION; type < CAW_ERROR_TYPE_COUNT; type++) {
        CHECK(caw_error_type_is(type, type));
        CHECK(caw_error_type_is(type, CAW_BASE_EXCEPTION));
        CHECK(*caw_error_name(type));
    }
}

TEST(messages_are_formatted)
{
    caw_error *error = caw_error_new(CAW_VALUE_ERROR, "%s %d %i %u %x %c %g %% %.*s|%.2s|%ld %lld %zu %llu", "text", -5, 6, 7u,
                                     255u, 'c', 1.5, 2, "abc", "xyz", -8l, -9ll, (size_t)10, 18446744073709551615ull);
    CHECK_ERROR(error, CAW_VALUE_ERROR, "text -5 6 7 ff c 1.5 % ab|xy|-8 -9 10 18446744073709551615");
    CHECK_ERROR(caw_error_new(CAW_OS_ERROR, NULL), CAW_OS_ERROR, "the system refused");
    CHECK_ERROR(caw_error_new(CAW_CANCELLED_ERROR, NULL), CAW_CANCELLED_ERROR, "");
    CHECK_ERROR(caw_error_new((caw_error_type)999, "x"), CAW_RUNTIME_ERROR, "x");
    CHECK_ERROR(caw_error_new(CAW_OK, "x"), CAW_RUNTIME_ERROR, "x");
    CHECK_ERROR(caw_error_new(CAW_TYPE_ERROR, "%s %g %g %g %g", (const char *)NULL, 0.1, 1e20, -2.5e-7, 100000.0),
                CAW_TYPE_ERROR, "(null) 0.1 1e+20 -2.5e-07 100000");
    char want[1001];
    memset(want, 'w', 1000);
    want[1000] = 0;
    CHECK_ERROR(caw_error_new(CAW_VALUE_ERROR, "%s", want), CAW_VALUE_ERROR, want);
    CHECK_TEXT(caw_error_message(NULL), "");
    CHECK_INT(caw_error_type_of(NULL), CAW_OK);
    CHECK(!caw_error_is(NULL, CAW_BASE_EXCEPTION));
}

TEST(codes_and_errno)
{
    CHECK_ERROR(caw_error_from_code(-CAW_QUEUE_EMPTY), CAW_QUEUE_EMPTY, "the queue is empty");
    CHECK_ERROR(caw_error_from_code(CAW_QUEUE_EMPTY), CAW_QUEUE_EMPTY, "the queue is empty");
    CHECK(caw_error_from_code(0) == NULL);
    caw_error *error = caw_error_os(ENOENT, "no %s", "file");
    CHECK_INT(caw_error_errno(error), ENOENT);
    CHECK_ERROR(error, CAW_OS_ERROR, "no file");
    error = caw_error_os(ETIMEDOUT, NULL);
    CHECK_INT(caw_error_errno(error), ETIMEDOUT);
    CHECK_ERROR(error, CAW_TIMEOUT_ERROR, "timed out");
    CHECK_INT(caw_error_errno(NULL), 0);
}

TEST(causes_make_no_cycles)
{
    caw_error *a = caw_error_new(CAW_VALUE_ERROR, "a"), *b = caw_error_new(CAW_VALUE_ERROR, "b");
    CHECK(caw_error_set_cause(b, NULL) == b);
    CHECK(caw_error_set_cause(a, b) == a);
    CHECK(caw_error_set_cause(b, NULL) == b); /* as one that has a link, too */
    CHECK(caw_error_cause(a) == b);
    CHECK(caw_error_set_cause(b, caw_ref(a)) == b); /* would be a cycle: ignored, and the reference given back */
    CHECK(caw_error_cause(b) == NULL);
    CHECK(caw_error_set_cause(a, caw_ref(a)) == a);
    CHECK(caw_error_cause(a) == b);
    CHECK(caw_error_set_cause(a, caw_error_new(CAW_TYPE_ERROR, "c")) == a); /* replaces b */
    CHECK_TEXT(caw_error_message(caw_error_cause(a)), "c");
    CHECK(caw_error_set_cause(a, NULL) == a);
    CHECK(caw_error_cause(a) == NULL);
    caw_unref(a);
    CHECK(caw_error_cause(NULL) == NULL);
    CHECK(caw_error_context(NULL) == NULL);
}

TEST(notes)
{
    caw_error *error = caw_error_new(CAW_VALUE_ERROR, "noted");
    char       note[] = "first";
    CHECK_INT(caw_error_add_note(error, note), 0);
    note[0] = 'F';
    CHECK_INT(caw_error_add_note(error, "second"), 0);
    CHECK_TEXT(caw_error_note(error, 0), "first");
    CHECK_TEXT(caw_error_note(error, 1), "second");
    CHECK(caw_error_note(error, 2) == NULL);
    CHECK(caw_error_note(NULL, 0) == NULL);
    caw_unref(error);
}

TEST(groups)
{
    caw_error *children[] = {caw_error_new(CAW_VALUE_ERROR, "one"), caw_error_new(CAW_TYPE_ERROR, "two")};
    caw_error *group = caw_error_group("both", children, 2);
    CHECK_INT(caw_error_child_count(group), 2);
    CHECK_INT(caw_error_child_count(NULL), 0);
    CHECK_TEXT(caw_error_message(caw_error_child(group, 1)), "two");
    CHECK(caw_error_child(group, 2) == NULL);
    CHECK(caw_error_child(NULL, 0) == NULL);
    CHECK(caw_error_is(group, CAW_EXCEPTION));
    CHECK_ERROR(group, CAW_EXCEPTION_GROUP, "both");
    caw_error *base[] = {caw_error_new(CAW_CANCELLED_ERROR, NULL)};
    group = caw_error_group("base", base, 1);
    CHECK(!caw_error_is(group, CAW_EXCEPTION));
    CHECK_ERROR(group, CAW_BASE_EXCEPTION_GROUP, "base");
    CHECK_ERROR(caw_error_group("none", NULL, 0), CAW_VALUE_ERROR, NULL);
}

TEST(text)
{
    caw_error *error = caw_error_new(CAW_TYPE_ERROR, "wrong"), *cause = caw_error_new(CAW_OS_ERROR, "disk");
    CHECK_INT(caw_error_add_note(error, "look here"), 0);
    error = caw_error_set_cause(error, cause);
    char buffer[200];
    CHECK_INT(caw_error_format(error, buffer, sizeof buffer), strlen(buffer));
    CHECK_TEXT(buffer, "TypeError: wrong\n  note: look here\ncaused by OSError: disk");
    size_t whole = strlen(buffer);
    CHECK_INT(caw_error_format(error, buffer, 10), whole);
    CHECK_TEXT(buffer, "TypeError");
    CHECK_INT(caw_error_format(error, NULL, 0), whole);
    CHECK_INT(caw_error_format(NULL, buffer, sizeof buffer), 0);
    CHECK_TEXT(buffer, "");
    caw_unref(error);
    error = caw_error_new(CAW_CANCELLED_ERROR, NULL);
    caw_error_format(error, buffer, sizeof buffer);
    CHECK_TEXT(buffer, "CancelledError");
    caw_unref(error);
}

static CAW_ASYNC(void, raise_at, int depth)
{
    CAW_BEGIN(void) {
        if (depth) CAW_AWAIT(raise_at(depth - 1));
        else CAW_RAISE(CAW_VALUE_ERROR, "deep");
    } CAW_END;
}

TEST(the_await_chain_is_kept_for_eight_places)
{
    caw_error *error = caw_run(raise_at(20), NULL);
    caw_place  place;
    size_t     n = 0;
    while (caw_error_place(error, n, &place)) {
        CHECK_TEXT(place.function, "raise_at");
        n++;
    }
    CHECK_INT(n, 8);
    char buffer[2000];
    caw_error_format(error, buffer, sizeof buffer);
    CHECK(strncmp(buffer, "ValueError: deep\n  in raise_at (", 32) == 0);
    caw_unref(error);
    CHECK(!caw_error_place(NULL, 0, &place));
}

static CAW_ASYNC(void, chain_of_contexts, int n)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE(CAW_VALUE_ERROR, "first");
        } CAW_FINALLY {
            while (n-- > 0) {
                CAW_TRY {
                    CAW_RAISE(CAW_VALUE_ERROR, NULL);
                } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
                    CHECK_TEXT(caw_error_message(caw_error_context(error)), "first");
                }
                CAW_END_TRY;
            }
        }
        CAW_END_TRY;
    } CAW_END;
}

TEST(in_finally_the_error_on_its_way_is_the_context)
{
    CHECK_ERROR(caw_run(chain_of_contexts(3), NULL), CAW_VALUE_ERROR, "first");
}

static CAW_ASYNC(void, nest_handlers, int depth)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            if (depth) CAW_AWAIT(nest_handlers(depth - 1));
            else CAW_RAISE(CAW_VALUE_ERROR, NULL);
        } CAW_EXCEPT(CAW_VALUE_ERROR, error) {
            CAW_RAISE(CAW_VALUE_ERROR, NULL);
        }
        CAW_END_TRY;
    } CAW_END;
}

TEST(a_long_chain_of_contexts_is_released_without_recursion)
{
    CHECK_ERROR(caw_run(nest_handlers(2000), NULL), CAW_VALUE_ERROR, NULL);
}

static caw_error *member;

/* A member of a group that is raised while that is handled: it has the group as context, unless that would close a circle. */
static CAW_ASYNC(void, raise_a_member, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE_ERROR(caw_error_group("all", (caw_error *[]){caw_ref(member)}, 1));
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, group) {
            CAW_RAISE_ERROR(caw_ref(member));
        }
        CAW_END_TRY;
    } CAW_END;
}

TEST(a_group_and_its_members_make_no_cycles)
{
    member = caw_error_new(CAW_VALUE_ERROR, "member");
    caw_error *error = caw_run(raise_a_member(), NULL);
    CHECK(error == member);
    CHECK(caw_error_context(error) == NULL);
    caw_unref(error);
    caw_unref(member);
}

/* Each is reachable from the next in two ways, so the last can reach the first in 2^200. */
TEST(many_ways_to_one_error_are_searched_once)
{
    caw_error *first = caw_error_new(CAW_VALUE_ERROR, "first"), *last = caw_ref(first);
    for (int i = 0; i < 200; i++) {
        caw_error *both[] = {caw_ref(last), last};
        last = caw_error_group("both", both, 2);
    }
    CHECK(caw_error_set_cause(first, caw_ref(last)) == first);
    CHECK(caw_error_cause(first) == NULL);
    CHECK(caw_error_set_cause(last, caw_error_new(CAW_TYPE_ERROR, "other")) == last);
    CHECK_TEXT(caw_error_message(caw_error_cause(last)), "other");
    caw_unref(last);
    caw_unref(first);
}
