// first: unused variable 'CAW_BEGIN_GEN_without_CAW_END_GEN'
// at: CAW_BEGIN_GEN(int)
#include <cawait.h>

CAW_ASYNC_GEN(int, count, void)
{
    CAW_BEGIN_GEN(int) { CAW_YIELD(1); }
}
