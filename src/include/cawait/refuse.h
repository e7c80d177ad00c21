/*
 * Owns: how a macro in the wrong place, or without its end, is refused by the compiler, in words; which warnings are quiet in ours.
 * Must not know: which macros there are. Included by coro.h.
 */
#ifndef CAWAIT_REFUSE_H
#define CAWAIT_REFUSE_H

/*
 * What is said of a macro in the wrong place. C has no word for it, so names are the words: what opens (CAW_BEGIN, CAW_TRY...) declares
 * the name of what works behind it only (CAW__INSIDE), and that uses it first (CAW__ONLY): elsewhere it is a function that nobody has
 * declared. (It is a variable, as a function would be remembered behind its block, and proposed for others.) What must be closed leaves
 * a variable (CAW__MUST_END name; CAW__LOUD) that only its end uses. Both are fatal, as all that the compiler would say behind it would be
 * of our macros' insides. The name stands in the very macro that a program uses: one between would be three more lines of the message.
 */
#if __STDC_VERSION__ >                                                                                                         \
    201710L /* an undeclared function is no warning there, which could be fatal; a struct's visibility is one */
#define CAW__INSIDE(name) struct name;
#define CAW__USE(name) (void)sizeof(void (*)(struct name *));
#else
#define CAW__INSIDE(name) __attribute__((unused, nodebug)) void (*name)(void);
#define CAW__USE(name)                                                                                                         \
    if (0) name();
#endif
#define CAW__FATAL                                                                                                             \
    _Pragma("clang diagnostic fatal \"-Wimplicit-function-declaration\"") _Pragma("clang diagnostic fatal \"-Wvisibility\"")
#define CAW__ONLY(name) _Pragma("clang diagnostic push") CAW__FATAL CAW__USE(name) CAW__LOUD
#define CAW__MUST_END CAW__QUIET _Pragma("clang diagnostic fatal \"-Wunused-variable\"") __attribute__((nodebug)) char

#define CAW__CAT_(a, b) a##b
#define CAW__CAT(a, b) CAW__CAT_(a, b)
#define CAW__STRING_(x) #x
#define CAW__STRING(x) CAW__STRING_(x)

/* Nested awaits and scopes reuse the names of the outer ones on purpose; -Wshadow must not blame the user for that. */
#define CAW__QUIET                                                                                                             \
    _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wshadow\"")                                          \
        _Pragma("clang diagnostic ignored \"-Wgnu-statement-expression\"")                                                     \
            _Pragma("clang diagnostic ignored \"-Wgnu-auto-type\"")                                                            \
                _Pragma("clang diagnostic ignored \"-Wgnu-label-as-value\"")                                                   \
                    _Pragma("clang diagnostic ignored \"-Wself-assign\"") CAW__FATAL
/* What is said to cross, or to go to a worker, must not lose its fraction or its high bits in the function's own parameter. */
#define CAW__EXACT                                                                                                             \
    _Pragma("clang diagnostic push") _Pragma("clang diagnostic error \"-Wfloat-conversion\"")                                  \
        _Pragma("clang diagnostic error \"-Wshorten-64-to-32\"")                                                               \
            _Pragma("clang diagnostic error \"-Wimplicit-int-conversion\"")
#define CAW__LOUD _Pragma("clang diagnostic pop")

#endif
