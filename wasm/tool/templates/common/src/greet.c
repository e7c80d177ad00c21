#include "greet.h"
#include <stdio.h>

CAW_ASYNC(caw_string *, greet, const char *name)
{
    CAW_BEGIN(caw_string *) {
        char text[100];
        CAW_AWAIT(caw_sleep(0.5));
        snprintf(text, sizeof text, "Hello, %s, from C", name);
        CAW_RETURN(caw_string_of(text));
    } CAW_END;
}
