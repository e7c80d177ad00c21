#include "world.h"
#include "act.h"
#include <stdlib.h>
#include <string.h>

/* ---- The trace ----------------------------------------------------------------------------------------------------------- */

void world_print(world *w, text *line)
{
    if (!w->over) {
        text_add(&w->lines, w->lines.size ? "," : "[");
        text_quote(&w->lines, line->data);
    }
    text_free(line);
}

void world_print_word(world *w, const char *word)
{
    text line = {0};
    text_add(&line, "%s", word);
    world_print(w, &line);
}

void world_end_trace(world *w) { text_add(&w->lines, w->lines.size ? "]" : "[]"); }

static int current_number(const world *w, const caw_any *task)
{
    for (int i = 0; i < w->task_count; i++) {
        if (w->tasks[i].seen == task) return i;
    }
    return -1;
}

void world_stamp(const world *w, text *line, const char *path)
{
    const caw_any *task = caw_current_task();
    int            number = task ? current_number(w, task) : -1;
    text_add(line, "%.4f ", (caw_time(w->loop) - w->start) / w->unit);
    if (!task) text_add(line, "-");
    else if (number < 0) text_add(line, "T?");
    else text_add(line, "T%d", number);
    text_add(line, " %s ", path);
}

/* Reports of what depends on when memory is given back are not among the lines. */
static void report(void *data, caw_loop *loop, const caw_report *report)
{
    static const struct {
        const char *says, *class;
    } classes[] = {
        {"never retrieved", NULL},
        {"destroyed but it is pending", NULL},
        {"was let go of where it stood", NULL},
        {"Exception in callback", "callback"},
        {"a task of a group has failed", "taskgroup"},
    };
    world *w = data;
    const char *class = "other";
    (void)loop;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (!strstr(report->message, classes[i].says)) continue;
        class = classes[i].class;
        break;
    }
    if (!class) return;
    text line = {0};
    text_add(&line, "%.4f - - handler %s ", (caw_time(w->loop) - w->start) / w->unit, class);
    if (report->error) text_error(&line, report->error);
    else text_add(&line, "None");
    world_print(w, &line);
}

void world_print_tasks(world *w, const char *phase)
{
    for (int i = 0; i < w->task_count; i++) {
        caw_of(caw_value) task = w->tasks[i].is;
        caw_error *error = NULL;
        caw_value  value = caw_none();
        text       line = {0};
        text_add(&line, "%s T%d ", phase, i);
        if (!task) {
            text_add(&line, "none");
        } else if (!caw_done(task) || caw_cancelled(task)) {
            text_state(&line, task);
        } else if (caw_result(task, &value) == 0) {
            text_add(&line, "done ");
            text_value(&line, &value);
            caw_value_drop(value);
        } else {
            error = caw_exception(task);
            text_add(&line, "failed ");
            text_error(&line, error);
            caw_unref(error);
        }
        if (task) text_add(&line, " cancelling=%d", caw_cancelling(task));
        world_print(w, &line);
    }
}

/* Empties the queue: the order in which it gives its items is what a program can know of it. */
static void print_items(caw_queue *queue, bool reversed, text *line)
{
    int        count = caw_queue_size(queue);
    caw_value *items = calloc((size_t)count + 1, sizeof *items);
    if (!items) abort();
    for (int i = 0; i < count; i++) (void)!caw_queue_get_nowait(queue, &items[reversed ? count - 1 - i : i]);
    text_add(line, "[");
    for (int i = 0; i < count; i++) {
        if (i) text_add(line, ",");
        text_value(line, &items[i]);
    }
    text_add(line, "]");
    for (int i = 0; i < count; i++) caw_value_drop(items[i]);
    free(items);
}

void world_print_objects(world *w)
{
    text line = {0};
    text_add(&line, "objects F=[");
    for (int i = 0; i < FUTURES; i++) {
        if (i) text_add(&line, ",");
        text_state(&line, w->futures[i]);
    }
    text_add(&line, "] L=%s S=%d BS=%d E=%s Q=[", caw_lock_locked(w->lock) ? "true" : "false",
             caw_semaphore_value(w->semaphore), caw_semaphore_value(w->bounded), caw_event_is_set(w->event) ? "true" : "false");
    for (int i = 0; i < QUEUES; i++) {
        if (i) text_add(&line, ",");
        print_items(w->queues[i], i == 1, &line);
    }
    text_add(&line, "]");
    world_print(w, &line);
}

