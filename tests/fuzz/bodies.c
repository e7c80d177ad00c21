/*
 * Owns: bodies of tasks, and the table of their statements.
 * Must not know: what each statement does.
 */
#include "world.h"

CAW_ASYNC(void, statement, void)
{
    CAW_BEGIN(void) {
        unsigned which = byte();
        unsigned family = below(16);
        SAY("statement %u %u in %p", family, which, (void *)caw_current_task());
        switch (family) {
        case 0:
        case 1: CAW_AWAIT(caw_sleep(0)); break;
        case 2: CAW_AWAIT(caw_sleep(which & 7)); break;
        case 3:
        case 4:
        case 5: CAW_AWAIT(handle_await(handle_new(0))); break;
        case 6: value_take(CAW_AWAIT(body())); break;
        case 7: CAW_AWAIT(primitive_statement(which)); break;
        case 8: CAW_AWAIT(queue_statement(which)); break;
        case 9:
        case 10: CAW_AWAIT(generator_statement(which)); break;
        case 11:
        case 12: CAW_AWAIT(scope_statement(which)); break;
        case 13: CAW_RAISE_ERROR(error_new());
        case 14: {
            token *held = token_new();
            if (held) CAW_DEFER(value_drop, held);
            deed();
            CAW_AWAIT(statement());
            break;
        }
        default:
            deed();
            if (which & 1) caw_unref(CAW_CAPTURE_CALL_GRAPH());
            break;
        }
    } CAW_END;
}

CAW_ASYNC(caw_value, body, void)
{
    CAW_BEGIN(caw_value) {
        for (;;) {
            unsigned how = byte();
            SAY("body %u in %p", how, (void *)caw_current_task());
            if (how % 8 == 0) break;
            if (how % 8 == 1) deed();
            else if (how % 8 == 2) {
                CAW_TRY {
                    CAW_AWAIT(statement());
                    if (how & 64) CAW_RETURN(value_new());
                } CAW_EXCEPT(CAW_BASE_EXCEPTION, error) {
                    if (how & 8) (void)caw_error_add_note(error, "seen");
                    if (how & 16) CAW_RERAISE();
                } CAW_FINALLY {
                    if (how & 32) CAW_AWAIT(statement());
                }
                CAW_END_TRY;
            } else CAW_AWAIT(statement());
        }
        CAW_RETURN(value_new());
    } CAW_END;
}
