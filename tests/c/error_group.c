/* Exception groups as values: split, subgroup, what the parts keep. Checked against CPython 3.15. */
#include "groups.h"

TEST(split_by_type_keeps_the_structure)
{
    caw_error *group = make_group(), *matching, *rest;
    CHECK_INT(caw_error_split(group, CAW_VALUE_ERROR, &matching, &rest), 0);
    CHECK_GROUP(matching, "ExceptionGroup(m)[ValueError(1),ExceptionGroup(n)[ValueError(3)]]<note><more>");
    CHECK_GROUP(rest, "ExceptionGroup(m)[TypeError(2),ExceptionGroup(n)[OSError(4)]]<note><more>");
    CHECK(caw_error_child(matching, 0) == caw_error_child(group, 0)); /* the very errors, in new groups */
    CHECK(caw_error_cause(matching) == caw_error_cause(group) && caw_error_cause(rest) == caw_error_cause(group));
    caw_error_add_note(matching, "its own");
    CHECK(caw_error_note(group, 2) == NULL && caw_error_note(rest, 2) == NULL);
    caw_unref(matching);
    caw_unref(rest);
    CHECK_INT(caw_error_split(group, CAW_QUEUE_FULL, &matching, &rest), 0);
    CHECK(matching == NULL);
    CHECK_GROUP(rest, "ExceptionGroup(m)[ValueError(1),TypeError(2),ExceptionGroup(n)[ValueError(3),OSError(4)]]<note><more>");
    CHECK(rest != group);
    caw_unref(rest);
    caw_unref(group);
}

TEST(a_group_that_matches_itself_goes_whole)
{
    caw_error *group = make_group(), *matching, *rest;
    CHECK_INT(caw_error_split(group, CAW_EXCEPTION, &matching, &rest), 0);
    CHECK(matching == group && rest == NULL);
    caw_unref(matching);
    CHECK_INT(caw_error_split(group, CAW_EXCEPTION_GROUP, &matching, &rest), 0);
    CHECK(matching == group && rest == NULL);
    caw_unref(matching);
    caw_unref(group);
}

TEST(an_error_that_is_no_group)
{
    caw_error *error = LEAF(CAW_TIMEOUT_ERROR, "alone"), *matching, *rest;
    CHECK_INT(caw_error_split(error, CAW_OS_ERROR, &matching, &rest), 0);
    CHECK(matching == error && rest == NULL);
    caw_unref(matching);
    CHECK_INT(caw_error_split(error, CAW_VALUE_ERROR, &matching, &rest), 0);
    CHECK(matching == NULL && rest == error);
    caw_unref(rest);
    CHECK_INT(caw_error_split(NULL, CAW_VALUE_ERROR, &matching, &rest), 0);
    CHECK(matching == NULL && rest == NULL);
    CHECK(caw_error_subgroup(error, CAW_VALUE_ERROR) == NULL);
    caw_unref(error);
}

/* A part that holds only Exceptions is an ExceptionGroup, whatever it was taken from. */
TEST(parts_of_base_exception_groups)
{
    caw_error *inner = GROUP("c", LEAF(CAW_KEYBOARD_INTERRUPT, "k"), LEAF(CAW_VALUE_ERROR, "2"));
    caw_error *group = GROUP("b", LEAF(CAW_VALUE_ERROR, "1"), inner, LEAF(CAW_CANCELLED_ERROR, "x")), *matching, *rest;
    CHECK_INT(caw_error_split(group, CAW_EXCEPTION, &matching, &rest), 0);
    CHECK_GROUP(matching, "ExceptionGroup(b)[ValueError(1),ExceptionGroup(c)[ValueError(2)]]");
    CHECK_GROUP(rest, "BaseExceptionGroup(b)[BaseExceptionGroup(c)[KeyboardInterrupt(k)],CancelledError(x)]");
    caw_unref(matching);
    caw_unref(rest);
    caw_unref(group);
}

static bool is_the_one(const caw_error *error, void *one) { return error == one; }

TEST(split_by_a_function)
{
    caw_error *group = make_group(), *matching, *rest, *inner = caw_error_child(group, 2);
    CHECK_INT(caw_error_split_by(group, is_the_one, inner, &matching, &rest), 0);
    CHECK(caw_error_child(matching, 0) == inner); /* a nested group goes whole, too */
    CHECK_GROUP(rest, "ExceptionGroup(m)[ValueError(1),TypeError(2)]<note><more>");
    caw_unref(matching);
    caw_unref(rest);
    CHECK_INT(caw_error_split_by(group, is_the_one, caw_error_child(inner, 1), &matching, NULL), 0);
    CHECK_GROUP(matching, "ExceptionGroup(m)[ExceptionGroup(n)[OSError(4)]]<note><more>");
    caw_unref(matching);
    CHECK_INT(caw_error_split_by(group, is_the_one, caw_error_child(inner, 1), NULL, &rest), 0);
    CHECK_GROUP(rest, "ExceptionGroup(m)[ValueError(1),TypeError(2),ExceptionGroup(n)[ValueError(3)]]<note><more>");
    caw_unref(rest);
    caw_unref(group);
}

TEST(subgroup)
{
    caw_error *group = make_group(), *part = caw_error_subgroup(group, CAW_OS_ERROR);
    CHECK_GROUP(part, "ExceptionGroup(m)[ExceptionGroup(n)[OSError(4)]]<note><more>");
    caw_unref(part);
    CHECK(caw_error_subgroup(group, CAW_QUEUE_FULL) == NULL);
    caw_unref(group);
}

ASYNC_TEST(the_parts_keep_the_context_and_the_places)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_TRY {
                CAW_RAISE(CAW_LOOKUP_ERROR, "handled");
            } CAW_EXCEPT(CAW_LOOKUP_ERROR, error) {
                CAW_RAISE_ERROR(make_group());
            }
            CAW_END_TRY;
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
            caw_error *part = caw_error_subgroup(error, CAW_TYPE_ERROR);
            CHECK(caw_error_context(part) == caw_error_context(error));
            CHECK_TEXT(caw_error_message(caw_error_context(part)), "handled");
            caw_unref(part);
            trace("caught");
        }
        CAW_END_TRY;
        CHECK_TRACE("caught");
    } CAW_END;
}

/* Raised again while its group is handled: the group is its context only where that makes no cycle. */
ASYNC_TEST(an_error_out_of_the_group_that_is_handled)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_TRY {
                CAW_RAISE_ERROR(make_group());
            } CAW_EXCEPT(CAW_EXCEPTION_GROUP, group) {
                CAW_RAISE_ERROR(caw_ref(caw_error_child(caw_error_child(group, 2), 1)));
            }
            CAW_END_TRY;
        } CAW_EXCEPT(CAW_OS_ERROR, error) {
            CHECK(caw_error_context(error) == NULL);
            trace("caught");
        }
        CAW_END_TRY;
        CHECK_TRACE("caught");
    } CAW_END;
}
