/* A message's format: all of printf's syntax, beside the C library's printf where there is one to compare with. */
#include "test.h"
#include <errno.h>
#include <float.h>
#include <limits.h>
#include <locale.h>
#include <wchar.h>

#pragma clang diagnostic ignored "-Wformat"
#pragma clang diagnostic ignored "-Wformat-security"

#define CHECK_MESSAGE(want, ...) CHECK_ERROR(caw_error_new(CAW_VALUE_ERROR, __VA_ARGS__), CAW_VALUE_ERROR, want)

TEST(widths_flags_and_lengths)
{
    CHECK_MESSAGE("line     7 of file", "line %5d of %s", 7, "file");
    CHECK_MESSAGE("[-7   ][00042][+5][ 5][  abc][abc  ]", "[%-5d][%05d][%+d][% d][%5s][%-5s]", -7, 42, 5, 5, "abc", "abc");
    CHECK_MESSAGE("1 -1 255 65535 3 4 5 6", "%hhd %hd %hhu %hu %jd %td %zd %lld", 257, 65535, 255, 65535, (intmax_t)3,
                  (ptrdiff_t)4, (size_t)5, 6ll);
    CHECK_MESSAGE("FF 0xff 0XFF 17 017 0 101", "%X %#x %#X %o %#o %#x %b", 255u, 255u, 255u, 15u, 15u, 0u, 5u);
    CHECK_MESSAGE("[   42][42   ][  ab][1.50]", "[%*d][%*d][%*.*s][%.*f]", 5, 42, -5, 42, 4, 2, "abc", 2, 1.5);
    CHECK_MESSAGE("100% [c] [  c]", "100%% [%c] [%3c]", 'c', 'c');
    CHECK_MESSAGE("0x1f [  0x1f] 0x0", "%p [%6p] %p", (void *)0x1f, (void *)0x1f, (void *)NULL);
    CHECK_MESSAGE("18446744073709551615 -9223372036854775808 01777777777777777777777", "%llu %lld %#llo", ULLONG_MAX, LLONG_MIN,
                  ULLONG_MAX);
    CHECK_MESSAGE("(null) abc", "%s %.10s", (char *)NULL, "abc");
    CHECK_MESSAGE("101 101 0b101 0B101 0", "%b %B %#b %#B %#b", 5u, 5u, 5u, 5u, 0u);
    CHECK_MESSAGE("abc abc", "%.2147483647s %.2147483648s", "abc", "abc");
    CHECK_MESSAGE("1234567 12 abc", "%'d %qd %.99999999999s", 1234567, 12ll, "abc");
}

TEST(reals)
{
    CHECK_MESSAGE("1.500000 1.5 1.500000e+00 2 2 1e+20 1e-05", "%f %g %e %.0f %.0f %g %g", 1.5, 1.5, 1.5, 1.5, 2.5, 1e20, 1e-5);
    CHECK_MESSAGE("inf -INF nan [  inf] [inf  ]", "%f %F %g [%05f] [%-5f]", INFINITY, -INFINITY, NAN, INFINITY, INFINITY);
    CHECK_MESSAGE("0.1000000000000000055511151231257827 -0.0 999999999999999983222784", "%.34f %.1f %.0f", 0.1, -0.0, 1e24);
    CHECK_MESSAGE("0x1.8p+0 0x0.0000000000001p-1022 0X1.ABP+7 0x0p+0 0x2p+0", "%a %a %A %a %.0a", 1.5, 0x1p-1074, 0x1.abp+7,
                  0.0, 1.9);
    CHECK_MESSAGE("1.5 2.500000 0", "%Lg %Lf %.0Lf", 1.5L, 2.5L, 0.5L);
    CHECK_MESSAGE("1.18973e+4932", "%.5Le", LDBL_MAX_EXP == 16384 ? LDBL_MAX : 0.0L);
}

TEST(wide_characters_are_utf_8)
{
    CHECK_MESSAGE("\u00e4\u20ac\U0001f600", "%ls", L"\u00e4\u20ac\U0001f600");
    CHECK_MESSAGE("[  \u20ac][\u00e4]", "[%5.4ls][%lc]", L"\u20ac\u20ac", (wint_t)0xe4);
    CHECK_MESSAGE("\ufffd (null) ab", "%ls %ls %S", (wchar_t[]){0xd800, 0}, (wchar_t *)NULL, L"ab");
    CHECK_MESSAGE("\x7f|\xc2\x80|\xdf\xbf|\xe0\xa0\x80|\xef\xbf\xbf|\xf0\x90\x80\x80|\xf4\x8f\xbf\xbf",
                  "%lc|%lc|%lc|%lc|%lc|%lc|%lc", (wint_t)0x7f, (wint_t)0x80, (wint_t)0x7ff, (wint_t)0x800, (wint_t)0xffff,
                  (wint_t)0x10000, (wint_t)0x10ffff);
    CHECK_MESSAGE("\u20ac \ufffd \ufffd", "%C %lc %lc", (wint_t)0x20ac, (wint_t)0x110000, (wint_t)0xdfff);
}

