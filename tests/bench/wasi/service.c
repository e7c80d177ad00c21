/* The least service: what is measured is all but it. */
#include <cawait.h>
#include <cawait/http.h>

CAW_ASYNC(caw_response *, handle, caw_request *request)
{
    CAW_BEGIN(caw_response *) {
        (void)request;
        CAW_RETURN(caw_respond("hello"));
    } CAW_END;
}
CAW_HTTP_HANDLER(handle);
