// accepted
// flags: -Wpedantic -Wno-gnu-auto-type -Wno-c2y-extensions
// Which type a result has, as its shape says: also of those that a program makes, and of those that C takes for one another.
#include <cawait.h>

struct unknown;
union either {
    int    a;
    double b;
};
typedef struct {
    double x, y;
} point;
enum unsigned_one { ONE };
enum signed_one { MINUS = -1 };
typedef void callback(void *);

#define IS(T, what) _Static_assert((uint32_t)CAW__TRAITS(T) == (uint32_t)(what), #T)
#define POINTER (CAW__IS_POINTER << 22)
#define STRUCT (CAW__IS_STRUCT << 22)
IS(char, CAW__INTEGER);
IS(int, CAW__INTEGER);
IS(size_t, CAW__INTEGER);
IS(int64_t, CAW__INTEGER);
IS(enum unsigned_one, CAW__INTEGER);
IS(enum signed_one, CAW__INTEGER);
IS(bool, CAW__BOOL);
IS(float, CAW__FLOAT);
IS(double, CAW__FLOAT);
IS(long double, STRUCT);
IS(point, STRUCT);
IS(union either, STRUCT);
IS(caw_bytes, STRUCT);
IS(void *, POINTER);
IS(const char *, POINTER);
IS(int *, POINTER);
IS(const struct unknown *, POINTER);
IS(caw_value *, POINTER);
IS(caw_string **, POINTER);
IS(callback *, POINTER);
IS(caw_of(point), POINTER);
IS(caw_of(int), CAW__AWAITABLE);
IS(caw_of(void), CAW__AWAITABLE);
IS(caw_of(caw_string *), CAW__AWAITABLE);
IS(caw_any *, CAW__AWAITABLE);
IS(int (*)(struct caw_generator *), CAW__AS_caw_generator);
IS(caw_value, CAW__VALUE | CAW__IS_VALUE << 22);
IS(caw_stream, CAW__STREAM);
IS(caw_doubles *, CAW__ARRAY);
#define COUNTED(name)                                                                                                          \
    _Static_assert((uint32_t)CAW__TRAITS(struct name *) == CAW__AS_##name, #name);                                             \
    _Static_assert((uint32_t)CAW__TRAITS(const struct name *) == CAW__AS_##name, #name);
CAW__COUNTED_TYPES(COUNTED)

int main(void) { return 0; }
