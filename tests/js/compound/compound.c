/* Structs as objects and runs of numbers as typed arrays, in functions of both kinds. */
#include <cawait.h>
#include <cawait/export.h>
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

static int entered;
static int entries(void) { return entered; }
CAW_EXPORT_SYNC(int, entries);

/* ---- Structs -------------------------------------------------------------------------------------------------------------- */

CAW_STRUCT(point, double, x, double, y, int, id);

static point moved(point p, double by)
{
    entered++;
    return (point){p.x + by, p.y + by, p.id + 1};
}
CAW_EXPORT_SYNC(point, moved, point, p, double, by);

CAW_ASYNC(point, moved_later, point p, double by)
{
    CAW_BEGIN(point) {
        entered++;
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(moved(p, by));
    } CAW_END;
}
CAW_EXPORT(point, moved_later, point, p, double, by);

CAW_ASYNC(point, moved_at_once, double by, point p)
{
    CAW_BEGIN(point) {
        CAW_RETURN(moved(p, by));
    } CAW_END;
}
CAW_EXPORT(point, moved_at_once, double, by, point, p);

CAW_ASYNC(point, fails, bool at_once)
{
    CAW_BEGIN(point) {
        if (!at_once) CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "no point");
    } CAW_END;
}
CAW_EXPORT(point, fails, bool, at_once);

static point throws(void)
{
    caw_js_throw(caw_error_new(CAW_VALUE_ERROR, "no point"));
    return (point){0};
}
CAW_EXPORT_SYNC(point, throws);

/* Waits until it is cancelled. */
CAW_ASYNC(point, waits, point p)
{
    CAW_BEGIN(point) {
        entered++;
        CAW_AWAIT(caw_sleep(1e6));
        CAW_RETURN(p);
    } CAW_END;
}
CAW_EXPORT(point, waits, point, p);

/* Each type, in an order that needs alignment. */
CAW_STRUCT(all, bool, flag, int64_t, l, signed char, b, uint64_t, ul, unsigned char, ub, float, f, short, h, double, d,
           unsigned short, uh, int, i, char, c, unsigned, u);

static all same(const char *before, all a, caw_bytes between, all b, caw_js *handle)
{
    entered++;
    all out = before[0] == 'a' && between.size == 3 && handle ? a : b;
    return out;
}
CAW_EXPORT_SYNC(all, same, const char *, before, all, a, caw_bytes, between, all, b, caw_js *, handle);

CAW_STRUCT(line, point, from, bool, dotted, point, to);
CAW_STRUCT(drawing, line, line, float, width);

static drawing turned(drawing d)
{
    point from = d.line.from;
    d.line.from = d.line.to;
    d.line.to = from;
    d.line.dotted = !d.line.dotted;
    return d;
}
CAW_EXPORT_SYNC(drawing, turned, drawing, d);

/* Somebody else's: part of it crosses. */
struct foreign {
    char        tag[3];
    double      value;
    const char *text;
    int         count;
};
CAW_FIELDS(struct foreign, int, count, double, value);

static struct foreign counted(struct foreign in)
{
    in.count += in.text == NULL && memcmp(in.tag, "\0\0", 3) == 0 ? 1 : 1000;
    in.text = "not seen";
    return in;
}
CAW_EXPORT_SYNC(struct foreign, counted, struct foreign, in);

/* Larger than anything that a call has room for by itself. */
CAW_STRUCT(eight, int64_t, a, int64_t, b, int64_t, c, int64_t, d, int64_t, e, int64_t, f, int64_t, g, int64_t, h);
CAW_STRUCT(many, eight, a, eight, b, eight, c, eight, d, eight, e, eight, f, eight, g, eight, h, eight, i, eight, j, eight, k,
           eight, l);
