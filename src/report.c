/*
 * Owns: telling the developer what went wrong where no caller could be told: the exception handler, slow steps, deadlocks.
 * Must not know: where the text goes; the host does.
 */
#include "internal.h"
#include <string.h>

CAW__COLD

void caw_set_exception_handler(caw_loop *loop, caw_exception_handler *handler, void *data)
{
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
    if (loop && loop->handler) loop->handler(loop->handler_data, loop, report);
    else log_report(report);
}

void caw__report_error(caw_loop *loop, const char *message, caw_error *error, caw_any *any)
{
    caw_report report = {.message = message, .error = error, .task = any};
    caw_task  *task = any ? caw__as_task(any) : NULL;
    if (task) {
        report.name = caw__task_name(any);
        report.file = task->desc->file;
        report.line = task->desc->line;
    }
    caw_call_exception_handler(loop, &report);
}

void caw__task_describe(caw_task *task, char *buffer, size_t size)
{
    caw__format(buffer, size, "%s '%s' (%s:%u)", caw__task_name((caw_any *)(void *)task), task->desc->name, task->desc->file,
                (unsigned)task->desc->line);
}

void caw__node_describe(caw__node *node, char *buffer, size_t size)
{
    if (node->run == caw__task_run) caw__task_describe(CAW__CONTAINER(node, caw_task, node), buffer, size);
    else caw__format(buffer, size, "a callback");
}

void caw__report_slow(caw_loop *loop, const char *name, double seconds)
{
    char       text[160];
    caw_report report = {.message = text};
    caw__format(text, sizeof text, "%s took %f seconds", name, seconds);
    caw_call_exception_handler(loop, &report);
}

/* ---- Deadlock -------------------------------------------------------------------------------------------------------------- */

/* The await chain of a suspended task, innermost first: "inner < outer < outermost". */
static void describe_chain(const caw_task *task, char *buffer, size_t size)
{
    size_t length = 0;
    buffer[0] = 0;
    for (const caw__co *co = task->top; co && length < size; co = (const caw__co *)(co->slot->waiter & ~CAW__INLINE)) {
        length += caw__format(buffer + length, size - length, "%s%s", length ? " < " : "", co->desc->name);
        if (!co->slot) break;
    }
}

static void describe_wait(caw_task *task, char *buffer, size_t size)
{
    caw_task *next = task->waiting ? caw__as_task((caw_any *)(void *)task->waiting) : NULL;
    if (!task->waiting) caw__format(buffer, size, "nothing");
    else if (next) caw__format(buffer, size, "%s", caw__task_name((caw_any *)(void *)next));
    else caw__format(buffer, size, "a %s", task->waiting->object.type->name);
}

void caw__report_deadlock(caw_loop *loop)
{
    static const char headline[] = "cawait: deadlock: nothing can wake the loop any more. Pending tasks:";
    caw__host_log(2, headline, sizeof headline - 1);
    for (caw_task *task = loop->tasks; task; task = task->next) {
        char name[128], chain[256], wait[96], line[512];
        caw__task_describe(task, name, sizeof name);
        describe_chain(task, chain, sizeof chain);
        describe_wait(task, wait, sizeof wait);
        size_t length = caw__format(line, sizeof line, "  %s waits for %s in %s", name, wait, chain);
        caw__host_log(2, line, length < sizeof line ? length : sizeof line - 1);
    }
    if (!loop->tasks) caw__host_log(2, "  none: run_until_complete waits for a future that nobody will set", 67);
}

CAW__COLD_END
