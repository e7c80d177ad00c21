/* Plain functions that JavaScript calls: CAW_EXPORT_SYNC. */
#include <cawait.h>
#include <cawait/export.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is given back is not as it was. */
static void *allocate(void *data, void *block, size_t old_size, size_t size)
{
    (void)data;
    if (size) return realloc(block, size);
    for (size_t i = 0; block && i < old_size; i++) ((volatile char *)block)[i] = 'D';
    free(block);
    return NULL;
}
__attribute__((constructor)) static void begin(void) { caw_set_allocator(allocate, NULL); }

static double area(double width, double height) { return width * height; }
CAW_EXPORT_SYNC(double, area, double, width, double, height);

static int  resets;
static void reset(void) { resets++; }
CAW_EXPORT_SYNC(void, reset);
static int reset_count(void) { return resets; }
CAW_EXPORT_SYNC(int, reset_count);

static bool negate(bool b) { return !b; }
CAW_EXPORT_SYNC(bool, negate, bool, b);
static float half(float x) { return x / 2; }
CAW_EXPORT_SYNC(float, half, float, x);
static signed char s8(signed char n) { return n; }
CAW_EXPORT_SYNC(signed char, s8, signed char, n);
static unsigned char u8(unsigned char n) { return n; }
CAW_EXPORT_SYNC(unsigned char, u8, unsigned char, n);
static short s16(short n) { return n; }
CAW_EXPORT_SYNC(short, s16, short, n);
static unsigned short u16(unsigned short n) { return n; }
CAW_EXPORT_SYNC(unsigned short, u16, unsigned short, n);
static unsigned u32(unsigned n) { return n; }
CAW_EXPORT_SYNC(unsigned, u32, unsigned, n);
static int64_t s64(int64_t n) { return n; }
CAW_EXPORT_SYNC(int64_t, s64, int64_t, n);
static uint64_t u64(uint64_t n) { return n; }
CAW_EXPORT_SYNC(uint64_t, u64, uint64_t, n);

static const char *name_of(unsigned n) { return n == 0 ? NULL : n == 1 ? "grüß" : "many"; }
CAW_EXPORT_SYNC(const char *, name_of, unsigned, n);

static const char *word_after(const char *text, char letter) { return strchr(text, letter); }
CAW_EXPORT_SYNC(const char *, word_after, const char *, text, char, letter);

static double sum_bytes(caw_bytes one, const char *text, caw_string *more)
{
    double sum = 0;
    for (size_t i = 0; i < one.size; i++) sum += ((const unsigned char *)one.data)[i];
    return sum + 1000 * (double)strlen(text) + 1e6 * (double)caw_string_size(more);
}
CAW_EXPORT_SYNC(double, sum_bytes, caw_bytes, one, const char *, text, caw_string *, more);

static caw_string *twice(caw_string *text)
{
    char   buffer[64];
    size_t size = caw_string_size(text);
    memcpy(buffer, caw_string_data(text), size);
    memcpy(buffer + size, caw_string_data(text), size);
    return caw_string_new(buffer, 2 * size);
}
CAW_EXPORT_SYNC(caw_string *, twice, caw_string *, text);

static caw_js *same(caw_js *value) { return caw_ref(value); }
CAW_EXPORT_SYNC(caw_js *, same, caw_js *, value);

static caw_value any(int which)
{
    switch (which) {
    case 0: return caw_none();
    case 1: return caw_bool(true);
    case 2: return caw_int(-7);
    case 3: return caw_double(0.5);
    case 4: return caw_text(caw_string_of("text"));
    case 5: return caw_js_throw(caw_error_new(CAW_RUNTIME_ERROR, "%d is too many", which));
    default: return caw_pointer(&resets, NULL);
    }
}
CAW_EXPORT_SYNC(caw_value, any, int, which);

/* What it returns is let go of. */
static caw_string *fail(caw_string *why)
{
    caw_js_throw(caw_error_new(CAW_VALUE_ERROR, "%s", caw_string_data(why)));
    return caw_string_of("nobody sees this");
}
CAW_EXPORT_SYNC(caw_string *, fail, caw_string *, why);

static double fail_as_js(caw_js *function)
{
    caw_js *result = caw_js_call(function);
    if (!result) caw_js_throw(caw_js_take_error());
    caw_unref(result);
    return 1;
}
CAW_EXPORT_SYNC(double, fail_as_js, caw_js *, function);

static caw_any *sleeper;
static int      woken;
static CAW_ASYNC(void, sleep_and_count, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        woken++;
    } CAW_END;
}
static void start(void)
{
    caw_unref(sleeper);
    sleeper = caw_base(caw_spawn(sleep_and_count()));
}
CAW_EXPORT_SYNC(void, start);
static int woken_count(void)
{
    caw_unref(sleeper);
    sleeper = NULL;
    return woken;
}
CAW_EXPORT_SYNC(int, woken_count);

/* Plain functions are called while async ones run. */
CAW_ASYNC(double, call_twice, caw_js *function)
{
    CAW_BEGIN(double) {
        caw_js *first = CAW_JS(caw_js_call(function, caw_int(1)));
        CAW_DEFER(caw_unref, first);
        CAW_AWAIT(caw_sleep(0));
        caw_js *second = CAW_JS(caw_js_call(function, caw_int(2)));
        CAW_DEFER(caw_unref, second);
        double a = 0, b = 0;
        CAW_CHECK(caw_js_to_double(first, &a));
        CAW_CHECK(caw_js_to_double(second, &b));
        CAW_RETURN(a + b);
    } CAW_END;
}
CAW_EXPORT(double, call_twice, caw_js *, function);

static void speak(const char *words) { puts(words); }
CAW_EXPORT_SYNC(void, speak, const char *, words);

static void trap(void) { __builtin_trap(); }
CAW_EXPORT_SYNC(void, trap);
