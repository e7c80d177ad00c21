// first: CAW_EXPORT: this result type cannot cross to JavaScript; void, bool, integers, double, float, const char *, caw_string *, caw_js *, caw_value, caw_doubles * and the like, structs of CAW_STRUCT can
// at: CAW_EXPORT(caw_bytes, give);
// host: js
#include <cawait.h>
#include <cawait/export.h>

CAW_DECLARE(caw_bytes, give, void);
CAW_EXPORT(caw_bytes, give);
