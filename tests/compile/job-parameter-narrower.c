// first: implicit conversion turns floating-point number into integer
// at: CAW_JOB(int, half,
// lines: 40, plain clang shows the macros that a warning stands in
// flags: -Wno-conversion
#include <cawait.h>

static int half(int number) { return number / 2; }
CAW_JOB(int, half, double, number);
