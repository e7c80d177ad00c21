/*
 * Owns: generators as context managers, exact to contextlib's: which error goes in, and what is made of the one that comes out.
 * Must not know: the type of the items.
 */
#include "task/forward.h"
#include <cawait/generator_with.h>

typedef struct managed {
    caw_generator *generator; /* a reference */
    void          *place;     /* of its item; may be NULL */
} managed;

static void with_release(void *self)
{
    managed *m = self;
    caw_unref(m->generator);
    caw__free(m, sizeof *m);
}

static CAW_ASYNC(void, with_enter, void *self)
{
    CAW_BEGIN(void) {
        managed *m = self;
        CAW_TRY {
            CAW__AWAIT_TO(caw__anext(m->generator), m->place);
        } CAW_EXCEPT(CAW_STOP_ASYNC_ITERATION, error) {
            CAW_RAISE_ERROR(caw_error_set_cause(caw_error_new(CAW_RUNTIME_ERROR, "generator didn't yield"), NULL));
        }
        CAW_END_TRY;
    } CAW_END;
}

/* It has yielded where it should have ended. */
static CAW_ASYNC(void, with_refuse, caw_generator *g, const char *why)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_RAISE(CAW_RUNTIME_ERROR, "%s", why);
        } CAW_FINALLY {
            CAW_AWAIT(caw__aclose(g));
        }
        CAW_END_TRY;
    } CAW_END;
}

static CAW_ASYNC(bool, with_end, caw_generator *g)
{
    CAW_BEGIN(bool) {
        bool ended = false;
        CAW_TRY {
            CAW__AWAIT_TO(caw__anext(g), NULL);
        } CAW_EXCEPT(CAW_STOP_ASYNC_ITERATION, error) {
            ended = true;
        }
        CAW_END_TRY;
        if (!ended) CAW_AWAIT(with_refuse(g, "generator didn't stop"));
        CAW_RETURN(false);
    } CAW_END;
}

static CAW_ASYNC(bool, throw, caw_generator *g, caw_error *error)
{
    CAW_BEGIN(bool) {
        bool ended = false, swallowed = false;
        CAW_TRY {
            CAW__AWAIT_TO(caw__athrow(g, caw_ref(error)), NULL);
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, raised) {
            /* a StopAsyncIteration that the block raised comes out as the cause of a RuntimeError */
            bool same = raised == error || (caw_error_is(error, CAW_STOP_ASYNC_ITERATION) &&
                                            caw_error_is(raised, CAW_RUNTIME_ERROR) && caw_error_cause(raised) == error);
            swallowed = !same && caw_error_is(raised, CAW_STOP_ASYNC_ITERATION);
            ended = true;
            if (!same && !swallowed) CAW_RERAISE();
        }
        CAW_END_TRY;
        if (!ended) CAW_AWAIT(with_refuse(g, "generator didn't stop after athrow()"));
        CAW_RETURN(swallowed);
    } CAW_END;
}

static caw_of(bool) with_leave(void *self, caw_error *error)
{
    managed *m = self;
    return error ? throw(m->generator, error) : with_end(m->generator);
}

static const caw_with_type generator_type = {.enter = with_enter, .exit = with_leave, .release = with_release};

caw_with caw__generator_with(caw_generator *g, void *place)
{
    managed *m = caw__alloc(sizeof *m);
    if (!m) {
        caw_unref(g);
        return caw__with_no_memory();
    }
    *m = (managed){g, place};
    g->managed = true;
    return (caw_with){m, &generator_type};
}

/* ---- aclosing ------------------------------------------------------------------------------------------------------------ */

static CAW_ASYNC(bool, with_close, void *self, caw_error *error)
{
    CAW_BEGIN(bool) {
        (void)error;
        CAW_AWAIT(caw__aclose(self));
        CAW_RETURN(false);
    } CAW_END;
}

static const caw_with_type closing_type = {.exit = with_close, .release = caw_unref};

caw_with caw__aclosing(caw_generator *g) { return (caw_with){g, &closing_type}; }
