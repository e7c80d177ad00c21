// first: implicit conversion loses integer precision
// at: CAW_EXPORT(int, take,
// lines: 28, plain clang shows the macros that a warning stands in
// host: js
// flags: -Wno-conversion
#include <cawait.h>
#include <cawait/export.h>

CAW_DECLARE(int, take, int id);
CAW_EXPORT(int, take, int64_t, id);
