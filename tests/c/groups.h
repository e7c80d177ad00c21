/* Exception groups for the tests: one to take apart, and any as text. */
#ifndef CAW_TEST_GROUPS_H
#define CAW_TEST_GROUPS_H

#include "test.h"

#define LEAF(type, message) caw_error_new((type), message)
#define GROUP(message, ...)                                                                                                    \
    caw_error_group((message), (caw_error *[]){__VA_ARGS__}, sizeof((caw_error *[]){__VA_ARGS__}) / sizeof(caw_error *))

/* ExceptionGroup(m)[ValueError(1),TypeError(2),ExceptionGroup(n)[ValueError(3),OSError(4)]] with two notes and a cause. */
static inline caw_error *make_group(void)
{
    caw_error *inner = GROUP("n", LEAF(CAW_VALUE_ERROR, "3"), LEAF(CAW_OS_ERROR, "4"));
    caw_error *group = GROUP("m", LEAF(CAW_VALUE_ERROR, "1"), LEAF(CAW_TYPE_ERROR, "2"), inner);
    caw_error_add_note(group, "note");
    caw_error_add_note(group, "more");
    return caw_error_set_cause(group, LEAF(CAW_LOOKUP_ERROR, "cause"));
}

static void append_group(char *text, size_t size, const caw_error *error)
{
    const char *message = caw_error_message(error);
    test_append(text, size, "%s", error ? caw_error_name((int)caw_error_type_of(error)) : "none");
    size_t children = caw_error_child_count(error);
    if (*message || children) test_append(text, size, "(%s)", message);
    for (size_t i = 0; i < children; i++) {
        test_append(text, size, i ? "," : "[");
        append_group(text, size, caw_error_child(error, i));
    }
    if (children) test_append(text, size, "]");
    for (size_t i = 0; caw_error_note(error, i); i++) test_append(text, size, "<%s>", caw_error_note(error, i));
}

#define CHECK_GROUP(got, want) test_group(__FILE__, __LINE__, #got, (got), (want))
static inline void test_group(const char *file, int line, const char *what, const caw_error *error, const char *want)
{
    char text[1024] = "";
    append_group(text, sizeof text, error);
    test_text(file, line, what, text, want);
}

#endif
