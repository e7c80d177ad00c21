/*
 * Owns: what the files of printf share: a directive, and how what it writes is padded.
 * Must not know: arguments.
 */
#ifndef CAW_PRINTF_H
#define CAW_PRINTF_H

#include "base/base.h"
#include "base/decimal.h"

enum { CAW__NONE = -1 };

typedef struct caw__directive {
    bool left, plus, space, hash, zero;
    int  width, precision;           /* CAW__NONE: not given */
    int  width_at, precision_at, at; /* positions; 0: the next argument, CAW__NONE: no argument */
    char length;                     /* h; H: hh; l; L: ll, q, L; j; z; t; 0 */
    char conversion;
} caw__directive;

/*
 * A number of `length` bytes follows `sign`: with spaces or, where zeros may be, zeros before it. What goes behind it is returned:
 * so many spaces.
 */
size_t      caw__printf_number(caw__text *out, const caw__directive *d, const char *sign, size_t length, bool zeros);
const char *caw__printf_sign(const caw__directive *d, bool negative);
/* Writes all of a real number: a A e E f F g G (printf_real.c). */
void caw__printf_real(caw__text *out, const caw__directive *d, const caw__real *r);

#endif
