/* Errors of C as JavaScript sees them, and JavaScript's own passing through C. */
#include <cawait.h>
#include <cawait/export.h>
#include <errno.h>

CAW_ASYNC(void, inner, int type, bool wait)
{
    CAW_BEGIN(void) {
        if (wait) CAW_AWAIT(caw_sleep(0));
        CAW_RAISE((caw_error_type)type, "type %d", type);
    } CAW_END;
}

CAW_ASYNC(void, outer, int type, bool wait)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(inner(type, wait));
    } CAW_END;
}
CAW_EXPORT(void, outer, int, type, bool, wait);

CAW_ASYNC(void, os, void)
{
    CAW_BEGIN(void) {
        CAW_RAISE_ERROR(caw_error_os(ENOENT, "no file"));
    } CAW_END;
}
CAW_EXPORT(void, os);

CAW_ASYNC(void, rich, void)
{
    CAW_BEGIN(void) {
        caw_error *error = caw_error_new(CAW_VALUE_ERROR, "bad");
        caw_error_set_cause(error, caw_error_new(CAW_LOOKUP_ERROR, "not there"));
        caw_error_add_note(error, "first note");
        caw_error_add_note(error, "second note");
        CAW_RAISE_ERROR(error);
    } CAW_END;
}
CAW_EXPORT(void, rich);

CAW_ASYNC(void, group, void)
{
    CAW_BEGIN(void) {
        caw_error *children[] = {caw_error_new(CAW_VALUE_ERROR, "one"), caw_error_new(CAW_TYPE_ERROR, "two")};
        CAW_RAISE_ERROR(caw_error_group("both", children, 2));
    } CAW_END;
}
CAW_EXPORT(void, group);

/* What C makes of a JavaScript error: its type and message; then it is raised again. */
CAW_ASYNC(caw_string *, seen, caw_js *p)
{
    CAW_BEGIN(caw_string *) {
        char line[200] = "none";
        CAW_TRY {
            CAW_AWAIT(caw_from_promise(void, caw_ref(p)));
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            caw_js    *js = caw_error_js(error);
            caw_error *text = caw_error_new(CAW_VALUE_ERROR, "%s|%s|%d|%d", caw_error_name((int)caw_error_type_of(error)),
                                            caw_error_message(error), caw_error_errno(error), js != NULL);
            for (size_t i = 0; i + 1 < sizeof line && (line[i] = caw_error_message(text)[i]); i++) {
            }
            caw_unref(text);
            caw_unref(js);
        }
        CAW_END_TRY;
        CAW_RETURN(caw_string_of(line));
    } CAW_END;
}
CAW_EXPORT(caw_string *, seen, caw_js *, p);

/* Through two tasks and a handler. */
CAW_ASYNC(void, through_child, caw_js *p)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_from_promise(void, caw_ref(p)));
        } CAW_FINALLY {
            CAW_AWAIT(caw_sleep(0));
        }
        CAW_END_TRY;
    } CAW_END;
}

CAW_ASYNC(void, through, caw_js *p)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_spawn(through_child(p)));
        } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
            (void)error;
            CAW_RERAISE();
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_EXPORT(void, through, caw_js *, p);

CAW_ASYNC(void, wraps, caw_js *p)
{
    CAW_BEGIN(void) {
        CAW_TRY {
            CAW_AWAIT(caw_from_promise(void, caw_ref(p)));
        } CAW_EXCEPT(CAW_JS_ERROR, error) {
            caw_error *own = caw_error_new(CAW_RUNTIME_ERROR, "wrapped");
            caw_error_set_cause(own, caw_ref(error));
            CAW_RAISE_ERROR(own);
        }
        CAW_END_TRY;
    } CAW_END;
}
CAW_EXPORT(void, wraps, caw_js *, p);

CAW_ASYNC(int, main_, void)
{
    CAW_BEGIN(int) {
#ifdef FAILS
        CAW_AWAIT(caw_sleep(0));
        CAW_RAISE(CAW_VALUE_ERROR, "main failed");
#endif
        CAW_RETURN(5);
    } CAW_END;
}
CAW_MAIN(main_)
