// first: CAW_EXPORT: the function must be async and of this result type, CAW_ASYNC(R, f, ...); plain ones are exported by CAW_EXPORT_SYNC
// at: CAW_EXPORT(void, reset);
// host: js
#include <cawait.h>
#include <cawait/export.h>

static void reset(void) {}
CAW_EXPORT(void, reset);
