// first: CAW_EXPORT: a parameter's type cannot cross from JavaScript; bool, integers, double, float, const char *, caw_string *, caw_bytes and caw_js * can
// at: CAW_EXPORT(int, take,
// host: js
#include <cawait.h>
#include <cawait/export.h>

CAW_DECLARE(int, take, caw_value any);
CAW_EXPORT(int, take, caw_value, any);
