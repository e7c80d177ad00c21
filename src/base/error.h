/*
 * Owns: what an error value consists of, for the files that make errors of errors.
 * Must not know: what they make.
 */
#ifndef CAW_ERROR_VALUE_H
#define CAW_ERROR_VALUE_H

#include "base/base.h"

#define CAW__PLACES 8
/* In object.flags */
#define CAW__SUPPRESSED 1 /* the context is not shown */
#define CAW__ASKED_FOR 2  /* of a CancelledError: the task that it came to was asked to end */

typedef struct caw__note {
    struct caw__note *next;
    caw_string       *text;
} caw__note;

/* By what it was raised or awaited. */
typedef struct caw__place {
    const caw__desc *desc;
    unsigned         line;
} caw__place;

struct caw_error {
    caw__object object;
    uint16_t    type;
    uint16_t    places;
    int         errno_value;
    uint32_t    links;   /* how many have it as context, cause or member */
    uint64_t    search;  /* the last that came by */
    caw_error  *trail;   /* the next one of those still to be searched, or released */
    caw_string *message; /* NULL: the type's own text, or nothing */
    caw_error  *cause, *context;
    caw_js     *js;      /* the JavaScript value it came from */
    caw_string *partial; /* of an IncompleteReadError */
    ptrdiff_t amount; /* of that what was expected, of a LimitOverrunError what was consumed, of a rejection by promise.h why */
    caw__note  *notes;
    caw_error **children;
    size_t      child_count;
    caw__place  place[CAW__PLACES];
};

/* A search comes by each error once. Whether `error` is reachable from `from` by causes, contexts and members. */
bool caw__error_reaches(caw_error *from, const caw_error *error);
/* Marks `from` and all members, members of members and so on as come by in a search, which must be the last begun. */
uint64_t caw__error_search(void);
void     caw__error_mark(caw_error *from, uint64_t search);
/* Puts an error where another has one, and counts the link; takes the reference over, gives up that of the one before. */
void caw__error_link(caw_error **place, caw_error *error);

#endif
