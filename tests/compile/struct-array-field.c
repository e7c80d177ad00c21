// first: CAW_STRUCT: a field has another type, or is an array
// at: CAW_STRUCT(matrix
// host: js
#include <cawait.h>
#include <cawait/export.h>

CAW_STRUCT(matrix, double, m[4]);
