/* The smallest program that awaits, waits and answers JavaScript: its module's size is a row. */
#include <cawait.h>
#include <cawait/export.h>

CAW_ASYNC(caw_string *, hello, const char *name)
{
    CAW_BEGIN(caw_string *) {
        CAW_AWAIT(caw_sleep(0.01));
        CAW_RETURN(caw_string_of(name));
    } CAW_END;
}
CAW_EXPORT(caw_string *, hello, const char *, name);
