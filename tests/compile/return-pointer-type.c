// refused: incompatible pointer types
#include <cawait.h>

CAW_ASYNC(caw_string *, give, caw_error *error)
{
    CAW_BEGIN(caw_string *) {
        CAW_RETURN(error);
    } CAW_END;
}
