/* A program whose values have one owner each: what counts further owners is not linked with it, and nothing misses it. */
#include "test.h"

/* The value of the finally block overtakes the one that was to be returned. */
static CAW_ASYNC(caw_value, overtaken, const char *first, const char *second)
{
    CAW_BEGIN(caw_value) {
        CAW_TRY {
            CAW_RETURN(caw_pointer((void *)(uintptr_t)first, say));
        } CAW_FINALLY {
            CAW_RETURN(caw_pointer((void *)(uintptr_t)second, say));
        }
        CAW_END_TRY;
    } CAW_END;
}

ASYNC_TEST(what_nobody_takes_is_destroyed)
{
    CAW_BEGIN(void) {
        caw_value v = CAW_AWAIT(overtaken("first", "second"));
        CHECK_TRACE("first");
        v.destroy(v.as_pointer);
        CHECK_TRACE("second");
    } CAW_END;
}
