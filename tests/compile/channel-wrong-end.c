// first: controlling expression type 'caw_receiver *' (aka 'struct caw_receiver *') not compatible with any generic association type
// at: caw_channel_put
// lines: 8, as it is in an await
#include <cawait.h>

CAW_ASYNC(void, echoes, caw_receiver *from)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_channel_put(from, caw_int(1)));
    } CAW_END;
}
