// refused: ignored-results.c:13
// refused: ignored-results.c:14
// refused: ignored-results.c:15
// refused: ignored-results.c:16
// refused: give it back by caw_unref
#include <cawait.h>

CAW_ASYNC(void, caller, caw_queue *queue, caw_stream_reader *reader)
{
    CAW_BEGIN(void) {
        caw_value_drop(CAW_AWAIT(caw_queue_get(queue)));
        caw_unref(CAW_AWAIT(caw_stream_read(reader, 1)));
        CAW_AWAIT(caw_queue_get(queue));
        CAW_AWAIT(caw_stream_read(reader, 1));
        CAW_AWAIT(caw_gather(caw_sleep(1)));
        caw_error_new(CAW_VALUE_ERROR, NULL);
    } CAW_END;
}
