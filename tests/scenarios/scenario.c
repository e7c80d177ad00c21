#include "scenario.h"
#include <stdlib.h>

caw_error *scenario_begin(world *w)
{
    caw_error *error = NULL;
    world_spawn(w, 0, world_create_task, w->loop, &error);
    return error;
}

static CAW_ASYNC(void, finish, world *w)
{
    CAW_BEGIN(void) {
        size_t    all = caw_all_tasks(w->loop, NULL, 0), count = 0;
        caw_any **tasks = malloc((all + 1) * sizeof *tasks);
        if (!tasks) abort();
        caw_all_tasks(w->loop, tasks, all);
        for (size_t i = 0; i < all; i++) {
            if (tasks[i] != caw_current_task()) tasks[count++] = caw_ref(tasks[i]);
        }
        for (size_t i = 0; i < count; i++) caw_cancel((caw_of(void))tasks[i], NULL);
        caw_of(caw_results *) gathered = caw_gather_settled_array(tasks, count);
        free(tasks);
        caw_unref(CAW_AWAIT(gathered));
    } CAW_END;
}

caw_of(void) scenario_end(world *w)
{
    world_print_word(w, "end");
    world_print_tasks(w, "end");
    return caw_spawn(finish(w), .loop = w->loop);
}

caw_of(void) scenario_close_generators(world *w)
{
    if (json_get(w->program, "agens")->kind != JSON_TRUE) return NULL;
    return caw_spawn(caw_shutdown_generators(w->loop), .loop = w->loop);
}

void scenario_ended(world *w)
{
    world_print_tasks(w, "final");
    world_print_objects(w);
}

void scenario_deadlock(world *w)
{
    world_print_word(w, "DEADLOCK");
    world_print_tasks(w, "end");
}

caw_of(void) scenario_cleanup(world *w)
{
    w->over = true;
    return w->made_count ? caw_spawn(caw_shutdown_generators(w->loop), .loop = w->loop) : NULL;
}
