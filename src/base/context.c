/*
 * Owns: contexts: copies of the set of bindings, and which one is current.
 * Must not know: what a binding is (context_var.c), who switches contexts (task.c, handle.c, future.c).
 */
#include "base/base.h"

CAW__COLD

CAW__TLS caw_context *caw__context; /* current; NULL: empty so far. Owned. */

static void context_release(void *object)
{
    caw_context *context = object;
    caw__object *root = context->root;
    caw__free(context, sizeof *context);
    caw_unref(root);
}
static const caw__type context_type = {.name = "context", .release = context_release};

caw_context *caw__context_new(void) { return caw__object_new(&context_type, CAW__OBJECT, sizeof(caw_context)); }

int caw__context_snapshot(const caw_context *context, caw_context **copy)
{
    *copy = NULL;
    if (!context || !context->root) return 0;
    *copy = caw__context_new();
    if (!*copy) return -CAW_MEMORY_ERROR;
    (*copy)->root = caw_ref(context->root);
    return 0;
}

caw_context *caw_context_copy(void)
{
    caw_context *copy;
    if (caw__context_snapshot(caw__context, &copy)) return NULL;
    return copy ? copy : caw__context_new();
}

void caw_context_run(caw_context *context, void (*function)(void *), void *argument)
{
    caw_context *outer = caw__context;
    caw__context = caw_ref(context);
    function(argument);
    caw__context_leave(outer);
}

CAW__COLD_END
