// first: CAW_EXPORT: a parameter's type cannot cross from JavaScript; bool, integers, double, float, const char *, caw_string *, caw_bytes, caw_js *, caw_doubles * and the like, structs of CAW_STRUCT can
// at: CAW_EXPORT(int, take,
// host: js
#include <cawait.h>
#include <cawait/export.h>

CAW_DECLARE(int, take, caw_value any);
CAW_EXPORT(int, take, caw_value, any);
