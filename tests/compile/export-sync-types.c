// first: CAW_EXPORT_SYNC: a parameter's type cannot cross from JavaScript; bool, integers, double, float, const char *, caw_string *, caw_bytes and caw_js * can
// at: CAW_EXPORT_SYNC(int, take,
// host: js
#include <cawait.h>
#include <cawait/export.h>

static int take(int *place) { return *place; }
CAW_EXPORT_SYNC(int, take, int *, place);
