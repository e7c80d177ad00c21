// first: CAW_FIELDS: a struct that is aligned to more than 8 bytes cannot cross
// at: CAW_FIELDS(struct wide
// host: js
#include <cawait.h>
#include <cawait/export.h>

struct wide {
    _Alignas(16) double x;
};
CAW_FIELDS(struct wide, double, x);
