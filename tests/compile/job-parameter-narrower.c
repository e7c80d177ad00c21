// first: implicit conversion turns floating-point number into integer
// at: CAW_JOB(int, half,
// lines: 8, as it stands in macros of macros: plain clang says so
// flags: -Wno-conversion
#include <cawait.h>

static int half(int number) { return number / 2; }
CAW_JOB(int, half, double, number);
