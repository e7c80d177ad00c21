// first: CAW_EXPORT_SYNC: the function must be a plain one that returns this result type; async ones are exported by CAW_EXPORT
// at: CAW_EXPORT_SYNC(int, count);
// host: js
#include <cawait.h>
#include <cawait/export.h>

CAW_DECLARE(int, count, void);
CAW_EXPORT_SYNC(int, count);
