/*
 * Owns: lists of a type, a comma, a name, and so on, as CAW_EXPORT and CAW_STRUCT have them: how many there are, and each of them.
 * Must not know: what is made of them. Nothing here is the program's.
 */
#ifndef CAWAIT_PAIRS_H
#define CAWAIT_PAIRS_H

/* How many pairs there are; X: a type or a name is alone, or a name begins with a type (`int a, int b`); MANY: more than 16. */
enum { CAW__PAIRED, CAW__NO_PAIRS, CAW__MANY };
#define CAW__COUNT(...) CAW__CAT(CAW__COUNT_, CAW__IS_TYPE(CAW__SECOND(__VA_ARGS__, , )))(__VA_ARGS__)
#define CAW__COUNT_1(...) X
/* clang-format off */
#define CAW__COUNT_0(...)                                                                                                      \
    CAW__COUNT_N(__VA_ARGS__ __VA_OPT__(, )                                                                                    \
                 MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY, MANY,               \
                 16, X, 15, X, 14, X, 13, X, 12, X, 11, X, 10, X, 9, X, 8, X, 7, X, 6, X, 5, X, 4, X, 3, X, 2, X, 1, X, 0)
#define CAW__COUNT_N(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F,           \
                     a2, b2, c2, d2, e2, f2, g2, h2, i2, j2, k2, l2, m2, n2, o2, p2, count, ...) count
/* clang-format on */
#define CAW__SECOND(a, b, ...) b
#define CAW__THIRD(a, b, c, ...) c
#define CAW__IS_TYPE(name) CAW__IS_TYPE_(name)
#define CAW__IS_TYPE_(name) CAW__IS_TYPE__(CAW__TYPE_##name, 1, 0, )
#define CAW__IS_TYPE__(...) CAW__THIRD(__VA_ARGS__)
#define CAW__TYPE_int ,
#define CAW__TYPE_unsigned ,
#define CAW__TYPE_signed ,
#define CAW__TYPE_char ,
#define CAW__TYPE_short ,
#define CAW__TYPE_long ,
#define CAW__TYPE_float ,
#define CAW__TYPE_double ,
#define CAW__TYPE_bool ,
#define CAW__TYPE__Bool ,
#define CAW__TYPE_const ,
#define CAW__TYPE_void ,
#define CAW__TYPE_struct ,
#define CAW__TYPE_enum ,
#define CAW__TYPE_size_t ,
#define CAW__TYPE_ptrdiff_t ,
#define CAW__TYPE_int8_t ,
#define CAW__TYPE_uint8_t ,
#define CAW__TYPE_int16_t ,
#define CAW__TYPE_uint16_t ,
#define CAW__TYPE_int32_t ,
#define CAW__TYPE_uint32_t ,
#define CAW__TYPE_int64_t ,
#define CAW__TYPE_uint64_t ,
#define CAW__TYPE_caw_string ,
#define CAW__TYPE_caw_js ,
#define CAW__TYPE_caw_bytes ,
#define CAW__TYPE_caw_value ,
#define CAW__TYPE_caw_doubles ,
#define CAW__TYPE_caw_floats ,
#define CAW__TYPE_caw_int32s ,

/* What is wrong with a function's parameters: nothing up to 8. */
#define CAW__KIND(...) CAW__CAT(CAW__KIND_, CAW__COUNT(__VA_ARGS__))
#define CAW__KIND_0 CAW__PAIRED
#define CAW__KIND_1 CAW__PAIRED
#define CAW__KIND_2 CAW__PAIRED
#define CAW__KIND_3 CAW__PAIRED
#define CAW__KIND_4 CAW__PAIRED
#define CAW__KIND_5 CAW__PAIRED
#define CAW__KIND_6 CAW__PAIRED
#define CAW__KIND_7 CAW__PAIRED
#define CAW__KIND_8 CAW__PAIRED
#define CAW__KIND_9 CAW__MANY
#define CAW__KIND_10 CAW__MANY
#define CAW__KIND_11 CAW__MANY
#define CAW__KIND_12 CAW__MANY
#define CAW__KIND_13 CAW__MANY
#define CAW__KIND_14 CAW__MANY
#define CAW__KIND_15 CAW__MANY
#define CAW__KIND_16 CAW__MANY
#define CAW__KIND_X CAW__NO_PAIRS
#define CAW__KIND_MANY CAW__MANY

