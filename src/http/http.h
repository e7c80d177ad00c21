/*
 * Owns: what the HTTP of all hosts has in common: the errors that are kept, what a response may not say.
 * Must not know: a host.
 */
#ifndef CAW_HTTP_ROOM_H
#define CAW_HTTP_ROOM_H

#include "task/task.h"
#include <cawait/http.h>

/* For caw_http_take_error; consumes it. The last one wins. */
void caw__http_fail(caw_error *error);
/* The one that was kept; NULL: none. */
caw_error *caw__http_failure(void);
/* Whether a response may be so; if not, why is kept. `empty`: it has no body. */
bool caw__http_can(const caw_respond_options *options, bool empty);
/* Whether a header of that name is among them. */
bool caw__http_has(const char *const *headers, const char *name);

#endif
