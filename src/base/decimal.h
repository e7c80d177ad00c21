/*
 * Owns: real numbers as their digits, exactly: what a double or a long double consists of, and all of its decimal digits.
 * Must not know: how they are written.
 */
#ifndef CAW_DECIMAL_H
#define CAW_DECIMAL_H

#include <float.h>
#include <stdbool.h>
#include <stdint.h>

/* high:low * 2^exponent; `width` bits are kept of it before the point of a hexadecimal form, which is behind the first. */
typedef struct caw__real {
    bool     negative, special, nan;
    uint64_t high, low;
    int      exponent, width;
} caw__real;

/* All digits of a number: in groups of nine, the lowest first. `point` of them are behind the point. */
typedef struct caw__decimal {
    uint32_t *groups;
    int       count;  /* of groups; the highest is not 0 */
    int       digits; /* all of them, without zeros before the first */
    int       point;
} caw__decimal;

/* The groups that it takes: all digits of the smallest double are 767, of the smallest long double may be 11,515. */
enum { CAW__GROUPS_OF_DOUBLE = 90, CAW__GROUPS_OF_LONG_DOUBLE = LDBL_MANT_DIG == 53 ? 90 : 1300 };

caw__real caw__real_of_double(double d);
caw__real caw__real_of_long_double(long double d);
/* `groups` has room for those of its type. */
caw__decimal caw__decimal_of(const caw__real *r, uint32_t *groups);
/* The digit that `place` others are below of; those there are not are 0. */
unsigned caw__decimal_digit(const caw__decimal *n, int place);
/* Makes the `cut` lowest digits zero, to the nearest, of two as near to the even one. */
void caw__decimal_round(caw__decimal *n, int cut);

#endif
