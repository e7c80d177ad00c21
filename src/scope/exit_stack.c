/*
 * Owns: exit stacks: a list of exits, and unwinding it as nested CAW_WITHs would be.
 * Must not know: what an exit does. A plain callback is a manager, too.
 */
#include "base/error.h"
#include "task/task.h"
#include <cawait/exit_stack.h>

typedef struct entry {
    struct entry  *next;  /* the one entered before */
    struct entry **place; /* what points to it, while it is busy: many may be entered at once */
    caw_with       with;
    caw_error     *error; /* what its exit got */
    union {               /* of a callback, which is its own `self` */
        void (*function)(void *argument);
        caw_of(void) (*async)(void *argument);
    };
    void *argument;
} entry;

struct caw_exit_stack {
    caw__object object;
    entry      *top;
    entry      *busy;   /* whose enter or exit is under way: the stack's, so that nothing is lost if that is cut off */
    caw_any    *unwind; /* made on entering: leaving must not fail for want of memory */
    caw_error  *body;   /* what left the block; the CAW_WITH's */
};

static void stack_push(entry **list, entry *e)
{
    e->next = *list;
    *list = e;
}

static void stack_begin(caw_exit_stack *s, entry *e)
{
    stack_push(&s->busy, e);
    e->place = &s->busy;
    if (e->next) e->next->place = &e->next;
}

static void stack_end(entry *e)
{
    *e->place = e->next;
    if (e->next) e->next->place = e->place;
}

static void free_entry(entry *e)
{
    if (e->with.type->release) e->with.type->release(e->with.self);
    caw_unref(e->error);
    caw__free(e, sizeof *e);
}

static void free_entries(entry **list)
{
    for (entry *e; (e = *list);) {
        *list = e->next;
        free_entry(e);
    }
}

static void stack_release(void *object)
{
    caw_exit_stack *s = object;
    free_entries(&s->top);
    free_entries(&s->busy);
    caw__drop(s->unwind);
    caw__free(s, sizeof *s);
}

static const caw__type stack_type = {"ExitStack", stack_release, NULL};

caw_exit_stack *caw_exit_stack_new(void) { return caw__object_new(&stack_type, CAW__OBJECT, sizeof(caw_exit_stack)); }

/* ---- Pushing ------------------------------------------------------------------------------------------------------------- */

static entry *entry_new(caw_with with)
{
    entry *e = caw__alloc(sizeof *e);
    if (e) *e = (entry){.with = with};
    return e;
}

int caw_exit_stack_push(caw_exit_stack *s, caw_with with)
{
    CAW__OURS(s);
    entry *e = entry_new(with);
    if (!e) return -CAW_MEMORY_ERROR;
    stack_push(&s->top, e);
    return 0;
}

