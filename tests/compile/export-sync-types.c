// first: CAW_EXPORT_SYNC: a parameter's type cannot cross from JavaScript; bool, integers, double, float, const char *, caw_string *, caw_bytes, caw_js *, caw_doubles * and the like, structs of CAW_STRUCT can
// at: CAW_EXPORT_SYNC(int, take,
// host: js
#include <cawait.h>
#include <cawait/export.h>

static int take(int *place) { return *place; }
CAW_EXPORT_SYNC(int, take, int *, place);
