// Beside app.c, which has the same name but for its end.
#include <cawait/export.h>

static int twice(int number) { return 2 * number; }
CAW_EXPORT_SYNC(int, twice, int, number);
