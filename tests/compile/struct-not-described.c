// first: CAW_STRUCT: a field's type cannot cross; bool, integers, double, float, and structs that were described before can
// at: CAW_STRUCT(line
// host: js
#include <cawait.h>
#include <cawait/export.h>

struct point {
    double x, y;
};
CAW_STRUCT(line, struct point, from, struct point, to);
