/* Results of async functions: of every type and size, counted ones, ones that nobody takes. */
#include "test.h"

typedef struct person {
    double height;
    char   name[12];
} person;

static CAW_ASYNC(person, give_person, const char *name)
{
    CAW_BEGIN(person) {
        person p = {.height = 1.7};
        CAW_AWAIT(caw_sleep(0));
        snprintf(p.name, sizeof p.name, "%s", name);
        CAW_RETURN(p);
    } CAW_END;
}

static CAW_ASYNC(double, give_double, double d, int yields)
{
    CAW_BEGIN(double) {
        while (yields-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(d);
    } CAW_END;
}

static CAW_ASYNC(char, give_char, char c)
{
    CAW_BEGIN(char) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(c);
    } CAW_END;
}

static CAW_ASYNC(const char *, give_text, const char *text)
{
    CAW_BEGIN(const char *) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(text);
    } CAW_END;
}

static CAW_ASYNC(uint64_t, give_big, uint64_t n)
{
    CAW_BEGIN(uint64_t) {
        CAW_RETURN(n);
    } CAW_END;
}

static CAW_ASYNC(caw_string *, give_string, const char *text, int yields)
{
    CAW_BEGIN(caw_string *) {
        while (yields-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_string_of(text));
    } CAW_END;
}

static CAW_ASYNC(caw_value, give_value, const char *text, int yields)
{
    CAW_BEGIN(caw_value) {
        while (yields-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_text(caw_string_of(text)));
    } CAW_END;
}

static CAW_ASYNC(caw_error *, give_error, int yields)
{
    CAW_BEGIN(caw_error *) {
        while (yields-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_error_new(CAW_VALUE_ERROR, "a result, not raised"));
    } CAW_END;
}

static CAW_ASYNC(void, give_nothing, int yields)
{
    CAW_BEGIN(void) {
        while (yields-- > 0) CAW_AWAIT(caw_sleep(0));
        if (yields < -100) CAW_RETURN();
        trace("nothing");
    } CAW_END;
}

ASYNC_TEST(results_of_every_shape)
{
    CAW_BEGIN(void) {
        for (int yields = 0; yields < 3; yields++) {
            CHECK_REAL(CAW_AWAIT(give_double(1.5, yields)), 1.5);
            CHECK_REAL(CAW_AWAIT(caw_spawn(give_double(2.5, yields))), 2.5);
            caw_string *s = CAW_AWAIT(give_string("text", yields));
            CHECK_TEXT(caw_string_data(s), "text");
            caw_unref(s);
            s = CAW_AWAIT(caw_spawn(give_string("task", yields)));
            CHECK_TEXT(caw_string_data(s), "task");
            caw_unref(s);
            caw_value v = CAW_AWAIT(caw_spawn(give_value("value", yields)));
            CHECK_TEXT(caw_string_data(v.as_string), "value");
            caw_value_drop(v);
            CHECK_ERROR(CAW_AWAIT(give_error(yields)), CAW_VALUE_ERROR, "a result, not raised");
            CAW_AWAIT(give_nothing(yields));
            CAW_AWAIT(caw_spawn(give_nothing(yields)));
        }
        CHECK_TRACE("nothing nothing nothing nothing nothing nothing");
        CHECK_INT(CAW_AWAIT(caw_spawn(give_char('x'))), 'x');
        CHECK_TEXT(CAW_AWAIT(caw_spawn(give_text("pointer"))), "pointer");
        CHECK(CAW_AWAIT(give_big(UINT64_MAX)) == UINT64_MAX);
        CHECK(CAW_AWAIT(caw_spawn(give_big(UINT64_MAX))) == UINT64_MAX);
        person p = CAW_AWAIT(caw_spawn(give_person("Ada")));
        CHECK_REAL(p.height, 1.7);
        CHECK_TEXT(p.name, "Ada");
    } CAW_END;
}

ASYNC_TEST(results_nobody_takes_are_released)
{
    CAW_BEGIN(void) {
        caw_unref(caw_spawn(give_string("unread", 1)));
        caw_unref(caw_spawn(give_value("unread", 1)));
        caw_unref(caw_spawn(give_error(1)));
        caw_drop(give_string("never run", 1));
        CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}
