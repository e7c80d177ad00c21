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
/* Whether a response may be so; if not, why is kept. `size`: of its body; -1: that is not known yet. */
bool caw__http_can(const caw_respond_options *options, int64_t size);
/* How long its content-length says that it is; -1: nothing. */
int64_t caw__http_length(const char *const *headers);
/* Whether it may be a method, or a header's name (RFC 9110, 5.6.2). */
bool caw__http_is_token(const char *text);
/* Whether a header of that name is among them. */
bool caw__http_has(const char *const *headers, const char *name);
/*
 * The address that `target` means on `base` (NULL: it is whole already), as the web spells it and without its fragment. False: none of
 * http or https (or with a name and password in it, or a host that is no ASCII); true and NULL: no memory.
 */
bool caw__http_resolve(const char *base, const char *target, caw_string **url);
/* As the web reads text: what is no UTF-8 is U+FFFD, and no mark is at the beginning. Consumes; NULL: no memory. */
caw_string *caw__http_utf8(caw_string *bytes);

#endif
