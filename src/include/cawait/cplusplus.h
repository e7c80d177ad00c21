/*
 * Owns: what the macros are made of in C++, where the language has no compound literals and a handle may be an object of cawait.hpp's.
 * Included by base.h.
 * Must not know: coroutines, or what a handle leads to.
 */
#ifndef CAWAIT_CPLUSPLUS_H
#define CAWAIT_CPLUSPLUS_H

extern "C++" {

template <class T> struct caw__is {
    typedef T type;
};
/* A handle as C has it, of one (then it is that) or of an object that lends it: caw::task, caw::future, caw::generator. */
template <class T, class A> constexpr auto caw__raw(T (*handle)(A *)) -> T (*)(A *) { return handle; }
template <class H> constexpr auto          caw__raw(const H &handle) -> decltype(handle.get()) { return handle.get(); }

extern "C" const void       *caw__ref(const void *object);
template <class T> inline T *caw__ref_of(T *x) { return (T *)caw__ref((const void *)x); }

template <class T> using caw__of = T (*)(caw_any *);
template <class T> inline caw_any *caw__base_of(T (*handle)(caw_any *)) { return (caw_any *)handle; }
inline caw_any                    *caw__void_base_of(void (*handle)(caw_any *)) { return (caw_any *)handle; }

template <class T, class A> T caw__result_of(T (*)(A *));
template <class T> struct caw__stored_as : caw__is<T> {
};
template <> struct caw__stored_as<void> : caw__is<char> {
};
template <class T> using caw__stored = typename caw__stored_as<T>::type;

/* A temporary that lives to the end of the full expression, as a compound literal of C's does to that of the block. */
template <class T> constexpr const T     *caw__address(const T &of) { return &of; }
template <class T, size_t N> constexpr T *caw__listed(T (&&of)[N]) { return of; }
template <class T, size_t N> char (&caw__counted(T (&&)[N]))[N];
}

/* The handle is lent; and, where it is consumed: what an object has is given over (of a caw::future that stays a reference of its own). */
#define caw_base(handle) caw__base_of(caw__raw(handle))
#define CAW__TAKE(handle) caw__base_of(+(handle))
#define CAW__RESULT(...) decltype(caw__result_of(caw__raw(__VA_ARGS__)))
#define CAW__STORED(...) caw__stored<__VA_ARGS__>
#define CAW__STORED_RESULT(...) caw__stored<CAW__RESULT(__VA_ARGS__)>
#define CAW__IS_VOID(...) __is_same(__VA_ARGS__, void)

/* An error that says this, where it stands. */
#define CAW__C_ONLY(text) CAW__PRAGMA(GCC error text)
#define CAW__PRAGMA(words) _Pragma(#words)

#define CAW__ZERO                                                                                                              \
    {                                                                                                                          \
    }
/* Of a field of options: without it clang would warn where one is not named. */
#define CAW__UNSET = {}
#define CAW__GIVEN(type, ...) caw__address(type{__VA_ARGS__})
#define CAW__LIST(type, ...) caw__listed<type>({__VA_ARGS__}), sizeof(caw__counted<type>({__VA_ARGS__}))

#endif
