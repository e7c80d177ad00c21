// first: implicit conversion loses integer precision
// at: CAW_EXPORT(int, take,
// lines: 8, as it stands in macros of macros: plain clang says so
// host: js
// flags: -Wno-conversion
#include <cawait.h>
#include <cawait/export.h>

CAW_DECLARE(int, take, int id);
CAW_EXPORT(int, take, int64_t, id);
