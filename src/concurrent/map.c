/*
 * Owns: one function over many items, in an executor.
 * Must not know: which function.
 */
#include "concurrent/concurrent.h"

CAW__COLD

caw__handles caw__handles_new(size_t count)
{
    caw__handles all = {count ? caw__alloc(caw__size_of(0, count, sizeof *all.handles)) : NULL, count, false};
    if (count && !all.handles) all = (caw__handles){.refused = true};
    return all;
}

caw_of(caw_results *) caw__handles_gather(caw__handles all)
{
    if (all.refused) return (caw_of(caw_results *))caw__no_memory;
    caw_of(caw_results *) gathered = caw_gather_array(all.handles, all.count);
    if (all.handles) caw__free(all.handles, all.count * sizeof *all.handles);
    return gathered;
}

CAW__COLD_END
