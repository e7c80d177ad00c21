/* The end of a thread, and its allocator: refused while anything of the thread's is alive. */
#include "test.h"

TEST(not_while_anything_is_alive)
{
    caw_loop *loop = caw_loop_new();
    CHECK_INT(caw_thread_end(), -CAW_RUNTIME_ERROR);
    CHECK_INT(caw_loop_close(loop), 0);
    caw_string *text = caw_string_of("text");
    CHECK_INT(caw_thread_end(), -CAW_RUNTIME_ERROR);
    CHECK_INT(caw_set_allocator(NULL, NULL), -CAW_RUNTIME_ERROR);
    caw_unref(text);
    CHECK_INT(caw_thread_end(), 0);
    CHECK_INT(caw_get_stats().bytes, 0);
    CHECK_INT(caw_set_allocator(NULL, NULL), 0);
    text = caw_string_of("again");
    CHECK_TEXT(caw_string_data(text), "again");
    caw_unref(text);
}
