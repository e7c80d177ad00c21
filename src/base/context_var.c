/*
 * Owns: context variables: the immutable trie of bindings that is in a context, reading and setting.
 * Must not know: who else has parts of the trie.
 *
 * The bits of a variable's address lead to its binding; a fork stands at each bit in which two of them differ, the highest first. One
 * variable is one block. Setting one copies the forks above it that somebody else has, too: as many as the logarithm of how many
 * variables there are, at most as many as an address has bits. Bindings are never copied, so a value has one owner here, the
 * binding, and its destructor is called when that goes: always last, when all is as it should be, as it may set, read or schedule.
 */
#include "base/base.h"

CAW__COLD

typedef struct binding {
    caw__object            object;
    const caw_context_var *var;
    caw_value              value;
} binding;

typedef struct fork {
    caw__object  object;
    uintptr_t    bit;
    caw__object *side[2]; /* where the bit is 0, 1; references to forks of lower bits or bindings */
} fork;

static void binding_release(void *object)
{
    binding  *b = object;
    caw_value value = b->value;
    caw__free(b, sizeof *b);
    caw__value_drop(value);
}
static const caw__type binding_type = {.name = "binding", .release = binding_release};

static void fork_release(void *object)
{
    fork        *f = object;
    caw__object *one = f->side[0], *other = f->side[1];
    caw__free(f, sizeof *f);
    caw_unref(one); /* by recursion, as deep as an address has bits */
    caw_unref(other);
}
static const caw__type fork_type = {.name = "fork", .release = fork_release};

static fork *as_fork(caw__object *node) { return node && node->type == &fork_type ? (fork *)(void *)node : NULL; }

/* The binding of this variable or, if there is none, one that differs from it where no other differs earlier; NULL: nothing is bound. */
static binding *nearest(caw__object *node, const caw_context_var *var)
{
    for (fork *f, *above = NULL; (f = as_fork(node)) != NULL; above = f) {
        CAW__ALWAYS(!above || f->bit < above->bit);
        node = f->side[((uintptr_t)var & f->bit) != 0];
    }
    return (binding *)(void *)node;
}

caw_value caw_context_get(const caw_context_var *var)
{
    const binding *b = caw__context ? nearest(caw__context->root, var) : NULL;
    return caw_value_copy(b && b->var == var ? b->value : var->initial);
}

/* The highest bit in which two addresses differ; 0: in none. */
static uintptr_t difference(const void *one, const void *other)
{
    uintptr_t differ = (uintptr_t)one ^ (uintptr_t)other;
    return differ ? (uintptr_t)1 << (63 - __builtin_clzll(differ)) : 0;
}

/* A fork whose one side is there, and whose other is still NULL, at *place; that becomes the address of the other. */
static bool fork_at(caw__object ***place, uintptr_t bit, uintptr_t key, caw__object *beside)
{
    fork *f = caw__object_new(&fork_type, CAW__OBJECT, sizeof *f);
    if (!f) return false;
    bool side = (key & bit) != 0;
    f->bit = bit;
    f->side[!side] = caw_ref(beside);
    **place = &f->object;
    *place = &f->side[side];
    return true;
}

int caw_context_set(const caw_context_var *var, caw_value value)
{
    if (!caw__context) caw__context = caw__context_new();
    binding *b = caw__context ? caw__object_new(&binding_type, CAW__OBJECT, sizeof *b) : NULL;
    if (!b) {
        caw_value_drop(value);
        return -CAW_MEMORY_ERROR;
    }
    uintptr_t      key = (uintptr_t)var;
    caw__object  **old = &caw__context->root; /* what is replaced */
    caw__object   *node = *old, *made = NULL, **end = &made;
    const binding *near = nearest(node, var);
    uintptr_t      bit = near ? difference(near->var, var) : 0;
    bool           own = true, whole = true; /* nobody else has the forks so far: they need no copy */
    for (fork *f; whole && (f = as_fork(node)) != NULL && f->bit > bit;) {
        caw__object **next = &f->side[(key & f->bit) != 0];
        own = own && f->object.refs == 1;
        if (own) old = next;
        else whole = fork_at(&end, f->bit, key, f->side[(key & f->bit) == 0]);
        node = *next;
    }
    if (whole && bit) whole = fork_at(&end, bit, key, node);
    if (!whole) {
        caw_unref(made);
        caw_unref(b);
        caw_value_drop(value);
        return -CAW_MEMORY_ERROR;
    }
    b->var = var;
    b->value = value;
    *end = &b->object;
    node = *old;
    *old = made;
    caw_unref(node);
    return 0;
}

typedef void found(void *data, const caw_context_var *var, const caw_value *value);

static void each(caw__object *node, found *tell, void *data) /* by recursion, as deep as an address has bits */
{
    fork *f = as_fork(node);
    if (f) {
        each(f->side[0], tell, data);
        each(f->side[1], tell, data);
    } else if (node) {
        const binding *b = (binding *)(void *)node;
        tell(data, b->var, &b->value);
    }
}

void caw__context_each(const caw_context *context, found *tell, void *data) { each(context->root, tell, data); }

CAW__COLD_END
