// refused: cawait: async functions need -O1 or higher; -O1 -g is the debug build
// flags: -O0
#include <cawait.h>
