// first: CAW_STRUCT: a field's type cannot cross; bool, integers, double, float, and structs that were described before can
// at: CAW_STRUCT(person
// host: js
#include <cawait.h>
#include <cawait/export.h>

CAW_STRUCT(person, const char *, name, int, age);
