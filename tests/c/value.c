/* Values and strings: ownership of what they hold, also on their way through futures, tasks and queues. */
#include "test.h"

TEST(strings)
{
    caw_string *text = caw_string_of("hello"), *bytes = caw_string_new("a\0b", 3), *empty = caw_string_new(NULL, 0);
    CHECK_TEXT(caw_string_data(text), "hello");
    CHECK_INT(caw_string_size(text), 5);
    CHECK_INT(caw_string_size(bytes), 3);
    CHECK_INT(memcmp(caw_string_data(bytes), "a\0b\0", 4), 0);
    CHECK_TEXT(caw_string_data(empty), "");
    CHECK_TEXT(caw_string_data(NULL), "");
    CHECK_INT(caw_string_size(NULL), 0);
    CHECK(caw_ref(text) == text);
    caw_unref(text);
    CHECK_TEXT(caw_string_data(text), "hello");
    caw_unref(text);
    caw_unref(bytes);
    caw_unref(empty);
    caw_unref(NULL);
    CHECK(caw_string_new("x", SIZE_MAX) == NULL);
}

TEST(values)
{
    CHECK_INT(caw_none().tag, CAW_NONE);
    CHECK(caw_bool(true).as_bool);
    CHECK_INT(caw_int(-7).as_int32, -7);
    CHECK_INT(caw_int64(INT64_MIN).as_int64, INT64_MIN);
    CHECK_REAL(caw_double(0.5).as_double, 0.5);
    CHECK_INT(sizeof(caw_value), sizeof(void *) == 4 ? 16 : 24);
    caw_value v = caw_text(caw_string_of("text")), copy = caw_value_copy(v);
    CHECK(copy.as_string == v.as_string);
    caw_value_drop(v);
    CHECK_TEXT(caw_string_data(copy.as_string), "text");
    caw_value_drop(copy);
    v = caw_blob(caw_string_new("\1\2", 2));
    CHECK_INT(v.tag, CAW_BYTES);
    caw_value_drop(v);
}

TEST(a_pointer_is_destroyed_once)
{
    char      word[] = "destroyed";
    caw_value v = caw_pointer(word, say), copy = caw_value_copy(v);
    CHECK(copy.as_pointer == (void *)word && copy.destroy == say);
    caw_value_drop(v);
    CHECK_TRACE("");
    v = caw_value_copy(copy);
    caw_value_drop(copy);
    CHECK_TRACE("");
    caw_value_drop(v);
    CHECK_TRACE("destroyed");
    caw_value_drop(caw_pointer(word, NULL));
    caw_value_drop(caw_value_copy(caw_pointer(word, NULL)));
}

TEST(two_owners_from_the_beginning)
{
    char      word[] = "one";
    caw_value v = caw_pointer(word, say), other = caw_pointer(word, say), copy = caw_value_copy(v);
    caw_value_drop(v);
    CHECK_TRACE("");
    caw_value_drop(other);
    CHECK_TRACE("one");
    caw_value_drop(copy);
    CHECK_TRACE("one");
}

static void say_too(void *word) { trace("%s, too", (const char *)word); }

TEST(another_destructor_is_another_pointer)
{
    char      word[] = "one";
    caw_value v = caw_pointer(word, say), other = caw_pointer(word, say_too), copy = caw_value_copy(v);
    caw_value_drop(other);
    CHECK_TRACE("one, too");
    caw_value_drop(copy);
    caw_value_drop(v);
    CHECK_TRACE("one");
    v = caw_pointer(NULL, free);
    caw_value_drop(caw_value_copy(v));
    caw_value_drop(v);
}

TEST(an_object_in_a_pointer_counts_its_owners)
{
    caw_string *text = caw_string_of("text");
    caw_stats   before = caw_get_stats();
    caw_value   v = caw_pointer(text, caw_unref), copy = caw_value_copy(v);
    CHECK_INT(caw_get_stats().blocks, before.blocks);
    caw_value_drop(v);
    CHECK_TEXT(caw_string_data(text), "text");
    caw_value_drop(copy);
    v = caw_pointer(NULL, caw_unref);
    caw_value_drop(caw_value_copy(v));
    caw_value_drop(v);
}

