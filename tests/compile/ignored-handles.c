// refused: ignored-handles.c:30
// refused: ignored-handles.c:31
// refused: ignored-handles.c:32
// refused: ignored-handles.c:33
// refused: ignored-handles.c:34
// refused: ignored-handles.c:35
// refused: ignored-handles.c:36
// refused: ignored-handles.c:37
// refused: await it, spawn it or give it to caw_drop
#include <cawait.h>

CAW_ASYNC(int, child, int n)
{
    CAW_BEGIN(int) {
        CAW_RETURN(n);
    } CAW_END;
}

CAW_ASYNC_GEN(int, numbers, int n)
{
    CAW_BEGIN_GEN(int) { CAW_YIELD(n); }
    CAW_END_GEN;
}

CAW_ASYNC(void, caller, caw_task_group *group)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(child(0)); /* a plain result may be left where it is */
        (void)child(0);      /* if you must */
        child(1);
        caw_sleep(1);
        numbers(1);
        caw_spawn(child(1));
        caw_spawn(child(1), .name = "child");
        caw_group_spawn(group, child(1));
        caw_gather(child(1), child(2));
        caw_wait_for(child(1), 1);
    } CAW_END;
}
