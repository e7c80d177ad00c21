// first: CAW_EXPORT: the function must be async and of this result type, CAW_ASYNC(R, f, ...); plain ones are exported by CAW_EXPORT_SYNC
// at: CAW_EXPORT(double, count);
// host: js
#include <cawait.h>
#include <cawait/export.h>

CAW_DECLARE(int, count, void);
CAW_EXPORT(double, count);
