/* gather; wait; as_completed. */
#include "act.h"
#include <stdlib.h>
#include <string.h>

/* References to tasks, in the harness's own memory. */
typedef struct handles {
    caw_any **items;
    size_t    count;
} handles;

static void add(handles *h, caw_of(caw_value) task) /* consumes it */
{
    caw_any **items = realloc(h->items, (h->count + 1) * sizeof *items);
    if (!items) abort();
    h->items = items;
    h->items[h->count++] = caw_base(task);
}

/* One new task for each body of the list; the error, and no handles, if one could not be made. */
static caw_error *spawn_all(act *a, const json *bodies, handles *h)
{
    caw_error *error = NULL;
    for (size_t i = 0; i < bodies->count; i++) {
        int number = world_spawn(a->world, json_int(&bodies->items[i]), world_create_task, NULL, &error);
        if (number < 0) break;
        add(h, caw_ref(a->world->tasks[number].is));
    }
    if (!error) return NULL;
    for (size_t i = 0; i < h->count; i++) caw_unref(h->items[i]);
    free(h->items);
    return error;
}

/* The tasks that a list of references means. */
static void add_all(act *a, const json *references, handles *h)
{
    for (size_t i = 0; i < references->count; i++) {
        int number = world_task(a->world, json_int(&references->items[i]));
        if (number >= 0) add(h, caw_ref(a->world->tasks[number].is));
    }
}

static caw_value list_of(caw_results *results)
{
    text list = {0};
    text_add(&list, "[");
    for (size_t i = 0; i < caw_results_count(results); i++) {
        caw_error *error = caw_error_at(results, i);
        if (i) text_add(&list, ",");
        if (error) {
            text_error_empty(&list, error);
        } else {
            caw_value value = caw_result_at(results, i, caw_value);
            text_value(&list, &value);
            caw_value_drop(value);
        }
    }
    text_add(&list, "]");
    caw_unref(results);
    return text_take(&list);
}

static caw_of(caw_results *) gather(const json *s, handles *h)
{
    bool settled = arg(s, 0)->kind == JSON_TRUE;
    caw_of(caw_results *) all = settled ? caw_gather_settled_array(h->items, h->count) : caw_gather_array(h->items, h->count);
    free(h->items);
    return all;
}

static CAW_ASYNC(caw_value, do_gather, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        handles    h = {NULL, 0};
        caw_error *error = spawn_all(a, arg(s, 1), &h);
        if (error) CAW_RAISE_ERROR(error);
        CAW_RETURN(list_of(CAW_AWAIT(gather(s, &h))));
    } CAW_END;
}

static CAW_ASYNC(caw_value, do_gather_tasks, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        handles h = {NULL, 0};
        add_all(a, arg(s, 1), &h);
        CAW_RETURN(list_of(CAW_AWAIT(gather(s, &h))));
    } CAW_END;
}

/* ---- wait ------------------------------------------------------------------------------------------------------------------ */

static caw_wait_mode mode_of(const char *name)
{
    return strcmp(name, "FIRST_COMPLETED") == 0   ? CAW_FIRST_COMPLETED
           : strcmp(name, "FIRST_EXCEPTION") == 0 ? CAW_FIRST_EXCEPTION
                                                  : CAW_ALL_COMPLETED;
}

/* The numbers of some tasks, in order. */
static void add_numbers(text *list, const world *w, const caw_waited *waited, caw_any *(*at)(const caw_waited *, size_t))
{
    bool first = true;
    text_add(list, "[");
    for (int number = 0; number < w->task_count; number++) {
        const caw_any *task = w->tasks[number].is ? caw_base(w->tasks[number].is) : NULL, *one;
        for (size_t i = 0; task && (one = at(waited, i)); i++) {
            if (one != task) continue;
            text_add(list, first ? "%d" : ",%d", number);
            first = false;
        }
    }
    text_add(list, "]");
}

static CAW_ASYNC(caw_value, do_wait, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        handles h = {NULL, 0};
        add_all(a, arg(s, 0), &h);
        caw_of(caw_waited *) wait = caw_wait_array(h.items, h.count, mode_of(json_text(arg(s, 2))), arg_time(a, s, 1));
        free(h.items);
        caw_waited *waited = CAW_AWAIT(wait);
        text        list = {0};
        text_add(&list, "[");
        add_numbers(&list, a->world, waited, caw_waited_done);
        text_add(&list, ",");
        add_numbers(&list, a->world, waited, caw_waited_pending);
        text_add(&list, "]");
        caw_unref(waited);
        CAW_RETURN(text_take(&list));
    } CAW_END;
}

/* ---- as_completed ------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(caw_value, do_as_completed, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        handles    h = {NULL, 0};
        caw_error *error = spawn_all(a, arg(s, 0), &h);
        if (error) CAW_RAISE_ERROR(error);
        size_t           count = h.count;
        caw_completions *it = caw_as_completed_array(h.items, h.count, arg_time(a, s, 1));
        free(h.items);
        CAW_DEFER(caw_unref, it);
        for (size_t i = 0; i < count && !a->world->over; i++) {
            CAW_TRY {
                act_print_value(a, "~", CAW_AWAIT(caw_next_result(it, caw_value)));
            } CAW_EXCEPT(CAW_TIMEOUT_ERROR, raised) {
                CAW_RERAISE();
            } CAW_EXCEPT(CAW_EXCEPTION, raised) {
                act_print_error(a, "~ !", raised);
            }
            CAW_END_TRY;
        }
        CAW_RETURN(caw_none());
    } CAW_END;
}

const statement combinator_statements[] = {
    {"gather", NULL, do_gather}, {"gather_t", NULL, do_gather_tasks},
    {"wait", NULL, do_wait},     {"as_completed", NULL, do_as_completed},
    {NULL, NULL, NULL},
};
