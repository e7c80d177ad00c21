// accepted
// host: js
#include <cawait.h>
#include <cawait/export.h>

typedef int64_t stamp;
enum colour { RED, GREEN };

/* Of one field and of sixteen, of typedefs and enums, in one another; described, and never used. */
CAW_STRUCT(one, bool, flag);
CAW_STRUCT(sixteen, int, a, unsigned, b, short, c, unsigned short, d, char, e, signed char, f, unsigned char, g, long, h,
           unsigned long, i, long long, j, unsigned long long, k, float, l, double, m, stamp, n, enum colour, o, one, p);
CAW_STRUCT(outer, sixteen, first, one, second);
struct theirs {
    int   a;
    char *b;
};
CAW_FIELDS(struct theirs, int, a);
typedef struct {
    float x;
} nameless;
CAW_FIELDS(nameless, float, x);

static outer plain(outer in, struct theirs a, nameless b) { return (void)a, (void)b, in; }
CAW_EXPORT_SYNC(outer, plain, outer, in, struct theirs, a, nameless, b);

static CAW_ASYNC(struct theirs, later, struct theirs a, const caw_doubles *numbers)
{
    CAW_BEGIN(struct theirs) {
        CAW_AWAIT(caw_sleep(0));
        (void)numbers;
        CAW_RETURN(a);
    } CAW_END;
}
CAW_EXPORT(struct theirs, later, struct theirs, a, caw_doubles *, numbers);

static CAW_ASYNC(caw_uint64s *, numbers, caw_int8s *a, caw_uint8s *b, caw_int16s *c, caw_uint16s *d, caw_int32s *e,
                 caw_uint32s *f, caw_int64s *g, caw_floats *h)
{
    CAW_BEGIN(caw_uint64s *) {
        (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g, (void)h;
        CAW_RETURN(caw_uint64s_new(NULL, 5));
    } CAW_END;
}
CAW_EXPORT(caw_uint64s *, numbers, caw_int8s *, a, caw_uint8s *, b, caw_int16s *, c, caw_uint16s *, d, caw_int32s *, e,
           caw_uint32s *, f, caw_int64s *, g, caw_floats *, h);
