/* Runs of numbers: copied, counted, as results. */
#include "test.h"

TEST(arrays)
{
    caw_doubles *numbers = caw_doubles_new((double[]){1, 2.5}, 2), *zeros = caw_doubles_new(NULL, 300);
    caw_int16s  *empty = caw_int16s_new(NULL, 0);
    CHECK_INT(caw_doubles_count(numbers), 2);
    CHECK_REAL(caw_doubles_data(numbers)[1], 2.5);
    CHECK_INT((uintptr_t)caw_doubles_data(numbers) % _Alignof(double), 0);
    CHECK_INT(caw_doubles_count(zeros), 300);
    CHECK_REAL(caw_doubles_data(zeros)[0], 0);
    CHECK_REAL(caw_doubles_data(zeros)[299], 0);
    caw_doubles_data(zeros)[299] = 7;
    CHECK_REAL(caw_doubles_data(zeros)[299], 7);
    CHECK_INT(caw_int16s_count(empty), 0);
    CHECK(caw_int16s_data(empty) != NULL);
    CHECK_INT(caw_int16s_count(NULL), 0);
    CHECK(caw_int16s_data(NULL) != NULL);
    CHECK(caw_ref(numbers) == numbers);
    caw_unref(numbers);
    CHECK_INT(caw_doubles_count(numbers), 2);
    caw_unref(numbers);
    caw_unref(zeros);
    caw_unref(empty);
    CHECK(caw_uint64s_new(NULL, SIZE_MAX / 8 + 2) == NULL);
    CHECK(caw_uint8s_new(NULL, SIZE_MAX) == NULL);
}

static CAW_ASYNC(caw_floats *, halves, int count)
{
    CAW_BEGIN(caw_floats *) {
        caw_floats *out = caw_floats_new(NULL, (size_t)count);
        CAW_AWAIT(caw_sleep(1));
        for (int i = 0; i < count; i++) caw_floats_data(out)[i] = (float)i / 2;
        CAW_RETURN(out);
    } CAW_END;
}

ASYNC_TEST(results)
{
    CAW_BEGIN(void) {
        caw_floats *once = CAW_AWAIT(halves(3));
        CHECK_INT(caw_floats_count(once), 3);
        CHECK_REAL(caw_floats_data(once)[2], 1);
        caw_unref(once);
        /* Each who asks has a reference; nobody who asks leaves none behind. */
        caw_of(caw_floats *) task = caw_spawn(halves(2));
        caw_floats *first = CAW_AWAIT(caw_ref(task)), *second = NULL;
        CHECK_INT(caw_result(task, &second), 0);
        CHECK(first == second);
        caw_unref(first);
        CHECK_REAL(caw_floats_data(second)[1], 0.5);
        caw_unref(second);
        caw_unref(task);
        task = caw_spawn(halves(1));
        CAW_AWAIT(caw_sleep(2));
        caw_unref(task);
    } CAW_END;
}
