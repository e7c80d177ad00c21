/*
 * Owns: task factories: a program's own way to make the tasks of a loop.
 * Must not know: what a task is made of (task.c).
 */
#include "task/task.h"

CAW__COLD

static caw_any *factory_make(caw_loop *loop, caw_any *coroutine, uint32_t shape, const caw_spawn_options *options)
{
    caw_spawn_options given = *options;
    given.loop = loop;
    caw_any *made = loop->factory(loop->factory_data, coroutine, &given);
    if (!made) return caw__no_memory;
    const caw_future *future = caw__as_future(made);
    if (future && (future->shape == shape || future->object.state == CAW__FAILED)) return made;
    caw__drop(made);
    return caw__future_failed(caw_error_new(CAW_TYPE_ERROR, "the task factory gave no future of the coroutine's result type"));
}

void caw_loop_set_task_factory(caw_loop *loop, caw_task_factory *factory, void *data)
{
    loop->factory = factory;
    loop->factory_data = data;
    loop->make_task = factory ? factory_make : NULL;
    loop->eager = false;
}

caw_task_factory *caw_loop_get_task_factory(const caw_loop *loop, void **data)
{
    if (data) *data = loop->make_task ? loop->factory_data : NULL;
    return loop->make_task ? loop->factory : NULL;
}

caw_any *caw_task_new(caw_any *coroutine, const caw_spawn_options *options)
{
    caw_spawn_options own = options ? *options : (caw_spawn_options){.loop = NULL};
    own.caw__own = true;
    if (caw__kind(coroutine) == CAW__FRESH && !(coroutine->state & CAW__GENERATOR)) {
        return caw__spawn(coroutine, caw__any_shape(coroutine), &own);
    }
    caw__drop(coroutine);
    return caw__future_failed(caw_error_new(CAW_TYPE_ERROR, "caw_task_new: not a coroutine that has not run"));
}

CAW__COLD_END
