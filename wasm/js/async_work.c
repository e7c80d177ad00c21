/*
 * Owns: work that goes on in a worker's instance, in the loop that the instance has: its memos, its answer, the end of what it leaves.
 * Must not know: what the work is. Its other half is js/job.ts. Linked only into programs that have async jobs.
 */
#include "bridge.h"
#include "run/run.h"

CAW__COLD

CAW__IMPORT(work_answer) void caw__js_work_answer(const void *data, size_t size);

caw_loop *caw__host_desk_loop(caw__desk *desk)
{
    (void)desk;
    return caw__js_loop();
}

/* As a run's: the tasks that are left are cancelled and waited for, then the async generators are closed; then it has answered. */
static CAW__TLS struct {
    caw__node    node;
    caw__parcel  answer;
    caw_future  *awaited; /* a reference; NULL: nothing so far */
    caw__leavers leavers;
    bool         tasks, generators; /* which of them it is */
} end;

static caw_future *next_to_end(caw_loop *loop)
{
    if (!end.tasks && !end.generators) {
        caw_future *all = caw__leavers_ask(&end.leavers, loop);
        end.tasks = all != NULL;
        if (all) return all;
    } else if (end.tasks) {
        caw__leavers_gone(&end.leavers, true);
        end.tasks = false;
    }
    if (end.generators || !loop->generators) return NULL;
    end.generators = true;
    return caw__ensure_future(caw_base(loop->generators_end->shutdown(loop)), loop, CAW__SHAPE(void));
}

static void go_on(caw__node *node)
{
    caw_loop *loop = caw__js_loop();
    if (end.awaited) {
        caw_unref(caw__future_outcome(end.awaited)); /* nobody asks what came of it */
        caw_unref(end.awaited);
    }
    end.awaited = next_to_end(loop);
    if (end.awaited && end.awaited->object.state == CAW__PENDING) {
        caw__future_add(end.awaited, node);
    } else if (end.awaited) {
        caw__ready_push(loop, node);
    } else {
        end.generators = false;
        caw__js_work_answer(end.answer.data, end.answer.size);
        if (end.answer.data) caw__host_memory(end.answer.data, end.answer.room, 0);
    }
}

void caw__host_desk_answer(caw__desk *desk, caw__parcel *answer)
{
    (void)desk;
    end.answer = *answer;
    end.node = (caw__node)CAW__NODE(go_on);
    go_on(&end.node);
}

/* A memo that has come; a short one had no memory for what it says. */
CAW__EXPORT(caw_work_hear) void caw__js_work_hear(void)
{
    caw__memo *memo = caw__js_parcel.data;
    if (memo && caw__js_parcel.size >= sizeof *memo) {
        memo->size = caw__js_parcel.size;
        memo->room = caw__js_parcel.room;
        caw__js_parcel = (caw__parcel){0};
    } else {
        memo = NULL;
    }
    caw__work_hear(&caw__js_desk, memo);
}

CAW__COLD_END
