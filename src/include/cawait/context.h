/*
 * Owns: context variables (contextvars): values that follow a task and the callbacks it schedules.
 * Must not know: tasks; the loop tells which context is current.
 */
#ifndef CAWAIT_CONTEXT_H
#define CAWAIT_CONTEXT_H

#include <cawait/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A variable: a static object of the program's, identified by its address. `initial` is what get gives where nothing was set.
 *     static caw_context_var request_id = CAW_CONTEXT_VAR("request_id", caw_int(0));
 */
typedef struct caw_context_var {
    const char *name;
    caw_value   initial;
} caw_context_var;
#define CAW_CONTEXT_VAR(name, initial) {(name), (initial)}

/* A set of bindings; reference counted. A task gives up its own when it has ended. */
typedef struct caw_context caw_context;

/*
 * The variable's value in the current context; a value of its own (caw_value_drop it), as caw_value_copy makes them.
 * Source: ContextVar.get.
 */
caw_value caw_context_get(const caw_context_var *var);
/*
 * Binds it in the current context; consumes `value` in every case. 0 or -CAW_MEMORY_ERROR. A value belongs to the binding; when the
 * last context that has this is gone, or binds it anew, the value is dropped, after all is done: a destructor finds contexts whole.
 * Takes time and memory as the logarithm of the number of variables. Source: ContextVar.set.
 */
CAW__NODISCARD int caw_context_set(const caw_context_var *var, caw_value value);

/* A copy of the current context, O(1); NULL without memory. Source: contextvars.copy_context. */
CAW__REFERENCE caw_context *caw_context_copy(void);
/* Calls function(argument) with `context` current. Source: Context.run. */
void caw_context_run(caw_context *context, void (*function)(void *), void *argument);

#ifdef __cplusplus
}
#endif
#endif
