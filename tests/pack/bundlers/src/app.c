// Imported by main.js, through a bundler's plugin.
#include <cawait.h>
#include <cawait/export.h>
#include <stdio.h>

#include "greeting.h"
#include "shout.h"

static int calls;

/** Says hello, after a moment. */
CAW_ASYNC(caw_string *, greet, const char *name)
{
    CAW_BEGIN(caw_string *) {
        CAW_AWAIT(caw_sleep(0.001));
        char text[64];
        snprintf(text, sizeof text, "%s, %s%s %d", GREETING, name, shout(), ++calls);
        CAW_RETURN(caw_string_of(text));
    } CAW_END;
}
CAW_EXPORT(caw_string *, greet, const char *, name);

/** How often it was called. */
int calls_so_far(void) { return calls; }
CAW_EXPORT_SYNC(int, calls_so_far);
