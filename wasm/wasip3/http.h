/*
 * Owns: a message of HTTP as this host has it, a request or a response, for the files that make one and read one.
 * Must not know: who handles requests (http_handler.c), who sends them (fetch.c).
 */
#ifndef CAW_WASIP3_HTTP_H
#define CAW_WASIP3_HTTP_H

#include "instance.h"
#include "http/http.h"
#include <cawait/component.h>

#define CAW__HTTP "wasi:http/types@0.3.0"

/* A string as it lies in memory; one that came is freed by caw_component_free. */
typedef struct caw__http_text {
    char    *data;
    uint32_t size;
} caw__http_text;

typedef struct caw__http_field {
    caw__http_text name, value;
} caw__http_field;

/* error-code: a variant, some of whose cases have texts. */
typedef struct caw__http_code {
    uint8_t  code;
    uint64_t payload[3];
} caw__http_code;

/* result<response, error-code>, result<option<trailers>, error-code>, result<_, error-code> */
typedef struct caw__http_result {
    uint8_t failed;
    union {
        caw__http_code error;
        uint32_t       response;
        struct {
            uint8_t  there; /* an option's */
            uint32_t fields;
        } trailers;
    } of;
} caw__http_result;
_Static_assert(sizeof(caw__http_result) == 40, "as wasi:http/types has it");

typedef struct caw__in  caw__in;
typedef struct caw__out caw__out;

/* What is the host's: requests that came, responses. */
typedef struct caw__http_kind {
    uint32_t (*headers)(uint32_t handle);
    /* Its body, for the handle; `told` is the end of a future that is to say how reading went. */
    void (*consume)(uint32_t handle, uint32_t told, uint32_t stream_and_end[2]);
    void (*drop)(uint32_t handle);
    bool (*keep)(caw_js *message); /* what only the handle tells, before it is used up; false: no memory. NULL: nothing is */
} caw__http_kind;

/* A request that came, a response that is to go, a response that came. Handles are its own. */
struct caw_js {
    caw__object           object;
    const caw__http_kind *kind;
    uint32_t handle;   /* the resource; 0: none so far, or it is used up by who reads the body, or given to the host */
    uint32_t fields;   /* its headers; 0: not asked for so far */
    uint32_t trailers; /* what came behind its body; 0: nothing */
    uint32_t sent;     /* a future of how its request went: without it the host ends that; 0: none */
    void (*gone)(caw_js *message); /* drops that; NULL: there is none */
    uint16_t           status;
    bool               is_read; /* its body was asked for */
    caw_string        *method, *url;
    caw__http_field   *list; /* its headers in the order of their names; NULL: not asked for so far */
    uint32_t           count;
    caw__in           *in;     /* the body while it comes; NULL: it does not */
    caw__out          *out;    /* the body that is to go; NULL: there is none */
    caw_stream_reader *chunks; /* of caw_response_chunk */
};

/* A new one around a handle, which is dropped if there is no memory: NULL. (http_message.c) */
caw_js *caw__http_message(const caw__http_kind *kind, uint32_t handle);
/* Its headers' handle, which stays its own; 0: it has none any more. */
uint32_t caw__http_fields_of(const caw_js *message);
/* Its whole body. */
CAW__HANDLE                 caw_of(caw_string *) caw__http_whole(const caw_js *message, bool text);
extern const caw__http_kind caw__http_request;  /* (http_request.c) */
extern const caw__http_kind caw__http_response; /* (http_response.c) */

/* ---- Headers (http_fields.c) -------------------------------------------------------------------------------------------------- */

/* New ones: `own`, and what C was given; 0: the host or HTTP forbid one, and *why is a TypeError. */
uint32_t    caw__http_fields(const char *const *headers, const caw__http_field *own, size_t count, caw_error **why);
caw_string *caw__http_get(uint32_t fields, const char *name); /* several joined by ", "; NULL: none */
void        caw__http_drop_fields(uint32_t fields);           /* 0 is ignored */
void        caw__http_drop_list(caw_js *message);
static inline caw__http_field caw__http_field_of(const char *name, const char *value)
{
    return (caw__http_field){{(char *)(uintptr_t)name, (uint32_t)caw__length(name)},
                             {(char *)(uintptr_t)value, (uint32_t)caw__length(value)}};
}

/* ---- Errors (http_error.c) ---------------------------------------------------------------------------------------------------- */

/* What the host says as an OSError; lets go of its texts. */
caw_error *caw__http_error(caw__http_code *code);

/* ---- Futures that are written (http_future.c) ------------------------------------------------------------------------------------ */

/* What is told once, and stays in place until the host has read it. */
typedef struct caw__letter {
    caw__waitable    waitable;
    caw__http_result result; /* all zero: good, and nothing to add */
    uint32_t         future;
    bool             of_trailers; /* or of how reading went */
} caw__letter;
/* NULL: no memory. */
caw__letter *caw__letter_new(bool of_trailers, uint32_t *readable);
/* Consumes it. */
void caw__letter_send(caw__letter *it);

/* ---- A body that comes (http_in.c) ------------------------------------------------------------------------------------------------ */

/* Once, and *why it cannot be read: it was already, which is a TypeError; no memory. */
caw_stream_reader *caw__http_read(caw_js *message, caw_error **why);
void               caw__in_cancel(caw__in *in); /* who reads it gets a CancelledError */
void               caw__in_forget(caw__in *in); /* its message goes */

/* ---- A body that goes (http_out.c) ------------------------------------------------------------------------------------------------ */

/* One that is there, copied; or one that *writer writes, of `length` bytes, negative: nobody knows how many. NULL: no memory. */
caw__out *caw__out_of(const void *data, size_t size);
caw__out *caw__out_by(caw_stream_writer **writer, int64_t length);
/* What the host is to have: its end of the stream in the low half, that of the trailers' future in the high one. 0: no memory. */
uint64_t caw__out_open(caw__out *out);
void     caw__out_go(caw__out *out); /* it has them */
/* What goes behind it: new fields, consumed. False: it has ended. */
bool caw__out_trailers(caw__out *out, uint32_t fields);
void caw__out_release(caw__out *out); /* its message goes */

/* ---- Responses that go (http_respond.c) ----------------------------------------------------------------------------------------- */

/* Makes the host's own of it: 0, or -CAW_TYPE_ERROR: it was given already; -CAW_MEMORY_ERROR. Once it has it, its body goes. */
int  caw__response_open(caw_response *response, uint32_t *handle);
void caw__response_go(caw_response *response);

#endif
