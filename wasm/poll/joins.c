/*
 * Owns: what a worker's thread is told while it works, by its loop and by other workers with which its work is joined.
 * Must not know: what that is.
 */
#include "thread.h"
#include <stdlib.h>
#include <string.h>

pthread_mutex_t caw__threads_lock = PTHREAD_MUTEX_INITIALIZER;

void caw__thread_tell(thread *t)
{
    if (!t->hears || t->telling || (!t->memos.first && !t->cancels)) return;
    t->telling = true;
    caw__posts_add(t->hears, &t->told);
}

/* ---- Under the lock ------------------------------------------------------------------------------------------------------------- */

static join *join_of(thread *t, uint32_t number)
{
    join *j = t->joins;
    while (j && j->number != number) j = j->next;
    return j;
}

static join *join_new(thread *other, uint32_t number, const caw__memo *last)
{
    join      *j = malloc(sizeof *j);
    caw__memo *memo = j ? caw__host_memory(NULL, 0, last->size) : NULL;
    if (!memo) {
        free(j);
        return NULL;
    }
    memcpy(memo, last, last->size);
    memo->room = last->size;
    *j = (join){NULL, other, number, memo};
    return j;
}

static void join_free(join *j)
{
    if (j) caw__memo_free(j->last);
    free(j);
}

static void memo_add(thread *t, caw__memo *memo)
{
    caw__memos_add(&t->memos, memo);
    caw__thread_tell(t);
}

/* Its work is over; the others hear so. */
void caw__thread_part(thread *t)
{
    for (join *j; (j = t->joins) != NULL; join_free(j)) {
        join *theirs = j->other ? join_of(j->other, j->number) : NULL;
        t->joins = j->next;
        if (!theirs) continue;
        theirs->other = NULL;
        memo_add(j->other, j->last);
        j->last = NULL;
    }
}

bool caw__host_worker_join(caw__worker *one, caw__worker *other, uint32_t number, const caw__memo *last)
{
    thread *a = (thread *)one->id, *b = (thread *)other->id;
    join   *ours = join_new(b, number, last), *theirs = join_new(a, number, last);
    pthread_mutex_lock(&caw__threads_lock);
    bool can = ours && theirs && a->has_work && b->has_work;
    if (can) {
        ours->next = a->joins;
        a->joins = ours;
        theirs->next = b->joins;
        b->joins = theirs;
    }
    pthread_mutex_unlock(&caw__threads_lock);
    if (can) return true;
    join_free(ours);
    join_free(theirs);
    return false;
}

void caw__host_desk_tell_by(caw__desk *desk, uint32_t number, caw__memo *memo)
{
    thread *t = caw__thread_of_desk(desk);
    pthread_mutex_lock(&caw__threads_lock);
    join *j = join_of(t, number);
    if (j && j->other) memo_add(j->other, memo);
    else caw__memo_free(memo);
    pthread_mutex_unlock(&caw__threads_lock);
}
