/* Awaits, reads, calls and gives whatever JavaScript makes of a border. */
#include <cawait.h>
#include <cawait/export.h>
#include <stdio.h>
#include <stdlib.h>

CAW_ASYNC(caw_value, wait_any, caw_js *promise)
{
    CAW_BEGIN(caw_value) {
        CAW_RETURN(CAW_AWAIT(caw_from_promise(caw_value, caw_ref(promise))));
    } CAW_END;
}
CAW_EXPORT(caw_value, wait_any, caw_js *, promise);

CAW_ASYNC(caw_js *, wait_object, caw_js *promise)
{
    CAW_BEGIN(caw_js *) {
        CAW_RETURN(CAW_AWAIT(caw_from_promise(caw_js *, caw_ref(promise))));
    } CAW_END;
}
CAW_EXPORT(caw_js *, wait_object, caw_js *, promise);

/* Through tasks, and what is over them. */
CAW_ASYNC(caw_value, wait_through, caw_js *promise, int how)
{
    CAW_BEGIN(caw_value) {
        caw_auto child = caw_spawn(wait_any(promise));
        switch (how) {
        case 0: CAW_RETURN(CAW_AWAIT(child));
        case 1: CAW_RETURN(CAW_AWAIT(caw_wait_for(child, 100)));
        case 2: CAW_RETURN(CAW_AWAIT(caw_shield(child)));
        case 3: caw_unref(CAW_AWAIT(caw_gather(child))); break;
        case 4: CAW_TRY {
                caw_value_drop(CAW_AWAIT(caw_ref(child)));
            } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            }
            CAW_END_TRY;
            CAW_RETURN(CAW_AWAIT(child)); /* once more */
        default: CAW_RETURN(CAW_AWAIT(caw_any_of(child)));
        }
        CAW_RETURN(caw_none());
    } CAW_END;
}
CAW_EXPORT(caw_value, wait_through, caw_js *, promise, int, how);

CAW_ASYNC(double, wait_number, caw_js *promise)
{
    CAW_BEGIN(double) {
        CAW_RETURN(CAW_AWAIT(caw_from_promise(double, caw_ref(promise))));
    } CAW_END;
}
CAW_EXPORT(double, wait_number, caw_js *, promise);

CAW_ASYNC(double, size_of, caw_bytes bytes)
{
    CAW_BEGIN(double) {
        CAW_RETURN((double)bytes.size);
    } CAW_END;
}
CAW_EXPORT(double, size_of, caw_bytes, bytes);

CAW_ASYNC(double, length_of, caw_string *text)
{
    CAW_BEGIN(double) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN((double)caw_string_size(text));
    } CAW_END;
}
CAW_EXPORT(double, length_of, caw_string *, text);

CAW_ASYNC(int, first_letter, const char *text)
{
    CAW_BEGIN(int) {
        CAW_RETURN(text[0]);
    } CAW_END;
}
CAW_EXPORT(int, first_letter, const char *, text);

/* Through caw_js_to_value and back. */
CAW_ASYNC(caw_value, read_value, caw_js *value)
{
    CAW_BEGIN(caw_value) {
        caw_value out;
        if (caw_js_to_value(value, &out)) CAW_RAISE_ERROR(caw_js_take_error());
        CAW_RETURN(out);
    } CAW_END;
}
CAW_EXPORT(caw_value, read_value, caw_js *, value);

CAW_ASYNC(caw_string *, describe, caw_js *value)
{
    CAW_BEGIN(caw_string *) {
        caw_string *text = caw_js_describe(value);
        if (!text) CAW_RAISE_ERROR(caw_js_take_error());
        CAW_RETURN(text);
    } CAW_END;
}
CAW_EXPORT(caw_string *, describe, caw_js *, value);

/* A result that JavaScript cannot have: at once, or later. */
CAW_ASYNC(caw_value, pointer, bool wait)
{
    CAW_BEGIN(caw_value) {
        if (wait) CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(caw_pointer(malloc(8), free));
    } CAW_END;
}
CAW_EXPORT(caw_value, pointer, bool, wait);

