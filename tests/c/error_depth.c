/* Errors as deep as memory allows, on a stack of 64 KB: what hangs on them is released, searched, taken apart without recursion. */
#include "small_stack.h"

enum { DEPTH = 100000 };

static caw_error *group_of(caw_error *member) { return caw_error_group("nested", &member, 1); }

/* Groups in groups; in the innermost a ValueError and a TypeError. */
static caw_error *nested(int depth)
{
    caw_error *both[] = {caw_error_new(CAW_VALUE_ERROR, "in"), caw_error_new(CAW_TYPE_ERROR, "most")};
    caw_error *group = caw_error_group("innermost", both, 2);
    while (--depth > 0) group = group_of(group);
    return group;
}

static int depth_of(const caw_error *error)
{
    int depth = 0;
    while (caw_error_child_count(error)) {
        error = caw_error_child(error, 0);
        depth++;
    }
    return depth;
}

SMALL_STACK_TEST(causes)
{
    caw_error *error = NULL;
    for (int i = 0; i < DEPTH; i++) error = caw_error_set_cause(caw_error_new(CAW_VALUE_ERROR, NULL), error);
    char text[1000];
    caw_error_format(error, text, sizeof text);
    caw_unref(error);
}

/* Each is cause and member of the next, and there is another way to it. */
SMALL_STACK_TEST(all_ways_at_once)
{
    caw_error *error = caw_error_new(CAW_VALUE_ERROR, NULL), *first = caw_ref(error);
    for (int i = 0; i < DEPTH; i++) {
        caw_error *group = group_of(caw_ref(error));
        error = caw_error_set_cause(group, error);
    }
    caw_error_set_cause(first, caw_ref(error));
    CHECK(caw_error_cause(first) == NULL);
    char text[1000];
    caw_error_format(error, text, sizeof text);
    caw_unref(first);
    caw_unref(error);
}

SMALL_STACK_TEST(nested_groups)
{
    caw_error *group = nested(DEPTH), *matching, *rest;
    CHECK_INT(caw_error_split(group, CAW_TYPE_ERROR, &matching, &rest), 0);
    CHECK_INT(depth_of(matching), DEPTH);
    CHECK_INT(depth_of(rest), DEPTH);
    caw_unref(rest);
    caw_error *part = caw_error_subgroup(matching, CAW_TYPE_ERROR);
    CHECK_INT(depth_of(part), DEPTH);
    CHECK(caw_error_subgroup(group, CAW_OS_ERROR) == NULL);
    char text[1000];
    CHECK(caw_error_format(part, text, sizeof text) > 0);
    caw_unref(part);
    caw_unref(matching);
    caw_unref(group);
}

enum { CAUGHT = DEPTH / 2 }; /* all of it at once is more memory than Node gives a module that grows in small steps */

static CAW_ASYNC(void, take_apart, int *caught)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE_ERROR(nested(CAUGHT));
        } CAW_EXCEPT_GROUP(CAW_TYPE_ERROR, part) {
            *caught += depth_of(part);
        } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, part) {
            *caught += depth_of(part);
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

SMALL_STACK_TEST(nested_groups_are_caught)
{
    int        caught = 0;
    caw_error *error = caw_run(take_apart(&caught), NULL);
    CHECK_INT(caught, 2 * CAUGHT);
    CHECK_INT(depth_of(error), CAUGHT);
    caw_unref(error);
}

/* So many members that a search of all for each would take minutes. */
static CAW_ASYNC(void, catch_many, caw_error *group, size_t *left)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_TRY {
                CAW_RAISE_ERROR(group);
            } CAW_EXCEPT_GROUP(CAW_TYPE_ERROR, part) {
            }
            CAW_END_TRY;
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, rest) {
            *left = caw_error_child_count(rest);
        }
        CAW_END_TRY;
    } CAW_END;
}

SMALL_STACK_TEST(many_members)
{
    static caw_error *members[DEPTH];
    size_t            left = 0;
    for (int i = 0; i < DEPTH; i++) members[i] = caw_error_new(i % 2 ? CAW_TYPE_ERROR : CAW_VALUE_ERROR, NULL);
    caw_error *error = caw_run(catch_many(caw_error_group("many", members, DEPTH), &left), NULL);
    CHECK(error == NULL);
    CHECK_INT(left, DEPTH / 2);
}
