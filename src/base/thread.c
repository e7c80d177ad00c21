/*
 * Owns: the end of a thread; in the checked build its number, and the words for what is used by another.
 * Must not know: how threads are made, nor what goes from one to another.
 */
#include "base/base.h"

CAW__COLD

int caw_thread_end(void)
{
    if (caw__open_loops) return -CAW_RUNTIME_ERROR;
    caw__context_leave(NULL); /* what was set outside of every loop */
#ifdef CAW_CHECKED
    caw__check_flush();
#endif
    return caw__pools_end() ? 0 : -CAW_RUNTIME_ERROR;
}

/* ---- The checked build: whose an object is --------------------------------------------------------------------------------- */

static _Atomic unsigned  threads; /* that have asked; the one word that they share */
static CAW__TLS unsigned number;

unsigned caw__check_thread(void)
{
    if (CAW__UNLIKELY(!number)) number = threads++ % 4095 + 1;
    return number;
}

void caw__check_thread_is(unsigned thread, const char *what)
{
    if (CAW__LIKELY(thread == caw__check_thread()) || !thread) return;
    char      text[400];
    caw__text out = {text, sizeof text, 0};
    caw__say(&out, "this %s belongs to thread %u and is used by thread %u", what, thread, number);
    if (caw__here.file) caw__say(&out, ", at or after %s:%u", caw__here.file, caw__here.line);
    caw__say(&out, ": objects never leave their thread, messages do");
    caw__check_tell(text, out.length < sizeof text ? out.length : sizeof text - 1);
}

CAW__COLD_END
