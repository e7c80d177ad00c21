/*
 * Owns: what the two ways to ask share (fetch.c, fetch_stream.c). Private to wasm/js.
 */
#ifndef CAW_JS_FETCH_H
#define CAW_JS_FETCH_H

#include "bridge.h"
#include <cawait/fetch.h>

/* `outlet`: what is filled with the body (web_stream.c), or 0. */
CAW__HANDLE caw_of(caw_js *) caw__js_fetch_by(const char *url, uint32_t outlet, const caw_fetch_options *options);

/* A new one, and who fills it; 0: why is kept, and *writer is NULL. It is there until the writer is closed. (web_stream.c) */
uint32_t caw__js_outlet(caw_stream_writer **writer);

#endif
