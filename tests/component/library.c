/*
 * A library: its exported async function is a CAW_ASYNC function, and awaits another component's.
 */
#include "text.h"

#define MOST 8

CAW_FROM("demo:words/dictionary@1.0.0", "[async-lower]look-up") uint32_t look_up(const char *word, size_t size, text *result);

static uint32_t ended_count, cancelled_count;

/* One word into its place. */
static CAW_ASYNC(void, translate_word, const char *word, size_t size, text *result)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_component_call(look_up(word, size, result)));
    } CAW_END;
}

static void free_text(void *data)
{
    text *it = data;
    caw_component_free(it->data, it->size);
}

static CAW_ASYNC(text, translate, char *from, size_t size)
{
    CAW_BEGIN(text) {
        text own = {from, size}, words[MOST] = {{NULL, 0}};
        CAW_DEFER(free_text, &own);
        for (int i = 0; i < MOST; i++) CAW_DEFER(free_text, &words[i]);
        int  count = 0;
        char whole[256];
        CAW_TRY {
            CAW_WITH_TASK_GROUP(group) {
                for (size_t start = 0, at = 0; at <= size && count < MOST; at++) {
                    if (at < size && from[at] != ' ') continue;
                    caw_unref(caw_group_spawn(group, translate_word(from + start, at - start, &words[count++])));
                    start = at + 1;
                }
            }
            CAW_END_TASK_GROUP;
        } CAW_EXCEPT(CAW_CANCELLED_ERROR, error) {
            cancelled_count++;
            CAW_RERAISE();
        } CAW_FINALLY {
            ended_count++;
        }
        CAW_END_TRY;
        size_t length = 0;
        for (int i = 0; i < count; i++) {
            if (i) whole[length++] = ' ';
            memcpy(whole + length, words[i].data, words[i].size);
            length += words[i].size;
        }
        CAW_RETURN(text_of(whole, length));
    } CAW_END;
}

CAW_FROM("[export]demo:words/translator@1.0.0", "[task-return]translate") void translate_return(const char *data, size_t size);

static void give(const text *result)
{
    translate_return(result->data, result->size);
    caw_component_free(result->data, result->size);
}
CAW_COMPONENT_EXPORT("demo:words/translator@1.0.0", "translate", translate, (char *from, size_t size), (from, size), give);

static CAW_ASYNC(uint32_t, ended, void)
{
    CAW_BEGIN(uint32_t) {
        CAW_RETURN(ended_count);
    } CAW_END;
}
CAW_FROM("[export]demo:words/translator@1.0.0", "[task-return]ended") void ended_return(uint32_t count);
static void give_ended(const uint32_t *count) { ended_return(*count); }
CAW_COMPONENT_EXPORT("demo:words/translator@1.0.0", "ended", ended, (void), (), give_ended);

static CAW_ASYNC(uint32_t, cancelled, void)
{
    CAW_BEGIN(uint32_t) {
        CAW_RETURN(cancelled_count);
    } CAW_END;
}
CAW_FROM("[export]demo:words/translator@1.0.0", "[task-return]cancelled") void cancelled_return(uint32_t count);
static void give_cancelled(const uint32_t *count) { cancelled_return(*count); }
CAW_COMPONENT_EXPORT("demo:words/translator@1.0.0", "cancelled", cancelled, (void), (), give_cancelled);
