// first: CAW_EXPORT: up to 8 parameters; of more make one struct, see CAW_STRUCT
// at: CAW_EXPORT(int, add,
// host: js
#include <cawait.h>
#include <cawait/export.h>

CAW_DECLARE(int, add, int a, int b, int c, int d, int e, int f, int g, int h, int i);
CAW_EXPORT(int, add, int, a, int, b, int, c, int, d, int, e, int, f, int, g, int, h, int, i);
