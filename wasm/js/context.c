/*
 * Owns: JavaScript's async context (AsyncLocalStorage) as a context variable: tasks inherit it, and callbacks, as any other.
 * Must not know: what it holds. Linked only into programs that call JavaScript. Its other half is js/bridge/context.ts, which calls it only
 * where somebody uses such a thing.
 */
#include "bridge.h"
#include "task/report.h"
#include <cawait/context.h>

CAW__TAKES_TEXT

CAW__COLD

const char caw__js_context_here = 0;

static const caw_context_var async_context = {.name = "AsyncContext"};

/* A report that only goes to the log is made in the context of its task, too, as the program's own handler is called (report.c). */
static void context_report(caw_loop *loop, const caw_report *report)
{
    caw_task    *task = report->task ? caw__as_task(report->task) : NULL;
    bool         own = task && task != caw__rt.task;
    caw_context *outer = own ? caw__report_enter(task) : NULL;
    loop->tell = NULL;
    caw_call_exception_handler(loop, report);
    if (!loop->tell) loop->tell = context_report;
    if (own) caw__report_leave(task, outer);
}

/* What JavaScript calls until caw_context_leave is in the context that `id` holds. Gives the one before. */
CAW__EXPORT(caw_context_enter) caw_context *caw__js_context_enter(uint32_t id)
{
    caw_js      *js = caw__js_adopt(id);
    caw_context *outer = caw__context;
    int          status = caw__context_snapshot(outer, &caw__context);
    if (!status && js) status = caw_context_set(&async_context, caw_js_value(js));
    else caw_unref(js);
    (void)status; /* without memory there is no context */
    caw_loop *loop = caw__js_loop();
    if (loop && !loop->tell) loop->tell = context_report;
    return outer;
}

CAW__EXPORT(caw_context_leave) void caw__js_context_leave(caw_context *outer) { caw__context_leave(outer); }

/* The handle of what the running task, or callback, has; 0: nothing. */
CAW__EXPORT(caw_context_id) uint32_t caw__js_context_id(void)
{
    caw_value value = caw_context_get(&async_context);
    uint32_t  id = value.tag == CAW_JS ? value.as_js->id : 0;
    caw_value_drop(value); /* the context still has it */
    return id;
}

CAW__COLD_END
