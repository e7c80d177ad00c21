// first: CAW_EXPORT_SYNC: a parameter's type cannot cross from JavaScript
// at: CAW_EXPORT_SYNC(double, norm
// host: js
#include <cawait.h>
#include <cawait/export.h>

CAW_STRUCT(point, double, x, double, y);
static double norm(const point *p) { return p->x * p->x + p->y * p->y; }
CAW_EXPORT_SYNC(double, norm, const point *, p);
