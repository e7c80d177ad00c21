/*
 * Owns: the checked build's quarantine: counted objects that were given back stay for a while, so that who uses one again is told so,
 * with both places in the program.
 * Must not know: what any kind of object is. Frames have a quarantine of their own (check.c).
 */
#include "base/base.h"
#include "host.h"

CAW__COLD

#define QUARANTINE 256
#define LARGEST 1024 /* what is larger is given back at once */
#define HEAD 8       /* of an object stays readable: what is gone must be seen to be gone */

typedef struct given {
    void       *object;
    size_t      size;
    const char *type;
    caw__spot   at;
} given;

static CAW__TLS given  quarantine[QUARANTINE];
static CAW__TLS size_t count; /* ever */
static CAW__TLS bool   leaving;
CAW__TLS caw__spot     caw__here;
CAW__TLS void         *caw__dying;
CAW__TLS void (*caw__check_stopped)(const char *text);
CAW__TLS void (*caw__check_frames)(void);

void caw__check_at(const char *file, unsigned line) { caw__here = (caw__spot){file, line}; }

static void quarantine_let_go(given *g)
{
    if (!g->object) return;
    CAW__SHOW((char *)g->object + HEAD, g->size - HEAD);
    caw__set_aside--;
    caw__block_free(g->object, g->size);
    g->object = NULL;
}

void caw__check_keep(void *object, size_t size)
{
    if (size > LARGEST) {
        caw__dying = NULL;
        caw__rt.blocks++; /* it goes as any other */
        caw__free_inline(object, size);
        return;
    }
    given *g = &quarantine[count++ % QUARANTINE];
    caw__dying = NULL;
    quarantine_let_go(g);
    *g = (given){object, size, ((caw__object *)object)->type->name, caw__here};
    caw__set_aside++;
    *(caw_any *)object = (caw_any){CAW__GONE, 0, 0};
    CAW__HIDE((char *)object + HEAD, size - HEAD);
}

void caw__check_flush(void)
{
    for (size_t i = 0; i < QUARANTINE; i++) quarantine_let_go(&quarantine[i]);
    if (caw__check_frames) caw__check_frames();
}

/* NULL: it is not here (any more). */
static const given *quarantine_find(const void *object)
{
    for (size_t i = 0; i < QUARANTINE; i++) {
        if (quarantine[i].object == object) return &quarantine[i];
    }
    return NULL;
}

size_t caw__check_describe(const void *object, char *text, size_t size)
{
    const given *g = quarantine_find(object);
    if (!g) return 0;
    size_t n = caw__format(text, size, "this %s was given up before, at %s:%u, and is used again at %s:%u", g->type,
                           g->at.file ? g->at.file : "?", g->at.line, caw__here.file ? caw__here.file : "?", caw__here.line);
    return n < size ? n : size - 1;
}

void caw__check_stop(const void *object)
{
    char   text[400];
    size_t length = caw__check_describe(object, text, sizeof text);
    if (length) caw__check_tell(text, length);
}

void caw__check_always(bool holds, const char *what, const char *file, unsigned line)
{
    char text[300];
    if (holds) return;
    size_t n =
        caw__format(text, sizeof text, "cawait itself is wrong, or what it stands on was overwritten: not true at %s:%u: %s",
                    file, line, what);
    caw__check_tell(text, n < sizeof text ? n : sizeof text - 1);
}

void caw__check_tell(const char *text, size_t length)
{
    if (leaving) return;
    if (caw__check_stopped) {
        caw__check_stopped(text);
        return;
    }
    leaving = true;
    caw__host_log(2, text, length);
    __builtin_trap();
}

void caw__check_unref(void *object, const char *file, unsigned line)
{
    caw__check_at(file, line);
    caw_unref(object);
}

CAW__COLD_END
