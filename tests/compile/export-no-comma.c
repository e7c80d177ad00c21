// first: CAW_EXPORT: the type, a comma, the name of each parameter: (int, add, int, a, int, b)
// at: CAW_EXPORT(int, add,
// host: js
#include <cawait.h>
#include <cawait/export.h>

CAW_DECLARE(int, add, const char *text);
CAW_EXPORT(int, add, const char *text);
