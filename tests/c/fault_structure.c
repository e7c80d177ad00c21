/* The Nth allocation fails: async context managers, task groups, exception groups, exit stacks. */
#include "fault.h"

/* Owns a string from enter to exit; both suspend. */
typedef struct holder {
    caw_string *held;
    int         entered, left;
} holder;

static CAW_ASYNC(void, enter, void *self)
{
    CAW_BEGIN(void) {
        holder *h = self;
        h->held = NEED(caw_string_of("held"));
        h->entered++;
        CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}

static CAW_ASYNC(bool, leave, void *self, caw_error *error)
{
    CAW_BEGIN(bool) {
        holder *h = self;
        CAW_AWAIT(caw_sleep(error ? 0 : 1));
        h->left++;
        CAW_RETURN(caw_error_is(error, CAW_VALUE_ERROR));
    } CAW_END;
}

static void give_up(void *self)
{
    holder *h = self;
    caw_unref(h->held);
    h->held = NULL;
}

static const caw_with_type holder_type = {.enter = enter, .exit = leave, .release = give_up};

SCENARIO(managers)
{
    CAW_BEGIN(void) {
        holder h = {0};
        CAW_WITH(((caw_with){&h, &holder_type})) {
            CAW_AWAIT(caw_sleep(1));
        }
        CAW_END_WITH;
        CHECK(h.entered == h.left && !h.held);
        CAW_WITH(((caw_with){&h, &holder_type})) {
            CAW_RAISE(CAW_VALUE_ERROR, "swallowed");
        }
        CAW_END_WITH;
        CHECK(h.entered == h.left && !h.held);
    } CAW_END;
}

static CAW_ASYNC(void, lock, caw_lock *l)
{
    CAW_BEGIN_OWNING(void, caw_unref(l)) {
        CAW_DEFER(caw_unref, l);
        CAW_WITH(caw_lock_with(l)) {
            CAW_AWAIT(caw_sleep(1));
        }
        CAW_END_WITH;
    } CAW_END;
}

static CAW_ASYNC(void, take, caw_semaphore *s)
{
    CAW_BEGIN_OWNING(void, caw_unref(s)) {
        CAW_DEFER(caw_unref, s);
        CAW_WITH(caw_semaphore_with(s)) {
            CAW_AWAIT(caw_sleep(1));
        }
        CAW_END_WITH;
    } CAW_END;
}

SCENARIO(locks_and_semaphores)
{
    CAW_BEGIN(void) {
        caw_lock *l = NEED(caw_lock_new());
        CAW_DEFER(caw_unref, l);
        caw_semaphore *s = NEED(caw_semaphore_new(1));
        CAW_DEFER(caw_unref, s);
        caw_results *r = CAW_AWAIT(caw_gather_settled(lock(caw_ref(l)), lock(caw_ref(l)), take(caw_ref(s)), take(caw_ref(s))));
        CAW_DEFER(caw_unref, r);
        CHECK(!caw_lock_locked(l));
        CHECK_INT(caw_semaphore_value(s), 1);
        for (size_t i = 0; i < 4; i++) {
            if (caw_error_is(caw_error_at(r, i), CAW_MEMORY_ERROR)) CAW_RAISE_ERROR(caw_ref(caw_error_at(r, i)));
        }
        size_t before = allocation;
        CAW_WITH(caw_lock_with(l)) {
            CAW_WITH(caw_semaphore_with(s)) {
                CHECK_INT(allocation, before); /* what is free costs none */
            }
            CAW_END_WITH;
        }
        CAW_END_WITH;
        CHECK_INT(allocation, before);
    } CAW_END;
}

/* ---- Task groups ------------------------------------------------------------------------------------------------------------ */

static int running;

static void ended(void *unused)
{
    (void)unused;
    running--;
}

static CAW_ASYNC(void, child, double seconds, caw_error_type error)
{
    CAW_BEGIN(void) {
        running++;
        CAW_DEFER(ended, NULL);
        CAW_AWAIT(caw_sleep(seconds));
        if (error) CAW_RAISE(error, "a child's");
    } CAW_END;
}

static CAW_ASYNC(void, group_of, caw_error_type error)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                CAW_GROUP_START(group, child(1, CAW_OK));
                CAW_GROUP_START(group, child(2, error), .name = "named");
                CAW_GROUP_START(group, child(3, CAW_OK), .eager = true);
                caw_auto kept = caw_group_spawn(group, child(1, CAW_OK));
                CAW_DEFER(caw_unref, kept);
                CAW_AWAIT(caw_ref(kept));
            }
            CAW_END_TASK_GROUP;
        } CAW_FINALLY {
            CHECK_INT(running, 0); /* whatever failed: no child is left */
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Of a group's errors the sweep wants to see MemoryErrors only. */
static bool only_memory(const caw_error *error)
{
    for (size_t i = 0; i < caw_error_child_count(error); i++) {
        if (!caw_error_is(caw_error_child(error, i), CAW_MEMORY_ERROR)) return false;
    }
    return true;
}

SCENARIO(task_groups)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(group_of(CAW_OK));
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
            CHECK(only_memory(error));
            CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        }
        CAW_END_TRY;
    } CAW_END;
}

SCENARIO(failing_task_groups)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(group_of(CAW_VALUE_ERROR));
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
            bool through = caw_error_child_count(error) == 1 && caw_error_is(caw_error_child(error, 0), CAW_VALUE_ERROR);
            if (!through) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        }
        CAW_END_TRY;
    } CAW_END;
}

/* ---- Exception groups ------------------------------------------------------------------------------------------------------- */

static caw_error *group_over(caw_error *first, caw_error *second)
{
    return caw_error_group("group", (caw_error *[]){first, second}, 2);
}

