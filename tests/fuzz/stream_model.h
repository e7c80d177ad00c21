/*
 * Owns: what a reader of a stream must give: a request, what is unread, and asyncio's answer to it.
 * Must not know: the library's readers.
 */
#ifndef FUZZ_STREAM_MODEL_H
#define FUZZ_STREAM_MODEL_H

#include "input.h"

enum { LONGEST = 1 << 16 };

/* Everything that was fed, and how much of it was read. */
typedef struct model {
    uint8_t data[LONGEST];
    size_t  fed, read, limit;
    bool    ended;
    int     error; /* that was set: its type; 0: none */
} model;

typedef enum request_kind { SOME, ALL, EXACTLY, LINE, NEXT_LINE, UNTIL, UNTIL_ANY } request_kind;
typedef struct request {
    request_kind kind;
    ptrdiff_t    n; /* how many; of UNTIL which separator, of UNTIL_ANY how many of them */
} request;

typedef struct answer {
    bool      waits;
    size_t    given, dropped; /* of the front; nothing else is read */
    int       error;          /* instead of what is given; an IncompleteReadError has it */
    ptrdiff_t expected;       /* of an IncompleteReadError */
    size_t    consumed;       /* of a LimitOverrunError */
} answer;

extern const caw_bytes separators[3];

request request_new(void);
answer  model_answer(const model *m, request r);
/* The next `count` bytes that are fed: of few letters, so that there are lines. */
void model_feed(model *m, size_t count);
/* What a read gave, or its error, is what the answer says; the model has read it then. */
void model_check(model *m, request r, answer a, const caw_string *bytes, const caw_error *error);

caw_of(caw_string *) request_await(caw_stream_reader *reader, request r);

#endif
