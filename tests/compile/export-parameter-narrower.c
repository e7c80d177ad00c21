// first: implicit conversion turns floating-point number into integer
// at: CAW_EXPORT_SYNC(int, half,
// lines: 28, plain clang shows the macros that a warning stands in
// host: js
// flags: -Wno-conversion
#include <cawait.h>
#include <cawait/export.h>

static int half(int number) { return number / 2; }
CAW_EXPORT_SYNC(int, half, double, number);
