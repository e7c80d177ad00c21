/*
 * Owns: the frame of every C++ test: that of C's (cases, checks, trace, what is alive after a case), for coroutines of C++.
 * Must not know: what is tested.
 */
#ifndef TEST_HPP
#define TEST_HPP

#include <cawait.hpp>

#include "../c/test.h"

/* ASYNC_TEST(name) { co_await ...; } as C's. */
#undef ASYNC_TEST
#define ASYNC_TEST(name)                                                                                                       \
    static caw::task<> case_##name();                                                                                          \
    static void        run_##name() { test_run(case_##name()); }                                                               \
    TEST_ENLIST(name, run_##name)                                                                                              \
    static caw::task<> case_##name()

/* In a coroutine: awaiting it raises this; message nullptr: any. */
#undef CHECK_RAISES
#define CHECK_RAISES(awaitable, type, message)                                                                                 \
    test_error(__FILE__, __LINE__, #awaitable, caw_ref((co_await caw::caught(awaitable)).error()), (type), (message))

/* Traces its word when it is destroyed. */
struct leaves {
    const char *word;
    explicit leaves(const char *of) : word(of) {}
    leaves(leaves &&other) noexcept : word(std::exchange(other.word, nullptr)) {}
    ~leaves()
    {
        if (word) trace("%s", word);
    }
};

#endif
