/*
 * Owns: async context managers written as generators (contextlib.asynccontextmanager), and aclosing.
 * Must not know: how a generator runs.
 *
 *     CAW_ASYNC_GEN(connection *, connected, const char *url)
 *     {
 *         CAW_BEGIN_GEN(connection *) {
 *             connection *c = CAW_AWAIT(connect_to(url));
 *             CAW_TRY {
 *                 CAW_YIELD(c);                            // the block runs here; the error that leaves it is raised here
 *             } CAW_FINALLY {
 *                 CAW_AWAIT(disconnect(c));
 *             } CAW_END_TRY;
 *         } CAW_END_GEN;
 *     }
 *
 *     CAW_WITH_AS(connection *c, connected(url)) {
 *         CAW_AWAIT(talk(c));
 *     } CAW_END_WITH;
 */
#ifndef CAWAIT_GENERATOR_WITH_H
#define CAWAIT_GENERATOR_WITH_H

#include <cawait/generator.h>
#include <cawait/with.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * caw_generator_with(generator, place): a manager that runs the generator up to its one CAW_YIELD, whose item goes to *place (a T *
 * that lives as long as the block; NULL: the item is dropped), and at the end of the block from there to its end. What leaves the
 * block is raised at the CAW_YIELD; a body that catches it and ends swallows it. RuntimeError "generator didn't yield", and when it
 * yields once more "generator didn't stop", after it was closed. Consumes the generator. A counted item is yours, as of caw_anext.
 * CAW_WITH_AS(declaration, generator) { ... } CAW_END_WITH;  the block with the item as a variable. Source: asynccontextmanager.
 */
#define caw_generator_with(generator, place)                                                                                   \
    caw__generator_with(CAW__GENERATOR_OF(generator), 1 ? (place) : (CAW__ITEM(generator) *)0)
#define CAW_WITH_AS(declaration, generator)                                                                                    \
    {                                                                                                                          \
        CAW__QUIET                                                                                                             \
        CAW__USE(this_works_only_in_an_async_function_between_CAW_BEGIN_and_CAW_END)                                           \
        CAW__INSIDE(this_works_only_after_CAW_WITH)                                                                            \
        __auto_type const caw__managed = (generator);                                                                          \
        CAW__ITEM(caw__managed) caw__entered = {0};                                                                            \
        CAW__LOUD                                                                                                              \
        CAW__WITH(caw_generator_with(caw__managed, &caw__entered))                                                             \
        CAW__MUST_END CAW_WITH_without_CAW_END_WITH;                                                                           \
        CAW__LOUD                                                                                                              \
        declaration = caw__entered;

/*
 * A manager that closes the generator (caw_aclose) at the end of the block; consumes the reference. For one that is stepped by hand;
 * CAW_FOR_AWAIT closes its own. Source: contextlib.aclosing.
 *     CAW_WITH(caw_aclosing(caw_ref(g))) { int first = CAW_AWAIT(caw_anext(g)); ... } CAW_END_WITH;
 */
#define caw_aclosing(generator) caw__aclosing(CAW__GENERATOR_OF(generator))

/* ---- Private ----------------------------------------------------------------------------------------------------- */
caw_with caw__generator_with(caw_generator *generator, void *place);
caw_with caw__aclosing(caw_generator *generator);

#ifdef __cplusplus
}
#endif
#endif