CAW_ASYNC(caw_string *, long_text, double length, bool wait)
{
    CAW_BEGIN(caw_string *) {
        if (wait) CAW_AWAIT(caw_sleep(0));
        caw_string *text = caw_string_new(NULL, (size_t)length);
        if (!text) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_RETURN(text);
    } CAW_END;
}
CAW_EXPORT(caw_string *, long_text, double, length, bool, wait);

CAW_ASYNC(void, fails, bool wait)
{
    CAW_BEGIN(void) {
        if (wait) CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "as asked");
    } CAW_END;
}
CAW_EXPORT(void, fails, bool, wait);

CAW_ASYNC(void, late, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_wait_for(caw_sleep(100), seconds));
    } CAW_END;
}
CAW_EXPORT(void, late, double, seconds);

static CAW_ASYNC(void, chained, int depth)
{
    CAW_BEGIN(void) {
        if (!depth) CAW_RAISE(CAW_VALUE_ERROR, "0");
        CAW_TRY {
            CAW_AWAIT(chained(depth - 1));
        } CAW_EXCEPT(CAW_EXCEPTION, error) {
            CAW_RAISE_ERROR(caw_error_set_cause(caw_error_new(CAW_RUNTIME_ERROR, "%d", depth), caw_ref(error)));
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_ASYNC(void, chain, int depth)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(chained(depth));
    } CAW_END;
}
CAW_EXPORT(void, chain, int, depth);

CAW_ASYNC(int, prints, int count)
{
    CAW_BEGIN(int) {
        for (int i = 0; i < count; i++) printf("line %d of %d\n", i + 1, count);
        CAW_RETURN(count);
    } CAW_END;
}
CAW_EXPORT(int, prints, int, count);

CAW_ASYNC(void, nap, double seconds)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(seconds));
    } CAW_END;
}
CAW_EXPORT(void, nap, double, seconds);

CAW_ASYNC(caw_js *, promised, double seconds)
{
    CAW_BEGIN(caw_js *) {
        CAW_RETURN(CAW_JS(caw_to_promise(caw_sleep(seconds))));
    } CAW_END;
}
CAW_EXPORT(caw_js *, promised, double, seconds);

static double calls(caw_js *f)
{
    caw_js *given = caw_js_call(f);
    if (!given) caw_js_throw(caw_js_take_error());
    caw_unref(given);
    return 1;
}
CAW_EXPORT_SYNC(double, calls, caw_js *, f);

/* A report that nobody asked for: an error that is never retrieved. */
static CAW_ASYNC(void, lost, void)
{
    CAW_BEGIN(void) {
        CAW_RAISE(CAW_VALUE_ERROR, "nobody looks");
    } CAW_END;
}
CAW_ASYNC(int, reports, void)
{
    CAW_BEGIN(int) {
        caw_unref((void *)(uintptr_t)caw_spawn(lost()));
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(1);
    } CAW_END;
}
CAW_EXPORT(int, reports);

CAW_ASYNC(void, trap, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        __builtin_trap();
    } CAW_END;
}
CAW_EXPORT(void, trap);

static int       given_back;
static void      give_back(void *data) { given_back += (int)(intptr_t)data; }
static caw_value count_args(void *data, const caw_value *args, size_t count)
{
    (void)data, (void)args;
    return caw_double((double)count);
}
CAW_ASYNC(caw_js *, function, void)
{
    CAW_BEGIN(caw_js *) {
        CAW_RETURN(CAW_JS(caw_js_function(count_args, (void *)1, give_back)));
    } CAW_END;
}
CAW_EXPORT(caw_js *, function);

/* Says where JavaScript can see it, even as the instance goes: printed at its end. */
static void tell(void *data)
{
    (void)data;
    printf("given back\n");
}
CAW_ASYNC(caw_js *, telling, void)
{
    CAW_BEGIN(caw_js *) {
        CAW_RETURN(CAW_JS(caw_js_function(count_args, NULL, tell)));
    } CAW_END;
}
CAW_EXPORT(caw_js *, telling);

CAW_ASYNC(int, destroyed, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(given_back);
    } CAW_END;
}
CAW_EXPORT(int, destroyed);
