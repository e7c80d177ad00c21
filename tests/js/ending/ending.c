/* A CAW_MAIN that ends while others are at work: what they do about it, the environment says. */
#include <cawait.h>
#include <cawait/export.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is(const char *how)
{
    const char *set = getenv("HOW");
    return set && strcmp(set, how) == 0;
}

static bool has(const char *word)
{
    const char *set = getenv("HOW");
    return set && strstr(set, word);
}

CAW_ASYNC(void, waits, const char *name)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e6));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            printf("%s cancelled\n", name);
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}

/* Its cleanup waits for a timer, then for a promise of JavaScript's. */
CAW_ASYNC(void, cleans_up, const char *name)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e6));
        } CAW_FINALLY {
            printf("%s\n", name);
            CAW_AWAIT(caw_sleep(0.001));
            caw_js *cleanup = caw_js_global("cleanup");
            CAW_DEFER(caw_unref, cleanup);
            caw_auto cleaned = caw_from_promise(double, CAW_JS(caw_js_call(cleanup)));
            printf("%s %g\n", name, CAW_AWAIT(cleaned));
        }
        CAW_END_TRY;
    } CAW_END;
}

CAW_ASYNC(void, fails, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e6));
        } CAW_FINALLY {
            CAW_RAISE(CAW_VALUE_ERROR, "no such luck");
        }
        CAW_END_TRY;
    } CAW_END;
}

CAW_ASYNC(void, refuses, void)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e6));
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            puts("refused");
        }
        CAW_END_TRY;
        caw_js *until = caw_js_global("until");
        CAW_DEFER(caw_unref, until);
        CAW_AWAIT(caw_from_promise(void, caw_ref(until)));
        puts("went on");
    } CAW_END;
}

CAW_ASYNC(void, leaves_another, int n)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_sleep(1e6));
        } CAW_FINALLY {
            printf("%d\n", n);
            if (n) caw_unref(caw_spawn(leaves_another(n - 1)));
        }
        CAW_END_TRY;
    } CAW_END;
}

CAW_ASYNC_GEN(int, items, void)
{
    CAW_BEGIN_GEN(int)
    {
        CAW_TRY {
            for (int i = 0;; i++) CAW_YIELD(i);
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0.001));
            puts("generator closed");
        }
        CAW_END_TRY;
    }
    CAW_END_GEN;
}

/* Each awaits the one before. */
CAW_ASYNC(void, awaits, caw_of(void) inner)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(inner);
    } CAW_END;
}

static caw_of(void) chain(int length)
{
    caw_auto task = caw_spawn(waits("innermost"));
    while (length-- > 0) task = caw_spawn(awaits(task));
    return task;
}

static caw_gen(int) kept;

CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
        if (is("nothing")) CAW_RETURN(7);
        caw_unref(caw_spawn(waits("first")));
        if (is("order")) {
            caw_unref(caw_spawn(cleans_up("second")));
            caw_unref(caw_spawn(waits("third")));
            kept = items();
            printf("%d\n", CAW_AWAIT(caw_anext(kept)));
            caw_unref(caw_spawn(waits("not begun")));
        }
        if (is("failing cleanup")) caw_unref(caw_spawn(fails()));
        if (is("refusing")) caw_unref(caw_spawn(refuses()));
        if (is("leaving")) caw_unref(caw_spawn(leaves_another(3)));
        if (has("chain")) caw_unref(chain(50000));
        if (has("shields")) {
            caw_of(void) task = chain(5000);
            for (int i = 0; i < 5000; i++) task = caw_spawn(awaits((caw_of(void))caw_base(caw_shield(task))));
            caw_unref(task);
        }
        CAW_AWAIT(caw_from_promise(void, caw_js_global("ready"))); /* its time may pass before load() has returned */
        CAW_AWAIT(caw_sleep(0.001));
        puts("main");
        if (is("failing")) CAW_RAISE(CAW_VALUE_ERROR, "main");
        if (has("endless")) CAW_AWAIT(caw_sleep(1e6));
        CAW_RETURN(7);
    } CAW_END;
}
CAW_MAIN(main_)

CAW_ASYNC(void, call, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(waits("call"));
    } CAW_END;
}
CAW_EXPORT(void, call);

/* Not a task. */
static caw_of(void) pending;
static caw_of(void) plain(void)
{
    pending = caw_future(void);
    return caw_ref(pending);
}
CAW_EXPORT(void, plain);

CAW_ASYNC(int, add, int a, int b)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(a + b);
    } CAW_END;
}
CAW_EXPORT(int, add, int, a, int, b);

CAW_ASYNC(void, let_go, void)
{
    CAW_BEGIN(void) {
        caw_unref(kept);
        kept = NULL;
        CAW_RETURN();
    } CAW_END;
}
CAW_EXPORT(void, let_go);
