/* Memory that grows in the middle of everything, and that runs out. */
#include <cawait.h>
#include <cawait/export.h>
#include <string.h>

/* Grows the memory by 64 KiB pages, as a call of malloc may at any time. */
static void grow(void) { __builtin_wasm_memory_grow(0, 1); }

CAW_ASYNC(caw_string *, echo, const char *text, caw_bytes bytes)
{
    CAW_BEGIN(caw_string *) {
        grow();
        CAW_AWAIT(caw_sleep(0));
        grow();
        caw_js *js = CAW_JS(caw_js_from(caw_blob(caw_string_new(bytes.data, bytes.size))));
        CAW_DEFER(caw_unref, js);
        grow();
        caw_string *again = caw_js_to_bytes(js);
        CAW_DEFER(caw_unref, again);
        grow();
        if (caw_string_size(again) != bytes.size) CAW_RAISE(CAW_RUNTIME_ERROR, "bytes were lost");
        CAW_RETURN(caw_string_of(text));
    } CAW_END;
}
CAW_EXPORT(caw_string *, echo, const char *, text, caw_bytes, bytes);

static caw_value grows(void *data, const caw_value *args, size_t count)
{
    (void)data;
    grow();
    return count ? caw_value_copy(args[0]) : caw_none();
}

CAW_ASYNC(caw_value, everything, caw_js *echo_, caw_js *promise)
{
    CAW_BEGIN(caw_value) {
        caw_js *function = CAW_JS(caw_js_function(grows, NULL, NULL));
        CAW_DEFER(caw_unref, function);
        CAW_DEFER((void (*)(void *))(void *)caw_js_dispose, function);
        caw_js *answer = CAW_JS(caw_js_call(echo_, caw_js_value(caw_ref(function)), caw_text(caw_string_of("in the call"))));
        CAW_DEFER(caw_unref, answer);
        grow();
        double n = CAW_AWAIT(caw_from_promise(double, caw_ref(promise)));
        grow();
        caw_value value;
        if (caw_js_to_value(answer, &value)) CAW_RAISE_ERROR(caw_js_take_error());
        if (n != 0.5) CAW_RAISE(CAW_RUNTIME_ERROR, "a number was lost");
        CAW_RETURN(value);
    } CAW_END;
}
CAW_EXPORT(caw_value, everything, caw_js *, echo, caw_js *, promise);

/* ---- Exhaustion ---- */

static caw_string *hoard[8192];
static int         hoarded;

CAW_ASYNC(int, exhaust, void)
{
    CAW_BEGIN(int) {
        for (size_t size = 1 << 20; size >= 8; size /= 2) {
            caw_string *block;
            while (hoarded < 8192 && (block = caw_string_new(NULL, size))) hoard[hoarded++] = block;
        }
        CAW_RETURN(hoarded);
    } CAW_END;
}
CAW_EXPORT(int, exhaust);

CAW_ASYNC(int, relieve, void)
{
    CAW_BEGIN(int) {
        while (hoarded) caw_unref(hoard[--hoarded]);
        CAW_RETURN(0);
    } CAW_END;
}
CAW_EXPORT(int, relieve);

CAW_ASYNC(caw_string *, big, unsigned size)
{
    CAW_BEGIN(caw_string *) {
        caw_string *string = caw_string_new(NULL, size);
        if (!string) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        memset((char *)(uintptr_t)caw_string_data(string), 'x', size);
        CAW_RETURN(string);
    } CAW_END;
}
CAW_EXPORT(caw_string *, big, unsigned, size);

CAW_ASYNC(caw_string *, text_of, caw_js *promise)
{
    CAW_BEGIN(caw_string *) {
        CAW_RETURN(CAW_AWAIT(caw_from_promise(caw_string *, caw_ref(promise))));
    } CAW_END;
}
CAW_EXPORT(caw_string *, text_of, caw_js *, promise);