TEST(positions)
{
    CHECK_MESSAGE("b a b", "%2$s %1$s %2$s", "a", "b");
    CHECK_MESSAGE("[   42] 1.50 9", "[%2$*1$d] %4$.*3$f %5$lld", 5, 42, 2, 1.5, 9ll);
    CHECK_MESSAGE("7 %33$d and %s", "%1$d %33$d and %s", 7, 8);
    CHECK_MESSAGE("7 %1$*33$d", "%1$d %1$*33$d", 7);
    CHECK_MESSAGE("7 %1$.*33$d", "%1$d %1$.*33$d", 7);
    CHECK_MESSAGE("7 % 8", "%1$d %1$% %d", 7, 8); /* without a position: the next behind all that have one */
}

/* Nothing is written through an argument; what is no directive ends the formatting. */
TEST(what_is_refused)
{
    int n = 5;
    CHECK_MESSAGE("12%n 3", "%d%n %d", 12, &n, 3);
    CHECK_INT(n, 5);
    CHECK_MESSAGE("1 %y %d", "%d %y %d", 1, 2);
    CHECK_MESSAGE("1 %", "%d %", 1);
    CHECK_MESSAGE("1 %5.", "%d %5.", 1);
    CHECK_MESSAGE("%-", "%-");
    errno = 2;
    CHECK_MESSAGE("errno 2 7", "%m %d", 7);
    errno = 2;
    CHECK_MESSAGE("errno 2, 100%", "%m, 100%%");
}

static caw_error *newv(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    caw_error *error = caw_error_newv(CAW_VALUE_ERROR, format, args);
    va_end(args);
    return error;
}

static caw_error *raised(int *evaluated)
{
    return caw_error_new((++*evaluated, CAW_VALUE_ERROR), "%d %s", ++*evaluated, "once");
}

TEST(by_list_and_of_the_system)
{
    int evaluated = 0;
    CHECK_ERROR(newv("%5.1f|%s", 2.25, "x"), CAW_VALUE_ERROR, "  2.2|x");
    caw_error *error = newv("none");
    CHECK_INT(caw_error_errno(error), 0);
    caw_unref(error);
    CHECK_ERROR(caw_error_os(ENOENT, "%-4d|", 1), CAW_OS_ERROR, "1   |");
    CHECK_ERROR(raised(&evaluated), CAW_VALUE_ERROR, "2 once");
    CHECK_INT(evaluated, 2);
}

TEST(long_messages)
{
    caw_error *error = caw_error_new(CAW_VALUE_ERROR, "%1000d|%-1000s|%.1000f", 1, "x", 0.5);
    CHECK_INT(strlen(caw_error_message(error)), 3004);
    caw_unref(error);
    error = caw_error_new(CAW_VALUE_ERROR, "%*d%*d%*d", INT_MAX, 1, INT_MAX, 2, INT_MAX, 3); /* longer than any string */
    CHECK_ERROR(error, CAW_MEMORY_ERROR, NULL);
}

/* ---- At random, beside the C library ------------------------------------------------------------------------------------------- */

static uint64_t seed = 1;
static uint32_t below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}
static char any_of(const char *these) { return these[below((uint32_t)strlen(these))]; }

static uint64_t any_number(void)
{
    uint64_t n = (uint64_t)below(1u << 31) << 33 ^ (uint64_t)below(1u << 31) << 2 ^ below(4);
    return below(4) ? n >> below(64) : below(2) ? 0 : ~(n >> below(64));
}

static double any_real(void)
{
    double   d;
    uint64_t bits = any_number();
    switch (below(5)) {
    case 0: memcpy(&d, &bits, sizeof d); return d;
    case 1: return (double)(int64_t)bits / 1024;
    case 2: return (double)below(1000) / 8;
    case 3: return (double)(int)(below(2000) - 1000) / 100;
    default: return ldexp((double)below(1u << 30), (int)below(160) - 80);
    }
}

/* The directive's flags, width and precision, in front of which stands what it says of positions. Gives how many stars there are. */
static int any_directive(char *at, const char *flags, const char *length, const char *conversions)
{
    int stars = 0;
    *at++ = '%';
    for (uint32_t n = below(4); n; n--) *at++ = any_of(flags);
    if (below(2)) at += sprintf(at, "%u", below(30) + 1);
    else if (below(4) == 0) *at++ = '*', stars++;
    if (below(2)) {
        *at++ = '.';
        if (below(4) == 0) *at++ = '*', stars += 2;
        else if (below(8)) at += sprintf(at, "%u", below(below(4) ? 12 : 80));
    }
    while (*length) *at++ = *length++;
    *at++ = any_of(conversions);
    *at = 0;
    return stars;
}

