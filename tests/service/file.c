/* A service that writes to a file, and says so. */
#include <cawait.h>
#include <cawait/http.h>
#include <stdio.h>

CAW_ASYNC(caw_response *, handle, caw_request *request)
{
    CAW_BEGIN(caw_response *) {
        (void)request;
        FILE *file = fopen("/written.txt", "w");
        if (!file) CAW_RETURN(caw_respond("no file", .status = 404));
        fputs("by a service\n", file);
        fclose(file);
        puts("it is written");
        CAW_RETURN(caw_respond("written"));
    } CAW_END;
}
CAW_HTTP_HANDLER(handle);
