/*
 * Owns: memos of work that goes on, from the worker's instance to the one that waits for it, or to another worker's.
 * Must not know: what they say. Linked only into programs whose jobs have ends of channels.
 */
#include "bridge.h"

CAW__COLD

CAW__IMPORT(work_tell) void caw__js_work_tell(const void *data, size_t size);
CAW__IMPORT(work_tell_by) void caw__js_work_tell_by(uint32_t number, const void *data, size_t size);
CAW__IMPORT(worker_join)
bool caw__js_worker_join(intptr_t one, intptr_t other, uint32_t number, const void *last, size_t size);

bool caw__host_worker_join(caw__worker *one, caw__worker *other, uint32_t number, const caw__memo *last)
{
    return !caw__js_over() && caw__js_worker_join(one->id, other->id, number, last, last->size);
}

void caw__host_desk_tell_by(caw__desk *desk, uint32_t number, caw__memo *memo)
{
    (void)desk;
    caw__js_work_tell_by(number, memo, memo->size);
    caw__host_memory(memo, memo->room, 0);
}

void caw__host_desk_tell(caw__desk *desk, caw__memo *memo)
{
    (void)desk;
    caw__js_work_tell(memo, memo->size);
    caw__host_memory(memo, memo->room, 0);
}

/* JavaScript has written it where it writes an answer. */
CAW__EXPORT(caw_worker_hear) void caw__js_worker_hear(caw__worker *worker)
{
    caw__memo *memo = worker->parcel.data;
    memo->size = worker->parcel.size;
    memo->room = worker->parcel.room;
    worker->parcel = (caw__parcel){0};
    worker->heard(worker, memo);
}

CAW__COLD_END