#define COMPARE(format, ...)                                                                                                   \
    do {                                                                                                                       \
        char want[4096];                                                                                                       \
        snprintf(want, sizeof want, format, __VA_ARGS__);                                                                      \
        caw_error *error = caw_error_new(CAW_VALUE_ERROR, format, __VA_ARGS__);                                                \
        if (strcmp(caw_error_message(error), want) != 0)                                                                       \
            test_complain("  \"%s\": \"%.1000s\", not \"%.1000s\"\n", format, caw_error_message(error), want);                 \
        caw_unref(error);                                                                                                      \
    } while (0)

/* With as many stars as it has before the argument. */
#define COMPARE_ANY(flags, length, conversions, type, argument)                                                                \
    do {                                                                                                                       \
        char one[64], format[80];                                                                                              \
        type value = (type)(argument);                                                                                         \
        int  width = (int)below(50) - 25, precision = (int)below(30) - 5;                                                      \
        int  stars = any_directive(one, flags, length, conversions);                                                           \
        snprintf(format, sizeof format, "a%sb%%d", one);                                                                       \
        switch (stars) {                                                                                                       \
        case 0: COMPARE(format, value, 77); break;                                                                             \
        case 1: COMPARE(format, width, value, 77); break;                                                                      \
        case 2: COMPARE(format, precision, value, 77); break;                                                                  \
        default: COMPARE(format, width, precision, value, 77);                                                                 \
        }                                                                                                                      \
    } while (0)

TEST(integers_as_the_c_library)
{
    for (int i = 0; i < 3000; i++) {
        COMPARE_ANY("-+ 0", "", "di", int, any_number());
        COMPARE_ANY("-+ 0", "hh", "di", int, any_number());
        COMPARE_ANY("-+ 0", "l", "di", long, any_number());
        COMPARE_ANY("-0#", "", "oxX", unsigned, any_number());
        COMPARE_ANY("-0", "h", "u", unsigned, any_number());
        COMPARE_ANY("-0#", "ll", "oxX", unsigned long long, any_number());
        COMPARE_ANY("-+ 0", "j", "di", intmax_t, any_number());
        COMPARE_ANY("-0", "z", "u", size_t, any_number());
        COMPARE_ANY("-+ 0", "t", "d", ptrdiff_t, any_number());
    }
}

TEST(reals_as_the_c_library)
{
    for (int i = 0; i < 8000; i++) {
        double d = any_real();
        COMPARE_ANY("-+ 0#", "", "eEfFgG", double, d);
#ifndef __wasm__ /* whose C library cannot do these, or %.12a */
        if (fabs(d) >= DBL_MIN || d == 0) COMPARE_ANY("-+ 0#", "", "aA", double, d); /* the less normal have several forms */
        COMPARE_ANY("-+ 0#", "L", "eEfFgG", long double,
                    (long double)any_real() * ldexpl((long double)any_real(), (int)below(3000)));
#endif
    }
}

TEST(texts_as_the_c_library)
{
    static const wchar_t wide[] = L"g\u00fcnstige \u20ac 5";
    locale_t utf8 = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0), before = uselocale(utf8); /* the thread's alone */
    for (int i = 0; i < 1000; i++) {
        COMPARE_ANY("-", "", "s", const char *, &"some text"[below(10)]);
        COMPARE_ANY("-", "", "c", int, 'a' + below(20));
        COMPARE_ANY("-", "l", "s", const wchar_t *, wide + below(13));
        COMPARE_ANY("-", "l", "c", wint_t, below(2) ? 'x' : 0x20ac);
    }
    uselocale(before);
    freelocale(utf8);
}

/* Several, by position: an int, a text, a real, a long long, a size and a precision. */
TEST(positions_as_the_c_library)
{
    static const char *const forms[] = {"%1$d",     "%2$s",     "%3$g",      "%4$lld",  "%1$5d",
                                        "%2$-*5$s", "%3$.*6$f", "%4$*5$llx", "%2$.*6$s"};
    for (int i = 0; i < 3000; i++) {
        char format[160] = "%1$d%2$s%3$g%4$lld%5$d%6$d";
        for (uint32_t n = below(6); n; n--) strcat(format, forms[below(9)]);
        double    d = any_real();
        long long n = (long long)any_number();
        int       size = (int)below(20), precision = (int)below(9);
        COMPARE(format, i * 1000, "text", d, n, size, precision);
    }
}
