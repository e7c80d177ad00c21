/*
 * Owns: what runs in a worker: one job, from its message to its answer; what the job's function may ask.
 * Must not know: which worker that is, or who waits for the answer.
 */
#include "concurrent/concurrent.h"

CAW__COLD

static CAW__TLS bool       inside;
static CAW__TLS caw_error *raised;

bool caw_job_cancelled(void) { return inside && caw__host_job_cancelled(); }

bool caw_job_sleep(double seconds) { return caw__host_job_sleep(seconds > 0 ? seconds : 0) && !caw_job_cancelled(); }

void caw_job_raise(caw_error *error)
{
    if (!inside) {
        caw_unref(error);
        return;
    }
    caw_unref(raised);
    raised = error ? error : caw_error_new(CAW_TYPE_ERROR, "an error was to be raised that is NULL");
}

static void begin_answer(caw__message *answer, uint32_t how) { caw__message_put(answer, &how, sizeof how); }

void caw__message_answer(caw__message *answer, char code, void *value, size_t size)
{
    if (!raised) {
        begin_answer(answer, CAW__ANSWER_VALUE);
        caw__message_give(answer, code, value, size);
    }
    caw__message_leave(code, value);
}

void caw__answer_end(caw__message *answer, caw_error *error, uint32_t how)
{
    if (!error && answer->refused) error = caw_ref(answer->refused);
    if (!error && (answer->broken || !answer->parcel.size)) error = caw__error_no_memory();
    if (error) {
        caw__message_clear(answer);
        begin_answer(answer, how);
        caw__message_put_error(answer, error);
        caw_unref(error);
    }
    if (answer->broken) caw__message_clear(answer);
}

/* As in a thread of its own, which it may not have: without a loop or task, in the context that came along. */
bool caw__work_do(caw__desk *desk, caw__parcel *parcel)
{
    bool         addresses = desk->kind != CAW__WORKER_INSTANCES;
    caw__message in = {.parcel = *parcel, .addresses = addresses, .desk = desk}, out = {.addresses = addresses};
    caw_loop    *loop = caw__running;
    caw_task    *task = caw__rt.task;
    caw_context *context = caw__context;
    caw_error   *outer = raised;
    bool         was_inside = inside;
    caw__running = NULL;
    caw__rt.task = NULL;
    caw__context = NULL;
    raised = NULL;
    inside = true;
    const caw__work *const *work = caw__message_get(&in, sizeof *work);
    if (work) {
        caw__message_get_context(&in);
        (*work)->run(&in, &out);
    }
    bool goes_on = desk->duty != NULL; /* the message is that one's now */
    if (goes_on) caw_unref(raised);    /* what it has raised, a task would not have */
    else caw__answer_end(&out, raised ? raised : in.broken ? caw__error_no_memory() : NULL, CAW__ANSWER_ERROR);
    caw__message_clear(&in);
    *parcel = out.parcel;
    caw__context_leave(context);
    raised = outer;
    inside = was_inside;
    caw__running = loop;
    caw__rt.task = task;
    return !goes_on;
}

CAW__COLD_END
