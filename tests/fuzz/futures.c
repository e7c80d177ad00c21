/*
 * Owns: deeds with handles: making, setting, cancelling, asking, watching, referencing, dropping.
 * Must not know: who awaits them.
 */
#include "world.h"

static void set(handle h)
{
    if (h.kind != VALUE || !h.counted) return;
    (void)!caw_set_result((caw_of(caw_value))h.any, value_new());
}

static void ask(handle h)
{
    caw_value value;
    if (h.kind == VALUE && caw_result((caw_of(caw_value))h.any, &value) == 0) value_take(value);
    (void)caw__future_done(h.any), (void)caw__future_cancelled(h.any), (void)caw__future_loop(h.any);
    if (caw__future_done(h.any)) caw_unref(caw__future_error(h.any));
}

static void with_future(unsigned which, handle h)
{
    caw_of(caw_any *) any = (caw_of(caw_any *))h.any;
    switch (which >> 3 & 15) {
    case 0:
    case 1: set(h); return;
    case 2: (void)!caw_set_error(any, error_new()); return;
    case 3:
    case 4: (void)!caw_cancel(any, which & 128 ? "because" : NULL); return;
    case 5:
        if (caw_cancelling(any) > 0) (void)!caw_uncancel(any);
        return;
    case 6: ask(h); return;
    case 7:
    case 8: (void)!caw_add_done_callback(any, deed_done, NULL); return;
    case 9: (void)!caw_remove_done_callback(any, deed_done, NULL); return;
    case 10: (void)!caw_set_task_name(any, "named"); return;
    case 11: (void)caw_task_name(any); return;
    case 12: caw_unref(caw_capture_call_graph(any)); return;
    case 13: caw_unref(caw_exception(any)); return;
    default: handle_keep((handle){(caw_any *)(uintptr_t)caw__ref(h.any), h.kind, true}); return;
    }
}

void future_deed(unsigned which)
{
    handle   h = w.slots[which % SLOTS];
    unsigned what = below(8);
    SAY("future deed %u %u on slot %u", what, which >> 3 & 15, which % SLOTS);
    switch (what) {
    case 0: handle_keep((handle){caw_base(caw_future(caw_value)), VALUE, true}); return;
    case 1: handle_keep(handle_spawn(handle_new(0))); return;
    case 2: handle_keep(handle_new(0)); return;
    case 3:
        w.slots[which % SLOTS] = (handle){0};
        handle_drop(h);
        return;
    default:
        if (!h.any || !h.counted) return;
        caw__ref(h.any); /* borrowed for the call, whatever that makes others do */
        with_future(which, h);
        caw_unref(h.any);
        return;
    }
}

void look(void)
{
    char            text[200];
    caw_call_graph *graph = caw_capture_tasks(w.loops[below(LOOPS)]);
    if (!graph) return;
    (void)caw_format_task_tree(graph, text, sizeof text);
    (void)caw_format_task_table(graph, text, sizeof text);
    (void)caw_format_call_graph(graph, text, sizeof text);
    (void)caw_call_graph_cycle(graph, 0, text, sizeof text);
    caw_unref(graph);
}
