// refused: a goto has left a CAW_TRY, CAW_WITH or CAW_FOR_AWAIT block and comes here
#include <cawait.h>

CAW_ASYNC(int, caller, int n)
{
    CAW_BEGIN(int) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, caw_sleep(1));
            if (n) goto out;
        }
        CAW_END_TASK_GROUP;
    out:
        CAW_RETURN(1);
    } CAW_END;
}