enum { MANY = 3000 };
static int owners[MANY], destroyed;

static void count_down(void *owner)
{
    destroyed++;
    CHECK_INT(*(int *)owner, 0);
    *(int *)owner = -1;
}

/* Copies and drops in no order, against a count beside each. */
TEST(very_many_are_shared)
{
    uint32_t random = 1;
    destroyed = 0;
    for (int i = 0; i < MANY; i++) owners[i] = 1;
    for (int step = 0; step < 20 * MANY; step++) {
        random = random * 1664525 + 1013904223;
        int      *owner = &owners[(random >> 8) % MANY];
        caw_value v = caw_pointer(owner, count_down);
        if (*owner <= 0) continue;
        if (random >> 31) {
            CHECK(caw_value_copy(v).as_pointer == (void *)owner);
            ++*owner;
        } else {
            --*owner;
            caw_value_drop(v);
        }
    }
    CHECK(destroyed > 0);
    for (int i = 0; i < MANY; i++) {
        while (owners[i] > 0) {
            --owners[i];
            caw_value_drop(caw_pointer(&owners[i], count_down));
        }
    }
    CHECK_INT(destroyed, MANY);
}

static CAW_ASYNC(caw_value, give, caw_value value, int yields)
{
    CAW_BEGIN_OWNING(caw_value, caw_value_drop(value)) {
        while (yields-- > 0) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(value);
    } CAW_END;
}

ASYNC_TEST(a_pointer_on_its_way_through_a_task_is_destroyed_once)
{
    CAW_BEGIN(void) {
        char word[] = "destroyed";
        caw_value_drop(CAW_AWAIT(give(caw_pointer(word, say), 1))); /* inline: moved */
        CHECK_TRACE("destroyed");
        caw_auto task = caw_spawn(give(caw_pointer(word, say), 1));
        caw_value_drop(CAW_AWAIT(caw_ref(task))); /* a copy */
        CHECK_TRACE("");
        caw_unref(task);
        CHECK_TRACE("destroyed");
        task = caw_spawn(give(caw_pointer(word, say), 1));
        caw_value v = CAW_AWAIT(caw_ref(task)), again = CAW_AWAIT(task); /* the task is gone: its value is handed on */
        caw_value_drop(v);
        CHECK_TRACE("");
        caw_value_drop(again);
        CHECK_TRACE("destroyed");
        v = CAW_AWAIT(caw_spawn(give(caw_pointer(word, say), 1)));
        CHECK_TRACE("");
        caw_value_drop(v);
        CHECK_TRACE("destroyed");
        caw_drop(give(caw_pointer(word, say), 1)); /* never ran */
        CHECK_TRACE("destroyed");
    } CAW_END;
}

ASYNC_TEST(a_future_hands_out_references)
{
    CAW_BEGIN(void) {
        caw_of(caw_string *) future = caw_future(caw_string *);
        CHECK_INT(caw_set_result(future, caw_string_of("shared")), 0);
        caw_string *a = CAW_AWAIT(caw_ref(future)), *b = NULL;
        CHECK_INT(caw_result(future, &b), 0);
        CHECK(a == b);
        caw_unref(future);
        CHECK_TEXT(caw_string_data(a), "shared");
        caw_unref(a);
        caw_unref(b);
        future = caw_future(caw_string *);
        CHECK(caw_cancel(future, NULL));
        CHECK_INT(caw_set_result(future, caw_string_of("refused, released")), -CAW_INVALID_STATE_ERROR);
        caw_unref(future);
    } CAW_END;
}