/* first(T, name) of the first one, rest(T, name) of each that follows. */
#define CAW__PAIRS(first, rest, ...) CAW__CAT(CAW__PAIRS_, CAW__COUNT(__VA_ARGS__))(first, rest, __VA_ARGS__)
#define CAW__PAIRS_X(first, rest, ...)
#define CAW__PAIRS_MANY(first, rest, ...)
#define CAW__PAIRS_9(first, rest, ...)
#define CAW__PAIRS_10(first, rest, ...)
#define CAW__PAIRS_11(first, rest, ...)
#define CAW__PAIRS_12(first, rest, ...)
#define CAW__PAIRS_13(first, rest, ...)
#define CAW__PAIRS_14(first, rest, ...)
#define CAW__PAIRS_15(first, rest, ...)
#define CAW__PAIRS_16(first, rest, ...)
#define CAW__PAIRS_0(first, rest, ...)
#define CAW__PAIRS_1(first, rest, T, name, ...) first(T, name)
#define CAW__PAIRS_2(first, rest, T, name, ...) first(T, name) CAW__PAIRS_1(rest, rest, __VA_ARGS__)
#define CAW__PAIRS_3(first, rest, T, name, ...) first(T, name) CAW__PAIRS_2(rest, rest, __VA_ARGS__)
#define CAW__PAIRS_4(first, rest, T, name, ...) first(T, name) CAW__PAIRS_3(rest, rest, __VA_ARGS__)
#define CAW__PAIRS_5(first, rest, T, name, ...) first(T, name) CAW__PAIRS_4(rest, rest, __VA_ARGS__)
#define CAW__PAIRS_6(first, rest, T, name, ...) first(T, name) CAW__PAIRS_5(rest, rest, __VA_ARGS__)
#define CAW__PAIRS_7(first, rest, T, name, ...) first(T, name) CAW__PAIRS_6(rest, rest, __VA_ARGS__)
#define CAW__PAIRS_8(first, rest, T, name, ...) first(T, name) CAW__PAIRS_7(rest, rest, __VA_ARGS__)

/* The same of a struct's fields, up to 16: each(S, T, name). */
#define CAW__FIELD_KIND(...) CAW__CAT(CAW__FIELD_KIND_, CAW__COUNT(__VA_ARGS__))
#define CAW__FIELD_KIND_0 CAW__NO_PAIRS
#define CAW__FIELD_KIND_1 CAW__PAIRED
#define CAW__FIELD_KIND_2 CAW__PAIRED
#define CAW__FIELD_KIND_3 CAW__PAIRED
#define CAW__FIELD_KIND_4 CAW__PAIRED
#define CAW__FIELD_KIND_5 CAW__PAIRED
#define CAW__FIELD_KIND_6 CAW__PAIRED
#define CAW__FIELD_KIND_7 CAW__PAIRED
#define CAW__FIELD_KIND_8 CAW__PAIRED
#define CAW__FIELD_KIND_9 CAW__PAIRED
#define CAW__FIELD_KIND_10 CAW__PAIRED
#define CAW__FIELD_KIND_11 CAW__PAIRED
#define CAW__FIELD_KIND_12 CAW__PAIRED
#define CAW__FIELD_KIND_13 CAW__PAIRED
#define CAW__FIELD_KIND_14 CAW__PAIRED
#define CAW__FIELD_KIND_15 CAW__PAIRED
#define CAW__FIELD_KIND_16 CAW__PAIRED
#define CAW__FIELD_KIND_X CAW__NO_PAIRS
#define CAW__FIELD_KIND_MANY CAW__MANY

#define CAW__FIELDS(each, S, ...) CAW__CAT(CAW__FIELDS_, CAW__COUNT(__VA_ARGS__))(each, S, __VA_ARGS__)
#define CAW__FIELDS_X(each, S, ...)
#define CAW__FIELDS_MANY(each, S, ...)
#define CAW__FIELDS_0(each, S, ...)
#define CAW__FIELDS_1(each, S, T, name, ...) each(S, T, name)
#define CAW__FIELDS_2(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_1(each, S, __VA_ARGS__)
#define CAW__FIELDS_3(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_2(each, S, __VA_ARGS__)
#define CAW__FIELDS_4(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_3(each, S, __VA_ARGS__)
#define CAW__FIELDS_5(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_4(each, S, __VA_ARGS__)
#define CAW__FIELDS_6(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_5(each, S, __VA_ARGS__)
#define CAW__FIELDS_7(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_6(each, S, __VA_ARGS__)
#define CAW__FIELDS_8(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_7(each, S, __VA_ARGS__)
#define CAW__FIELDS_9(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_8(each, S, __VA_ARGS__)
#define CAW__FIELDS_10(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_9(each, S, __VA_ARGS__)
#define CAW__FIELDS_11(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_10(each, S, __VA_ARGS__)
#define CAW__FIELDS_12(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_11(each, S, __VA_ARGS__)
#define CAW__FIELDS_13(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_12(each, S, __VA_ARGS__)
#define CAW__FIELDS_14(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_13(each, S, __VA_ARGS__)
#define CAW__FIELDS_15(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_14(each, S, __VA_ARGS__)
#define CAW__FIELDS_16(each, S, T, name, ...) each(S, T, name) CAW__FIELDS_15(each, S, __VA_ARGS__)

#endif