static CAW_ASYNC(void, handle, int *handled)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            caw_error *inner = group_over(caw_error_new(CAW_VALUE_ERROR, "a"), caw_error_new(CAW_OS_ERROR, "b"));
            caw_error *outer = group_over(caw_error_new(CAW_TYPE_ERROR, "c"), inner);
            caw_error_add_note(outer, "note");
            CAW_RAISE_ERROR(outer);
        } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, group) {
            ++*handled;
            CAW_RAISE(CAW_RUNTIME_ERROR, "new");
        } CAW_EXCEPT_GROUP(CAW_TYPE_ERROR, group) {
            ++*handled;
            CAW_RERAISE();
        } CAW_EXCEPT_GROUP(CAW_OS_ERROR, group) {
            ++*handled;
        }
        CAW_END_TRY;
    } CAW_END;
}

SCENARIO(exception_groups)
{
    CAW_BEGIN(void) {
        int handled = 0;
        CAW_TRY {
            CAW_AWAIT(handle(&handled));
            trace("wrong");
        } CAW_EXCEPT(CAW_EXCEPTION_GROUP, error) {
            /* new, [c]; or where the parts themselves were not to be had, MemoryError is among them */
            caw_error *part = NULL;
            CAW_CHECK(caw_error_split(error, CAW_MEMORY_ERROR, &part, NULL));
            if (part || handled < 3) {
                caw_unref(part);
                CAW_RAISE(CAW_MEMORY_ERROR, NULL);
            }
            CHECK_INT(caw_error_child_count(error), 2);
        }
        CAW_END_TRY;
    } CAW_END;
}

SCENARIO(an_error_that_is_no_group)
{
    CAW_BEGIN(void) {
        bool handled = false;
        CAW_TRY {
            CAW_RAISE(CAW_VALUE_ERROR, "alone");
        } CAW_EXCEPT_GROUP(CAW_VALUE_ERROR, group) {
            handled = true;
        }
        CAW_END_TRY;
        CHECK(handled);
    } CAW_END;
}

/* ---- Exit stacks, generators as managers ------------------------------------------------------------------------------------ */

static CAW_ASYNC_GEN(int, opened, int *open)
{
    CAW_BEGIN_GEN(int)
    {
        ++*open;
        CAW_TRY {
            CAW_YIELD(*open);
            CAW_AWAIT(caw_sleep(1));
        } CAW_FINALLY {
            --*open;
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

SCENARIO(generators_as_managers)
{
    CAW_BEGIN(void) {
        static int open;
        open = 0;
        CAW_WITH_AS(int number, opened(&open)) {
            CHECK_INT(number, 1);
        }
        CAW_END_WITH;
        CHECK_INT(open, 0);
        CAW_TRY {
            CAW_WITH_AS(int number, opened(&open)) {
                CAW_RAISE(CAW_LOOKUP_ERROR, "%d", number);
            }
            CAW_END_WITH;
        } CAW_EXCEPT(CAW_LOOKUP_ERROR, error) {
            CHECK_INT(open, 0);
        }
        CAW_END_TRY;
        caw_gen(int) g = opened(&open);
        CAW_WITH(caw_aclosing(g)) {
            CAW_AWAIT(caw_anext(g));
        }
        CAW_END_WITH;
    } CAW_END;
}

static CAW_ASYNC(void, decrement, void *number)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(1));
        --*(int *)number;
    } CAW_END;
}

SCENARIO(exit_stacks)
{
    CAW_BEGIN(void) {
        static int open;
        open = 0;
        holder h = {0};
        CAW_WITH_EXIT_STACK(stack) {
            CAW_AWAIT(caw_exit_stack_enter(stack, caw_generator_with(opened(&open), NULL)));
            CAW_AWAIT(caw_exit_stack_enter(stack, (caw_with){&h, &holder_type}));
            CAW_CHECK(caw_exit_stack_async_callback(stack, decrement, &open));
            open++;
            caw_exit_stack *rest = NEED(caw_exit_stack_pop_all(stack));
            CAW_DEFER(caw_unref, rest);
            CAW_CHECK(caw_exit_stack_callback(stack, caw_unref, NEED(caw_string_of("given to the stack"))));
            CAW_AWAIT(caw_exit_stack_aclose(rest));
        }
        CAW_END_EXIT_STACK;
        CHECK_INT(open, 0);
        CHECK(h.entered == h.left && !h.held); /* when all went well */
    } CAW_END;
}

static bool began;

static CAW_ASYNC(void, fail, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        began = true;
        CAW_RAISE(CAW_VALUE_ERROR, "lost");
    } CAW_END;
}

static CAW_ASYNC(void, group_of_one, void)
{
    CAW_BEGIN(void) {
        began = false;
        CAW_WITH_TASK_GROUP(group) {
            CAW_GROUP_START(group, fail());
        }
        CAW_END_TASK_GROUP;
    } CAW_END;
}

/* A child's error goes up in a group; or is told of. */
TEST(the_error_of_a_child_is_not_lost)
{
    bool told = false;
    EACH_ALLOCATION_FAILS
    {
        caw_error *error = caw_run(group_of_one(), NULL);
        if (caw_error_type_of(error) == CAW_EXCEPTION_GROUP) {
            CHECK_INT(caw_error_child_count(error), 1);
        } else {
            CHECK_INT(caw_error_type_of(error), CAW_MEMORY_ERROR);
            bool tells = strstr(test.log, "no memory to raise the error of a task of a group") != NULL;
            CHECK(tells || !began || !strstr(test.log, "lost"));
            told |= tells;
        }
        caw_unref(error);
        test.log[0] = 0;
    }
    CHECK(told || CAW__POOLED); /* where blocks come from pools this one is had at once */
}
