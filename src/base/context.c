/*
 * Owns: contexts: immutable chains of bindings, shared between copies, and which one is current.
 * Must not know: who switches them (task.c, handle.c, future.c).
 */
#include "base/base.h"

CAW__COLD

typedef struct binding {
    caw__object            object;
    struct binding        *next;
    const caw_context_var *var;
    caw_value              value;
} binding;

struct caw_context {
    caw__object object;
    binding    *bindings;
};

CAW__TLS caw_context *caw__context; /* current; NULL: empty so far. Owned. */

static void binding_release(void *object)
{
    binding *b = object;
    while (b) { /* the chain, without recursion */
        binding *next = b->next;
        caw_value_drop(b->value);
        caw__free(b, sizeof *b);
        b = next && next->object.refs == 1 ? next : (caw_unref(next), NULL);
    }
}
static const caw__type binding_type = {"binding", binding_release, NULL};

static void context_release(void *object)
{
    caw_context *context = object;
    caw_unref(context->bindings);
    caw__free(context, sizeof *context);
}
static const caw__type context_type = {"context", context_release, NULL};

static binding *find(const caw_context *context, const caw_context_var *var)
{
    binding *b = context ? context->bindings : NULL;
    while (b && b->var != var) b = b->next;
    return b;
}

caw_value caw_context_get(const caw_context_var *var)
{
    const binding *b = find(caw__context, var);
    return caw_value_copy(b ? b->value : var->initial);
}

/* The chain without `var`, what stands behind it shared; false without memory. */
static bool without(binding *chain, const binding *gone, binding **result)
{
    if (!gone) {
        *result = caw_ref(chain);
        return true;
    }
    binding *head = NULL, **end = &head;
    for (; chain != gone; chain = chain->next) {
        binding *copy = caw__object_new(&binding_type, CAW__OBJECT, sizeof *copy);
        if (!copy) {
            caw_unref(head);
            return false;
        }
        copy->var = chain->var;
        copy->value = caw_value_copy(chain->value);
        *end = copy;
        end = &copy->next;
    }
    *end = caw_ref(gone->next);
    *result = head;
    return true;
}

int caw_context_set(const caw_context_var *var, caw_value value)
{
    if (!caw__context) caw__context = caw__object_new(&context_type, CAW__OBJECT, sizeof *caw__context);
    binding *b = caw__context ? caw__object_new(&binding_type, CAW__OBJECT, sizeof *b) : NULL;
    if (!b || !without(caw__context->bindings, find(caw__context, var), &b->next)) {
        caw_unref(b);
        caw_value_drop(value);
        return -CAW_MEMORY_ERROR;
    }
    b->var = var;
    b->value = value;
    caw_unref(caw__context->bindings);
    caw__context->bindings = b;
    return 0;
}

int caw__context_snapshot(const caw_context *context, caw_context **copy)
{
    *copy = NULL;
    if (!context || !context->bindings) return 0;
    *copy = caw__object_new(&context_type, CAW__OBJECT, sizeof **copy);
    if (!*copy) return -CAW_MEMORY_ERROR;
    (*copy)->bindings = caw_ref(context->bindings);
    return 0;
}

caw_context *caw_context_copy(void)
{
    caw_context *copy;
    if (caw__context_snapshot(caw__context, &copy)) return NULL;
    return copy ? copy : caw__object_new(&context_type, CAW__OBJECT, sizeof *copy);
}

void caw_context_run(caw_context *context, void (*function)(void *), void *argument)
{
    caw_context *outer = caw__context;
    caw__context = caw_ref(context);
    function(argument);
    caw_unref(caw__context);
    caw__context = outer;
}

CAW__COLD_END
