// first: implicit conversion turns floating-point number into integer
// at: CAW_EXPORT_SYNC(int, half,
// lines: 8, as it stands in macros of macros: plain clang says so
// host: js
// flags: -Wno-conversion
#include <cawait.h>
#include <cawait/export.h>

static int half(int number) { return number / 2; }
CAW_EXPORT_SYNC(int, half, double, number);
