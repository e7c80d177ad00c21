/*
 * Owns: the exported function of a service, wasi:http/handler: the program's CAW_HTTP_HANDLER, called once a request; the response in
 * place of one that it failed to give.
 * Must not know: how callbacks follow each other (component.c, guest.c), what requests and responses are (http.h).
 */
#include "http.h"
#include "task/report.h"

CAW__COLD

const char caw__http_here = 0;

/*
 * In place of the start of a command, which is always asked for (main.c): a program that is a service is not a command as well, unless it
 * has CAW_MAIN. In the archive this stands behind that.
 */
__attribute__((weak)) uint32_t caw__run_export(void);
uint32_t                       caw__run_export(void) { return 0; }

/* Ready to be given; NULL: why not. Consumes it, then. */
static caw_response *opened(caw_response *response, uint32_t *handle, caw_error **why)
{
    int status = response ? caw__response_open(response, handle) : 0;
    if (response && !status) return response;
    if (!response) *why = caw__http_failure();
    else if (status == -CAW_MEMORY_ERROR) *why = caw__error_no_memory();
    else *why = caw_error_new(CAW_TYPE_ERROR, "the handler returned a response that was given or read before");
    if (!*why) *why = caw_error_new(CAW_TYPE_ERROR, "the handler returned NULL, which is no response");
    caw_unref(response);
    return NULL;
}

typedef struct answer {
    caw_response *response;
    uint32_t      handle;
} answer;

static CAW_ASYNC(answer, respond_to, uint32_t handle)
{
    CAW_BEGIN(answer) {
        answer       it = {NULL, 0};
        caw_request *request = caw__http_message(&caw__http_request, handle);
        if (!request) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(caw_unref, request);
        CAW_TRY {
            caw_error *why = NULL;
            it.response = opened(CAW_AWAIT(caw__http_handle(request)), &it.handle, &why);
            if (why) CAW_RAISE_ERROR(why);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            if (caw_error_is(error, CAW_CANCELLED_ERROR) && caw__task_cancelling(caw_current_task()) > 0) CAW_RERAISE();
            caw__report_error(caw_running_loop(), "the CAW_HTTP_HANDLER failed", error, NULL);
            caw_error *why = NULL;
            it.response = opened(caw_respond("Internal Server Error\n", .status = 500, .type = "text/plain"), &it.handle, &why);
            if (why) CAW_RAISE_ERROR(why);
        }
        CAW_END_TRY;
        CAW_RETURN(it);
    } CAW_END;
}

CAW_FROM("[export]wasi:http/handler@0.3.0", "[task-return]handle")
void handle_return(uint32_t failed, uint32_t response, uint32_t, uint64_t, uint32_t, uint32_t, uint32_t, uint32_t);

static void give(const answer *result)
{
    handle_return(0, result->handle, 0, 0, 0, 0, 0, 0);
    caw__response_go(result->response);
    caw_unref(result->response);
}
CAW_COMPONENT_EXPORT("wasi:http/handler@0.3.0", "handle", respond_to, (uint32_t request), (request), give);

CAW__COLD_END
