/*
 * Owns: telling the developer what went wrong where no caller could be told: the exception handler, slow steps.
 * Must not know: where the text goes; the host does.
 */
#include "task/report.h"
#include <string.h>

CAW__COLD

caw_context *caw__report_enter(caw_task *task)
{
    caw_context *outer = caw__context;
    caw__context = caw_ref(task)->context;
    task->context = NULL; /* whoever asks for the error now, lets go of none that is the current one */
    return outer;
}

void caw__report_leave(caw_task *task, caw_context *outer)
{
    task->context = caw__context; /* its first variable may have been set */
    caw__context = outer;
    if (task->future.object.state == CAW__FAILED && task->future.object.flags & CAW__RETRIEVED) caw__task_seen(task);
    caw_unref(task);
}

/* Linked only where a handler is set. */
static void report_tell(caw_loop *loop, const caw_report *report)
{
    caw_task *task = report->task ? caw__as_task(report->task) : NULL;
    bool      own = task && task != caw__rt.task; /* else its context is the current one: one that is done is never that task */
    caw_context *outer = own ? caw__report_enter(task) : NULL;
    loop->handler(loop->handler_data, loop, report);
    if (own) caw__report_leave(task, outer);
}

void caw_set_exception_handler(caw_loop *loop, caw_exception_handler *handler, void *data)
{
    loop->tell = handler ? report_tell : NULL;
    loop->handler = handler;
    loop->handler_data = data;
}

static void log_report(const caw_report *report)
{
    char   text[1024];
    size_t length = caw__format(text, sizeof text, "cawait: %s", report->message);
    if (report->name && length < sizeof text) {
        length += caw__format(text + length, sizeof text - length, report->file ? "\n  task: %s (%s:%u)" : "\n  task: %s",
                              report->name, report->file, report->line);
    }
    if (report->error && length + 1 < sizeof text) {
        text[length++] = '\n';
        length += caw_error_format(report->error, text + length, sizeof text - length);
    }
    caw__host_log(2, text, length < sizeof text ? length : sizeof text - 1);
}

void caw_call_exception_handler(caw_loop *loop, const caw_report *report)
{
    if (!loop) loop = caw__running;
    if (loop && loop->tell) loop->tell(loop, report);
    else log_report(report);
}

void caw__report_error(caw_loop *loop, const char *message, caw_error *error, caw_any *any)
{
    caw_report report = {.message = message, .error = error, .task = any};
    caw_task  *task = any ? caw__as_task(any) : NULL;
    if (task) {
        report.name = caw__task_name(any);
        report.file = caw__task_desc(task)->file;
        report.line = caw__task_desc(task)->line;
    }
    caw_call_exception_handler(loop, &report);
}

void caw__task_describe(caw_task *task, char *buffer, size_t size)
{
    const caw__desc *desc = caw__task_desc(task);
    caw__format(buffer, size, "%s '%s' (%s:%u)", caw__task_name((caw_any *)(void *)task), desc->name, desc->file,
                (unsigned)desc->line);
}

static void report_describe(caw__node *node, char *buffer, size_t size)
{
    if (node->run == caw__task_run) caw__task_describe(CAW__CONTAINER(node, caw_task, node), buffer, size);
    else caw__format(buffer, size, "a callback");
}

/* ---- Slow steps ------------------------------------------------------------------------------------------------------------ */

static void report_slow(caw_loop *loop, const char *name, double seconds)
{
    char       text[160];
    caw_report report = {.message = text};
    char       fraction[] = ".000000";
    size_t     digits = sizeof fraction - 1, millionths = (size_t)((seconds < 4000 ? seconds : 4000) * 1e6 + 0.5),
           whole = millionths / 1000000;
    for (size_t i = digits; --i; millionths /= 10) fraction[i] = (char)('0' + millionths % 10);
    while (fraction[digits - 1] == '0') digits--; /* to the point at most, which goes, too */
    fraction[digits > 1 ? digits : 0] = 0;
    caw__format(text, sizeof text, "%s took %zu%s seconds", name, whole, fraction);
    caw_call_exception_handler(loop, &report);
}

bool caw__loop_measure(caw_loop *loop, caw__node *node)
{
    char   name[96];
    double start = caw__host_now();
    report_describe(node, name, sizeof name); /* before: the node may be gone after */
    node->run(node);
    double took = caw__host_now() - start;
    if (loop->debug && took >= loop->slow) report_slow(loop, name, took);
    return true;
}

CAW__COLD_END
