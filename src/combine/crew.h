/*
 * Owns: a future over several others that is done only when all of these have ended (race, any_of, map).
 * Must not know: which end decides; its rules do.
 */
#ifndef CAW_CREW_H
#define CAW_CREW_H

#include "combine/over.h"
#include "combine/results.h"

typedef struct crew crew;

typedef struct crew_rules {
    caw__over_type type;                        /* of the future; made by CREW_TYPE */
    bool (*decides)(const caw_future *ended);   /* its outcome is the crew's; the others are cancelled */
    void (*undecided)(crew *c);                 /* all have ended and none decided: finishes the future */
    caw_future *(*next)(crew *c, size_t index); /* begins another, a reference for the children; NULL: there are no others */
} crew_rules;
#define CREW_TYPE(name)                                                                                                        \
    CAW__OVER_FUTURE(name, caw__crew_release, CAW__OVER_CREW, caw__crew_run, caw__crew_awaited, caw__crew_detach,              \
                     caw__crew_count, caw__crew_member, caw__crew_over, caw__crew_asked)

/* One block: the future, its value, then this. */
struct crew {
    const crew_rules *rules;
    caw_future       *future; /* the head of the block */
    caw__over         over;
    caw_results      *children; /* all of them, in order */
    size_t            begun;    /* how many of them */
    size_t            running;
    caw_future       *decided;   /* one of the children */
    caw_error        *cancelled; /* it was cancelled, with this */
    void             *supply;    /* counted; of `next` */
    size_t            count;
    caw__member       members[]; /* each holds a reference while it is in a list */
};

void        caw__crew_release(void *object);
void        caw__crew_run(caw__node *node);
size_t      caw__crew_count(const caw__over *over);
caw_future *caw__crew_member(caw__over *over, size_t index);
caw_future *caw__crew_awaited(const caw__over *over);
void        caw__crew_detach(caw__over *over);
caw__over  *caw__crew_over(caw_future *future);
void        caw__crew_asked(caw__over *over, const char *message);

/*
 * With nobody in it, for `children`, which it takes over (NULL: no memory), `count` at once. NULL without memory; the supply stays
 * the caller's then.
 */
crew *caw__crew_new(const crew_rules *rules, caw_results *children, size_t count, uint32_t shape, void *supply);
/* The children that are there, or else the first ones, are watched. A finished future may come back. */
caw_any *caw__crew_begin(crew *c);
/* Consumes the error. */
void caw__crew_fail(crew *c, caw_error *error);

#endif
