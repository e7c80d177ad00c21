// first: call to undeclared function 'page_sizes'
// at: CAW_EXPORT(double, page_sizes,
// host: js
#include <cawait.h>
#include <cawait/export.h>

CAW_EXPORT(double, page_sizes, const char *, url);
