/*
 * Owns: tests of locals that want more alignment than a pointer: the frames they live in are of pooled sizes that are multiples of 8.
 */
#include "test.h"

/* Not for the compiler to know: it believes what it was told. */
static __attribute__((noinline)) uintptr_t misplaced(volatile void *p)
{
    uintptr_t at = (uintptr_t)p;
    __asm__("" : "+r"(at));
    return at % 16;
}

#define WIDE(n)                                                                                                                \
    static CAW_ASYNC(uintptr_t, wide_##n, int depth)                                                                           \
    {                                                                                                                          \
        CAW_BEGIN(uintptr_t)                                                                                                   \
        {                                                                                                                      \
            _Alignas(16) volatile unsigned char bytes[n] = {0};                                                                \
            uintptr_t                           wrong = misplaced(bytes);                                                      \
            bytes[n - 1] = (unsigned char)depth;                                                                               \
            if (depth) wrong |= CAW_AWAIT(wide_##n(depth - 1));                                                                \
            CAW_AWAIT(caw_sleep(0));                                                                                           \
            CAW_RETURN(wrong | (bytes[n - 1] != (unsigned char)depth));                                                        \
        }                                                                                                                      \
        CAW_END;                                                                                                               \
    }

#define NARROW(n)                                                                                                              \
    static CAW_ASYNC(int, narrow_##n, int depth)                                                                               \
    {                                                                                                                          \
        CAW_BEGIN(int)                                                                                                         \
        {                                                                                                                      \
            volatile unsigned char bytes[n] = {0};                                                                             \
            bytes[n - 1] = (unsigned char)depth;                                                                               \
            if (depth) CAW_AWAIT(narrow_##n(depth - 1));                                                                       \
            CAW_AWAIT(caw_sleep(0));                                                                                           \
            CAW_RETURN(bytes[n - 1]);                                                                                          \
        }                                                                                                                      \
        CAW_END;                                                                                                               \
    }

#define SIZES(X) X(8) X(16) X(24) X(32) X(40) X(48) X(56) X(64) X(72) X(80)
SIZES(WIDE)
SIZES(NARROW)

/* Neighbours of every size, so that blocks of 8, 24, 40... more than a multiple of 16 lie between those that must be at one. */
ASYNC_TEST(frames_of_all_sizes)
{
    CAW_BEGIN(void) {
        for (int round = 0; round < 3; round++) {
#define RUN(n)                                                                                                                 \
    caw_unref(caw_spawn(narrow_##n(n % 7)));                                                                                   \
    CHECK_INT(CAW_AWAIT(wide_##n(n % 5)), 0);                                                                                  \
    CHECK_INT(CAW_AWAIT(narrow_##n(3)), 3);
            SIZES(RUN)
        }
    } CAW_END;
}