static CAW_ASYNC(void, stack_enter, caw_exit_stack *s, entry *e)
{
    CAW_BEGIN_OWNING(void, (free_entry(e), caw_unref(s))) {
        bool held = false;
        CAW_TRY {
            CAW_DEFER(caw_unref, s);
            held = true;
            stack_begin(s, e);
            caw_any *entering = e->with.type->enter ? caw_base(e->with.type->enter(e->with.self)) : NULL;
            if (entering) CAW_AWAIT((caw_of(void))entering);
            stack_end(e);
            stack_push(&s->top, e);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            if (held) stack_end(e);
            free_entry(e);
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

caw_of(void) caw_exit_stack_enter(caw_exit_stack *s, caw_with with)
{
    CAW__OURS(s);
    entry *e = entry_new(with);
    if (e) return stack_enter(caw_ref(s), e);
    if (with.type->release) with.type->release(with.self);
    return (caw_of(void))caw__no_memory;
}

/* ---- Callbacks ----------------------------------------------------------------------------------------------------------- */

static caw_of(bool) stack_call(void *self, caw_error *error)
{
    (void)error;
    entry *e = self;
    e->function(e->argument);
    return NULL;
}

static CAW_ASYNC(bool, call_async, void *self, caw_error *error)
{
    CAW_BEGIN(bool) {
        (void)error;
        entry *e = self;
        CAW_AWAIT(e->async(e->argument));
        CAW_RETURN(false);
    } CAW_END;
}

static const caw_with_type callback_type = {.exit = stack_call}, async_callback_type = {.exit = call_async};

int caw_exit_stack_callback(caw_exit_stack *s, void (*function)(void *), void *argument)
{
    CAW__OURS(s);
    entry *e = entry_new((caw_with){NULL, &callback_type});
    if (!e) {
        function(argument);
        return -CAW_MEMORY_ERROR;
    }
    e->with.self = e;
    e->function = function;
    e->argument = argument;
    stack_push(&s->top, e);
    return 0;
}

int caw_exit_stack_async_callback(caw_exit_stack *s, caw_of(void) (*function)(void *), void *argument)
{
    CAW__OURS(s);
    entry *e = entry_new((caw_with){NULL, &async_callback_type});
    if (!e) return -CAW_MEMORY_ERROR;
    e->with.self = e;
    e->async = function;
    e->argument = argument;
    stack_push(&s->top, e);
    return 0;
}

/* ---- Unwinding ----------------------------------------------------------------------------------------------------------- */

/* What an exit raises has as context the error before it, as if there were nested blocks, where it has what is being handled here. */
static void nest(caw_error *raised, caw_error *before, const caw_error *handled)
{
    caw_error *context;
    for (; (context = caw_error_context(raised)) != handled; raised = context) {
        if (!context || context == before) return;
    }
    if (context && context != before && !(before && caw__error_reaches(before, raised)))
        caw__error_set_context(raised, caw_ref(before));
}

static CAW_ASYNC(bool, unwind, caw_exit_stack *s)
{
    CAW_BEGIN(bool) {
        caw_error *handled = caw__error_handled(&caw__inside_CAW_BEGIN);
        bool       received = s->body != NULL, swallowed = false, pending = false;
        caw_error *error = caw_ref(s->body);
        while (s->top) {
            entry *e = s->top;
            s->top = e->next;
            stack_begin(s, e);
            e->error = error;
            CAW_TRY {
                caw_any *exiting = caw__with_exit(e->with, e->error);
                if (exiting && CAW_AWAIT((caw_of(bool))exiting)) {
                    swallowed = true;
                    pending = false;
                    caw_unref(e->error);
                    e->error = NULL;
                }
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, raised) {
                pending = true;
                nest(raised, e->error, handled);
                caw_unref(e->error);
                e->error = caw_ref(raised);
            }
            CAW_END_TRY;
            error = e->error;
            e->error = NULL;
            stack_end(e);
            free_entry(e);
        }
        if (pending) CAW__PASS_ON(error);
        caw_unref(error);
        CAW_RETURN(received && swallowed);
    } CAW_END;
}

caw_exit_stack *caw_exit_stack_pop_all(caw_exit_stack *s)
{
    CAW__OURS(s);
    caw_exit_stack *all = caw_exit_stack_new();
    if (!all) return NULL;
    all->top = s->top;
    s->top = NULL;
    return all;
}

static CAW_ASYNC(void, stack_aclose, caw_exit_stack *s)
{
    CAW_BEGIN_OWNING(void, caw_unref(s)) {
        CAW_DEFER(caw_unref, s);
        s->body = NULL;
        CAW_AWAIT(unwind(s));
    } CAW_END;
}

caw_of(void) caw_exit_stack_aclose(caw_exit_stack *s) { return stack_aclose(caw_ref(s)); }

/* ---- As a manager -------------------------------------------------------------------------------------------------------- */

static caw_of(void) prepare(void *self)
{
    caw_exit_stack *s = self;
    if (s->unwind) return NULL;
    caw_any *coroutine = caw_base(unwind(s));
    if (coroutine->kind != CAW__FRESH) return (caw_of(void))coroutine;
    s->unwind = coroutine;
    return NULL;
}

static caw_of(bool) stack_leave(void *self, caw_error *error)
{
    caw_exit_stack *s = self;
    caw_of(bool) coroutine = s->unwind ? (caw_of(bool))s->unwind : unwind(s);
    s->unwind = NULL;
    s->body = error;
    return coroutine;
}

static const caw_with_type borrowing = {.enter = prepare, .exit = stack_leave},
                           owning = {.enter = prepare, .exit = stack_leave, .release = caw_unref};

caw_with caw_exit_stack_with(caw_exit_stack *s) { return (caw_with){s, &borrowing}; }
caw_with caw__exit_stack_with(caw_exit_stack *s) { return s ? (caw_with){s, &owning} : caw__with_no_memory(); }
