// first: unused variable 'CAW_WITH_TASK_GROUP_without_CAW_END_TASK_GROUP'
// at: CAW_WITH_TASK_GROUP(group) {
#include <cawait.h>

CAW_ASYNC(void, enter, void)
{
    CAW_BEGIN(void) {
        CAW_WITH_TASK_GROUP(group) {
            CAW_AWAIT(caw_sleep(1));
        }
    } CAW_END;
}
