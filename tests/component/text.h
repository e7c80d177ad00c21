/*
 * Owns: a string as the canonical ABI has it.
 */
#ifndef TESTS_COMPONENT_TEXT_H
#define TESTS_COMPONENT_TEXT_H

#include <cawait.h>
#include <cawait/component.h>
#include <string.h>

typedef struct text {
    char  *data;
    size_t size;
} text;

static inline text text_of(const char *data, size_t size)
{
    text copy = {caw_component_alloc(size), size};
    if (size) memcpy(copy.data, data, size);
    return copy;
}

#endif
