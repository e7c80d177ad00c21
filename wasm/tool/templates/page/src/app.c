/* What the page sees of the program: main.js imports it. */
#include "greet.h"
#include <cawait/export.h>

/** A greeting of a name, after half a second. */
CAW_ASYNC(caw_string *, hello, const char *name)
{
    CAW_BEGIN(caw_string *) {
        CAW_RETURN(CAW_AWAIT(greet(name)));
    } CAW_END;
}
CAW_EXPORT(caw_string *, hello, const char *, name);
