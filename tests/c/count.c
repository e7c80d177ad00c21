/* Counts and sizes at their ends: what they give there, before any memory is touched. */
#include "test.h"

/* A sanitizer stops the program where malloc is asked for what no machine has. */
static void *allocate(void *data, void *block, size_t old_size, size_t size)
{
    (void)data, (void)old_size;
    if (size > (size_t)1 << 26) return NULL; /* the smallest map below asks for more on wasm32, too */
    if (size) return realloc(block, size);
    free(block);
    return NULL;
}

__attribute__((constructor)) static void take_over(void)
{
    if (caw_set_allocator(allocate, NULL)) abort();
}

#define ENORMOUS ((size_t)1 << (sizeof(size_t) * 8 - 3))

static CAW_ASYNC(int, same, const int *input)
{
    CAW_BEGIN(int) {
        trace("called");
        CAW_RETURN(*input);
    } CAW_END;
}

ASYNC_TEST(a_map_of_very_many)
{
    CAW_BEGIN(void) {
        static const int input[1];
        for (size_t count = ENORMOUS / 16; count; count *= 2) {
            CHECK_RAISES(caw_map(same, input, count, 1), CAW_MEMORY_ERROR, NULL);
            CHECK_RAISES(caw_map(same, input, count, count), CAW_MEMORY_ERROR, NULL);
            CHECK_RAISES(caw_map(same, input, count + 1, SIZE_MAX), CAW_MEMORY_ERROR, NULL);
        }
        CHECK_RAISES(caw_map(same, input, SIZE_MAX, 2), CAW_MEMORY_ERROR, NULL);
        CHECK_RAISES(caw_map(same, input, SIZE_MAX, SIZE_MAX), CAW_MEMORY_ERROR, NULL);
    } CAW_END;
}

TEST(sizes)
{
    CHECK(caw_string_new("", SIZE_MAX) == NULL);
    CHECK(caw_string_new("", SIZE_MAX / 2) == NULL);
    CHECK(caw_string_new("", INT32_MAX) == NULL);
    caw_loop *loop = caw_loop_new();
    for (size_t size = SIZE_MAX; size > SIZE_MAX - 400; size -= 7)
        CHECK(caw_transport_new(&(caw_transport_ops){0}, size, loop) == NULL);
    CHECK_INT(caw_loop_close(loop), 0);
}

/* As many references as can be counted: the object stays, for ever. */
TEST(references)
{
    static caw__object *kept;
    caw_event          *event = caw_event_new();
    kept = (caw__object *)(void *)event;
    kept->refs = CAW__IMMORTAL - 1;
    caw_ref(event);
    caw_ref(event);
    for (int i = 0; i < 5; i++) caw_unref(event);
    CHECK(kept->refs == CAW__IMMORTAL);
    kept->refs = 1;
    caw_unref(event);
}

ASYNC_TEST(references_to_a_queue)
{
    CAW_BEGIN(void) {
        caw_queue   *q = caw_queue_new(1);
        caw__object *object = (caw__object *)(void *)q;
        object->refs = CAW__IMMORTAL;
        caw_auto put = caw_queue_put(q, caw_int(1));
        CHECK(object->refs == CAW__IMMORTAL);
        caw_unref(caw_ref(q)); /* would free it, if the count had come to 0 */
        CAW_AWAIT(put);
        caw_value v = CAW_AWAIT(caw_queue_get(q));
        CHECK_INT(v.as_int32, 1);
        object->refs = 1;
        caw_unref(q);
    } CAW_END;
}

TEST(permits)
{
    caw_semaphore *s = caw_semaphore_new(INT32_MAX);
    CHECK_INT(caw_release(s), -CAW_VALUE_ERROR);
    CHECK_INT(caw_semaphore_value(s), INT32_MAX);
    caw_unref(s);
    s = caw_semaphore_new(INT32_MAX - 1);
    CHECK_INT(caw_release(s), 0);
    CHECK_INT(caw_semaphore_value(s), INT32_MAX);
    caw_unref(s);
}
