// first: CAW_EXPORT: the function must be async and of this result type, CAW_ASYNC(R, f, ...); plain ones are exported by CAW_EXPORT_SYNC
// at: CAW_EXPORT(double, area,
// host: js
#include <cawait.h>
#include <cawait/export.h>

static double area(double width, double height) { return width * height; }
CAW_EXPORT(double, area, double, width, double, height);