static many sums(many m)
{
    m.l.h = m.a.a + m.b.b + m.l.h;
    return m;
}
CAW_EXPORT_SYNC(many, sums, many, m);
CAW_ASYNC(many, sums_later, many m, bool wait)
{
    CAW_BEGIN(many) {
        if (wait) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(sums(m));
    } CAW_END;
}
CAW_EXPORT(many, sums_later, many, m, bool, wait);

/* ---- Arrays --------------------------------------------------------------------------------------------------------------- */

#define TWICE(name, T)                                                                                                         \
    static name *twice_##name(const name *in)                                                                                  \
    {                                                                                                                          \
        name *out = name##_new(name##_data(in), name##_count(in));                                                             \
        for (size_t i = 0; i < name##_count(out); i++) name##_data(out)[i] = (T)(name##_data(out)[i] * 2);                     \
        return out;                                                                                                            \
    }                                                                                                                          \
    CAW_EXPORT_SYNC(name *, twice_##name, name *, in);
TWICE(caw_int8s, int8_t)
TWICE(caw_uint8s, uint8_t)
TWICE(caw_int16s, int16_t)
TWICE(caw_uint16s, uint16_t)
TWICE(caw_int32s, int32_t)
TWICE(caw_uint32s, uint32_t)
TWICE(caw_int64s, int64_t)
TWICE(caw_uint64s, uint64_t)
TWICE(caw_floats, float)
TWICE(caw_doubles, double)

CAW_ASYNC(double, mean, const caw_doubles *numbers, bool wait)
{
    CAW_BEGIN(double) {
        entered++;
        if (wait) CAW_AWAIT(caw_sleep(0));
        double sum = 0;
        for (size_t i = 0; i < caw_doubles_count(numbers); i++) sum += caw_doubles_data(numbers)[i];
        CAW_RETURN(sum / (double)caw_doubles_count(numbers));
    } CAW_END;
}
CAW_EXPORT(double, mean, caw_doubles *, numbers, bool, wait);

/* The same array, which outlives its call by that. */
CAW_ASYNC(caw_floats *, given_back, caw_floats *numbers, bool wait)
{
    CAW_BEGIN(caw_floats *) {
        if (wait) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_ref(numbers));
    } CAW_END;
}
CAW_EXPORT(caw_floats *, given_back, caw_floats *, numbers, bool, wait);

static caw_int32s *kept;
static void        keep(caw_int32s *numbers)
{
    caw_unref(kept);
    kept = caw_ref(numbers);
}
CAW_EXPORT_SYNC(void, keep, caw_int32s *, numbers);
static int kept_sum(void)
{
    int sum = 0;
    for (size_t i = 0; i < caw_int32s_count(kept); i++) sum += caw_int32s_data(kept)[i];
    caw_unref(kept);
    kept = NULL;
    return sum;
}
CAW_EXPORT_SYNC(int, kept_sum);

/* Ends with a result that nobody takes: it is cancelled, but goes on. */
CAW_ASYNC(caw_doubles *, stubborn, void)
{
    CAW_BEGIN(caw_doubles *) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e6));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, e) {
        }
        CAW_END_TRY;
        CAW_RETURN(caw_doubles_new((double[]){1, 2}, 2));
    } CAW_END;
}
CAW_EXPORT(caw_doubles *, stubborn);

static caw_doubles *none(void) { return NULL; }
CAW_EXPORT_SYNC(caw_doubles *, none);

static double mixed(point p, caw_floats *floats, const char *text, caw_uint8s *bytes, caw_string *more, double factor)
{
    double sum = p.x + p.y + (double)strlen(text) + (double)caw_string_size(more);
    for (size_t i = 0; i < caw_floats_count(floats); i++) sum += caw_floats_data(floats)[i];
    for (size_t i = 0; i < caw_uint8s_count(bytes); i++) sum += caw_uint8s_data(bytes)[i];
    return factor * sum;
}
CAW_EXPORT_SYNC(double, mixed, point, p, caw_floats *, floats, const char *, text, caw_uint8s *, bytes, caw_string *, more,
                double, factor);
