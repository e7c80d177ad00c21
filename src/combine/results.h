/*
 * Owns: what a caw_results is inside, for those who make one.
 * Must not know: who reads it (gather.c).
 */
#ifndef CAW_RESULTS_H
#define CAW_RESULTS_H

#include "task/task.h"
#include <cawait/gather.h>

struct caw_results {
    caw__object object;
    size_t      count;
    caw_future *items[]; /* in the order of the arguments; references, NULL: not begun */
};

caw_results *caw__results_new(size_t count); /* of NULLs; NULL without memory */

#endif