/* ---- Tasks ----------------------------------------------------------------------------------------------------------------- */

int world_task(const world *w, int reference)
{
    int number = ((reference % w->task_count) + w->task_count) % w->task_count;
    return w->tasks[number].is ? number : -1;
}

static CAW_ASYNC(caw_value, numbered, world *w, int number, int body)
{
    CAW_BEGIN(caw_value) {
        w->tasks[number].seen = caw_current_task();
        CAW_RETURN(CAW_AWAIT(run_body(w, body)));
    } CAW_END;
}

caw_of(caw_value) world_create_task(caw_of(caw_value) body, void *loop) { return caw_spawn(body, .loop = loop); }

int world_spawn(world *w, int body, world_maker *make, void *argument, caw_error **error)
{
    int      number = w->task_count;
    started *tasks = realloc(w->tasks, (size_t)(number + 1) * sizeof *tasks);
    if (!tasks) abort();
    w->tasks = tasks;
    w->tasks[number] = (started){NULL, NULL};
    w->task_count++;
    caw_of(caw_value) task = make(numbered(w, number, body), argument);
    if (caw_cancelling(task) < 0) { /* not a task, but a future that says why there is none */
        *error = caw_exception(task);
        caw_unref(task);
        return -1;
    }
    w->tasks[number].is = task;
    return number;
}

/* ---- Beginning and end ----------------------------------------------------------------------------------------------------- */

caw_error *world_open(world *w, const json *program)
{
    bool        made = true;
    const json *unit = json_get(program, "unit");
    *w = (world){.program = program, .unit = unit->kind == JSON_NUMBER ? unit->number : 1, .loop = caw_loop_new()};
    if (!w->loop) return caw_error_new(CAW_MEMORY_ERROR, NULL);
    w->start = caw_time(w->loop);
    caw_set_exception_handler(w->loop, report, w);
    text_chains(json_get(program, "chains")->kind == JSON_TRUE);
    caw_loop_set_eager(w->loop, json_get(program, "eager")->kind == JSON_TRUE);
    for (int i = 0; i < FUTURES; i++) {
        w->futures[i] = caw_future_on(w->loop, caw_value);
        made = made && !caw_done(w->futures[i]);
    }
    w->lock = caw_lock_new();
    w->semaphore = caw_semaphore_new(2);
    w->bounded = caw_bounded_semaphore_new(1);
    w->event = caw_event_new();
    w->condition = caw_condition_new(NULL);
    w->queues[0] = caw_queue_new(2);
    w->queues[1] = caw_lifo_queue_new(0);
    w->queues[2] = caw_priority_queue_new(2, NULL);
    w->barrier = caw_barrier_new(2);
    made = made && w->lock && w->semaphore && w->bounded && w->event && w->condition && w->queues[0] && w->queues[1] &&
           w->queues[2] && w->barrier;
    return made ? NULL : caw_error_new(CAW_MEMORY_ERROR, NULL);
}

int world_close(world *w)
{
    w->over = true;
    caw_loop_close(w->loop);
    for (int i = 0; i < w->task_count; i++) caw_unref(w->tasks[i].is);
    free(w->tasks);
    callbacks_free(w);
    generators_free(w);
    for (int i = 0; i < FUTURES; i++) caw_unref(w->futures[i]);
    for (int i = 0; i < QUEUES; i++) caw_unref(w->queues[i]);
    for (int i = 0; i < HANDLES; i++) caw_unref(w->handles[i]);
    for (int i = 0; i < ERRORS; i++) caw_unref(w->errors[i]);
    for (int i = 0; i < CONTEXTS; i++) caw_unref(w->contexts[i]);
    caw_unref(w->lock);
    caw_unref(w->semaphore);
    caw_unref(w->bounded);
    caw_unref(w->event);
    caw_unref(w->condition);
    caw_unref(w->barrier);
    return owned_free(w);
}