/* A JavaScript value is a counted object, as any other. */
TEST(copies_of_counted_kinds)
{
    caw_string *bytes = caw_string_new("\1\2", 2);
    caw_value   kinds[] = {caw_blob(bytes), {.tag = CAW_JS, .as_pointer = bytes}};
    for (int i = 0; i < 2; i++) {
        caw_value copy = caw_value_copy(kinds[i]);
        CHECK_INT(copy.tag, kinds[i].tag);
        CHECK_INT(((caw__object *)(void *)bytes)->refs, 2);
        caw_value_drop(copy);
        CHECK_INT(((caw__object *)(void *)bytes)->refs, 1);
    }
    caw_value_drop(kinds[1]);
}

static CAW_ASYNC(int, never_run, caw_string *owned)
{
    CAW_BEGIN_OWNING(int, caw_unref(owned)) {
        caw_unref(owned);
        CAW_RETURN(1);
    } CAW_END;
}

/* Which has one owner, so that a copy is counted here. */
TEST(a_coroutine_in_a_pointer)
{
    caw_string *owned = caw_string_of("owned");
    caw_any    *coroutine = caw_base(never_run(caw_ref(owned)));
    caw_value   v = caw_pointer(coroutine, caw_unref), copy = caw_value_copy(v);
    caw_value_drop(v);
    CHECK_INT(((caw__object *)(void *)owned)->refs, 2);
    caw_value_drop(copy);
    CHECK_INT(((caw__object *)(void *)owned)->refs, 1);
    caw_unref(owned);
}

#define SAYS(n)                                                                                                                \
    static void say_##n(void *word) { trace("%s" #n, (const char *)word); }
SAYS(0)
SAYS(1) SAYS(2) SAYS(3) SAYS(4) SAYS(5) static void (*const says[])(void *) = {say_0, say_1, say_2, say_3, say_4, say_5};

/* As many as the first table of them holds: some stand in the way of others. */
TEST(many_destructors_of_one_pointer)
{
    char word[] = "d";
    for (int i = 0; i < 6; i++) CHECK_INT(caw_value_copy(caw_pointer(word, says[i])).tag, CAW_POINTER);
    for (int i = 0; i < 6; i++) caw_value_drop(caw_pointer(word, says[i]));
    CHECK_TRACE("");
    for (int i = 5; i >= 0; i--) caw_value_drop(caw_pointer(word, says[i]));
    CHECK_TRACE("d5 d4 d3 d2 d1 d0");
}

/* Wherever both stand in the table. */
TEST(two_destructors_of_each_of_many_pointers)
{
    for (int i = 0; i < 200; i++) {
        caw_value one = caw_pointer(&owners[i], say), other = caw_pointer(&owners[i], say_too);
        owners[i] = 'a'; /* a word of one letter */
        caw_value one_copy = caw_value_copy(one), other_copy = caw_value_copy(other);
        caw_value_drop(one);
        caw_value_drop(other);
        CHECK_TRACE("");
        caw_value_drop(other_copy);
        CHECK_TRACE("a, too");
        caw_value_drop(one_copy);
        CHECK_TRACE("a");
    }
}

static CAW_ASYNC(caw_value, gives_a_future, caw_any *future)
{
    CAW_BEGIN(caw_value) {
        CAW_RETURN(caw_pointer(future, caw_unref));
    } CAW_END;
}

/* Of an object each owner is a reference, whatever kind it is; the first kind there is as well. */
ASYNC_TEST(a_future_in_a_value_that_two_have)
{
    CAW_BEGIN(void) {
        caw_of(int) future = caw_future(int);
        caw_of(caw_value) task = caw_spawn(gives_a_future(caw_ref(caw_base(future))));
        caw_value first = CAW_AWAIT(caw_ref(task)), second = CAW_AWAIT(task);
        caw_value_drop(first);
        CHECK_INT(caw_set_result((caw_of(int))second.as_pointer, 7), 0);
        caw_value_drop(second);
        CHECK_INT(CAW_AWAIT(future), 7);
    } CAW_END;
}
