// first: CAW_STRUCT: the type, a comma, the name of each field: (point, double, x, double, y)
// at: CAW_STRUCT(point
// host: js
#include <cawait.h>
#include <cawait/export.h>

CAW_STRUCT(point, double, x, double);
