/* What the tests of the network have in common (network_*.c). */
#include "conform.h"
#include "../c/network.h"

/* Reads to the end, then closes. */
static CAW_ASYNC(void, read_all, void *data, caw_stream stream)
{
    CAW_BEGIN(void) {
        (void)data;
        CAW_TRY {
            caw_unref(CAW_AWAIT(caw_stream_read(stream.reader, -1)));
        } CAW_FINALLY {
            caw_stream_close(stream.writer);
            CAW_AWAIT(caw_stream_wait_closed(stream.writer));
        }
        CAW_END_TRY;
    } CAW_END;
}
