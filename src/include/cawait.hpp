/*
 * cawait for C++20: coroutines that are async functions of the core's, references that give themselves back. Header only, over cawait.h;
 * needs neither exceptions nor RTTI.
 */
#ifndef CAWAIT_HPP
#define CAWAIT_HPP

#if !defined(__cpp_impl_coroutine)
#error "cawait.hpp: coroutines need C++20: -std=gnu++20 or -std=c++20"
#else
#include <cawait/caught.hpp>
#include <cawait/generator.hpp>
#include <cawait/scope.hpp>
#include <cawait/task.hpp>
#endif

#endif
