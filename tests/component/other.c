/*
 * The component of somebody else: words backwards, each after as many milliseconds as it has letters; "never" in no time that a test has.
 */
#include "text.h"

static CAW_ASYNC(text, look_up, char *word, size_t size)
{
    CAW_BEGIN(text) {
        text result = text_of(word, size);
        for (size_t i = 0; i < size; i++) result.data[i] = word[size - 1 - i];
        bool never = size == 5 && !memcmp(word, "never", size);
        caw_component_free(word, size);
        CAW_AWAIT(caw_sleep(never ? 86400 : 0.001 * (double)size));
        CAW_RETURN(result);
    } CAW_END;
}

CAW_FROM("[export]demo:words/dictionary@1.0.0", "[task-return]look-up") void look_up_return(const char *data, size_t size);

static void give(const text *result)
{
    look_up_return(result->data, result->size);
    caw_component_free(result->data, result->size);
}
CAW_COMPONENT_EXPORT("demo:words/dictionary@1.0.0", "look-up", look_up, (char *word, size_t size), (word, size), give);
