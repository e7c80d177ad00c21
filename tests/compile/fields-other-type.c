// first: CAW_FIELDS: a field has another type, or is an array
// at: CAW_FIELDS(struct point
// host: js
#include <cawait.h>
#include <cawait/export.h>

struct point {
    double x, y;
};
CAW_FIELDS(struct point, double, x, float, y);
