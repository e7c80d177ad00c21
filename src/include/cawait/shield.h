/*
 * Owns: shield: awaiting something without passing one's own cancellation on to it (asyncio.shield).
 */
#ifndef CAWAIT_SHIELD_H
#define CAWAIT_SHIELD_H

#include <cawait/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * caw_shield(handle): an awaitable with the same outcome; cancelling it, or the task that awaits it, cancels only this one, while
 * what is inside goes on. Consumes the handle; a coroutine becomes a task, which the loop keeps alive. If the inside fails after
 * the shield was cancelled, that is an error like any other: reported if nobody ever asks for it (asyncio before 3.15.2: at once).
 * What is done already comes back as it is. Over a plain future that nobody completes it lives until the loop is closed, which
 * cancels it. Source: asyncio.shield; rule 16.
 */
#ifndef __cplusplus
#define caw_shield(handle)                                                                                                     \
    (CAW__USED(__typeof__(handle)) caw__shield(caw_base(handle), caw__shared_shape(CAW__SHAPE(CAW__RESULT(handle)))))
#else
#define caw_shield(handle) (CAW__HERE(), caw__shield_of(+(handle)))
#endif
CAW__HANDLE caw_any *caw__shield(caw_any *any, uint32_t shape);

#ifdef __cplusplus
extern "C++" template <class T> CAW__HANDLE inline caw__of<T> caw__shield_of(T (*handle)(caw_any *))
{
    return (caw__of<T>)caw__shield((caw_any *)handle, caw__shaped<T>());
}
}
#endif
#endif
