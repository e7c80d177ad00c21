// first: CAW_STRUCT: up to 16 fields; more can be in a struct within the struct
// at: CAW_STRUCT(many
// host: js
#include <cawait.h>
#include <cawait/export.h>

typedef int z;
CAW_STRUCT(many, z, a, z, b, z, c, z, d, z, e, z, f, z, g, z, h, z, i, z, j, z, k, z, l, z, m, z, n, z, o, z, p, z, q);
