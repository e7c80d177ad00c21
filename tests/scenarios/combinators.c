/* gather; wait; as_completed. */
#include "act.h"
#include <stdlib.h>

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

/* One new task for each body of the list; the error if one could not be made. */
static caw_error *spawn_all(act *a, const json *bodies, handles *h)
{
    for (size_t i = 0; i < bodies->count; i++) {
        caw_error *error = NULL;
        int        number = world_spawn(a->world, json_int(&bodies->items[i]), world_create_task, NULL, &error);
        if (number < 0) return error;
        add(h, caw_ref(a->world->tasks[number].is));
    }
    return NULL;
}

static caw_value list_of(caw_results *results)
{
    text list = {0};
    text_add(&list, "[");
    for (size_t i = 0; i < caw_results_count(results); i++) {
        caw_error *error = caw_error_at(results, i);
        if (i) text_add(&list, ",");
        if (error) {
            text_error(&list, error);
            if (caw_error_is(error, CAW_CANCELLED_ERROR) && !*caw_error_message(error)) text_add(&list, ":"); /* an empty one */
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
        if (error) {
            for (size_t i = 0; i < h.count; i++) caw_unref(h.items[i]);
            free(h.items);
            CAW_RAISE_ERROR(error);
        }
        CAW_RETURN(list_of(CAW_AWAIT(gather(s, &h))));
    } CAW_END;
}

static CAW_ASYNC(caw_value, do_gather_tasks, act *a, const json *s)
{
    CAW_BEGIN(caw_value) {
        handles     h = {NULL, 0};
        const json *references = arg(s, 1);
        for (size_t i = 0; i < references->count; i++) {
            int number = world_task(a->world, json_int(&references->items[i]));
            if (number >= 0) add(&h, caw_ref(a->world->tasks[number].is));
        }
        CAW_RETURN(list_of(CAW_AWAIT(gather(s, &h))));
    } CAW_END;
}

const statement combinator_statements[] = {
    {"gather", NULL, do_gather},
    {"gather_t", NULL, do_gather_tasks},
    {NULL, NULL, NULL},
};
