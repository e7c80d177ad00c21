/* Exported functions of every parameter and result type, at once and after a wait. */
#include <cawait.h>
#include <cawait/export.h>
#include <string.h>

CAW_ASYNC(double, add, double a, double b)
{
    CAW_BEGIN(double) {
        CAW_RETURN(a + b);
    } CAW_END;
}
CAW_EXPORT(double, add, double, a, double, b);

CAW_ASYNC(int, later, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(n + 1);
    } CAW_END;
}
CAW_EXPORT(int, later, int, n);

CAW_ASYNC(void, nothing, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
    } CAW_END;
}
CAW_EXPORT(void, nothing);

static int order;
CAW_ASYNC(int, begun, void)
{
    CAW_BEGIN(int) {
        int n = ++order;
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(n);
    } CAW_END;
}
CAW_EXPORT(int, begun);

/* What a function got, by sums that tell arguments apart. */
CAW_ASYNC(caw_string *, everything, bool flag, signed char b, unsigned char ub, short h, unsigned short uh, int i, unsigned u,
          const char *text)
{
    CAW_BEGIN(caw_string *) {
        char line[160];
        CAW_AWAIT(caw_sleep(0)); /* the text must live as long as the call */
        caw_error *error = caw_error_new(CAW_VALUE_ERROR, "%d %d %d %d %d %d %u %s", flag, b, ub, h, uh, i, u, text);
        strncpy(line, caw_error_message(error), sizeof line - 1);
        line[sizeof line - 1] = 0;
        caw_unref(error);
        CAW_RETURN(caw_string_of(line));
    } CAW_END;
}
CAW_EXPORT(caw_string *, everything, bool, flag, signed char, b, unsigned char, ub, short, h, unsigned short, uh, int, i,
           unsigned, u, const char *, text);

CAW_ASYNC(int64_t, big, int64_t n, uint64_t m)
{
    CAW_BEGIN(int64_t) {
        CAW_RETURN(n + (int64_t)m);
    } CAW_END;
}
CAW_EXPORT(int64_t, big, int64_t, n, uint64_t, m);

CAW_ASYNC(uint64_t, big_unsigned, uint64_t n)
{
    CAW_BEGIN(uint64_t) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(n);
    } CAW_END;
}
CAW_EXPORT(uint64_t, big_unsigned, uint64_t, n);

CAW_ASYNC(bool, truth, bool b)
{
    CAW_BEGIN(bool) {
        CAW_RETURN(!b);
    } CAW_END;
}
CAW_EXPORT(bool, truth, bool, b);

CAW_ASYNC(float, half, float f)
{
    CAW_BEGIN(float) {
        CAW_RETURN(f / 2);
    } CAW_END;
}
CAW_EXPORT(float, half, float, f);

CAW_ASYNC(const char *, static_text, unsigned n)
{
    CAW_BEGIN(const char *) {
        CAW_RETURN(n ? "gr\xc3\xbc\xc3\x9f" : NULL);
    } CAW_END;
}
CAW_EXPORT(const char *, static_text, unsigned, n);

CAW_ASYNC(double, sum_bytes, caw_bytes one, const char *between, caw_bytes two)
{
    CAW_BEGIN(double) {
        double sum = 0;
        CAW_AWAIT(caw_sleep(0));
        for (size_t i = 0; i < one.size; i++) sum += one.data[i];
        for (size_t i = 0; i < two.size; i++) sum += 1000.0 * two.data[i];
        CAW_RETURN(sum + 1e6 * (double)strlen(between));
    } CAW_END;
}
CAW_EXPORT(double, sum_bytes, caw_bytes, one, const char *, between, caw_bytes, two);

CAW_ASYNC(caw_js *, same, caw_js *js, bool wait)
{
    CAW_BEGIN(caw_js *) {
        if (wait) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_ref(js));
    } CAW_END;
}
CAW_EXPORT(caw_js *, same, caw_js *, js, bool, wait);

CAW_ASYNC(caw_string *, echo, const char *text)
{
    CAW_BEGIN(caw_string *) {
        CAW_RETURN(caw_string_of(text));
    } CAW_END;
}
CAW_EXPORT(caw_string *, echo, const char *, text);

CAW_ASYNC(caw_value, any, int which)
{
    CAW_BEGIN(caw_value) {
        switch (which) {
        case 0: CAW_RETURN(caw_none());
        case 1: CAW_RETURN(caw_bool(true));
        case 2: CAW_RETURN(caw_int(-7));
        case 3: CAW_RETURN(caw_int64(INT64_MIN));
        case 4: CAW_RETURN(caw_double(0.5));
        case 5: CAW_RETURN(caw_text(caw_string_of("text")));
        case 6: CAW_RETURN(caw_blob(caw_string_new("\1\2\3", 3)));
        default: CAW_RETURN(caw_js_value(caw_js_object()));
        }
    } CAW_END;
}
CAW_EXPORT(caw_value, any, int, which);

/* A function that is no coroutine but gives a handle */
static caw_of(double) doubled(double x) { return add(x, x); }
CAW_EXPORT(double, doubled, double, x);
