/*
 * Owns: async functions between components (WASI 0.3, the host wasip3): yours that others call, others' that you await.
 * Must not know: which worlds there are: `cawait build --host wasip3 --wit PATH` gives yours.
 *
 * The functions of a world are C functions by the names and in the types of the component model's canonical ABI; nothing is generated.
 * Numbers are themselves; a string or a list is two parameters, where it is and how long; as a result it is written to memory:
 *
 *     interface dictionary { look-up: async func(word: string) -> string; }
 *
 *     typedef struct text { char *data; size_t size; } text;
 *     CAW_FROM("demo:words/dictionary", "[async-lower]look-up") uint32_t look_up(const char *word, size_t size, text *result);
 *
 * (More than four parameters of an async function go into one struct, by its address.) It is awaited so, in any async function; the
 * arguments and the result must stay where they are until then, as variables of that function do:
 *
 *     text found;
 *     CAW_AWAIT(caw_component_call(look_up("word", 4, &found)));
 *     ... caw_component_free(found.data, found.size);
 */
#ifndef CAWAIT_COMPONENT_H
#define CAWAIT_COMPONENT_H

#include <cawait/task.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Declares a function of an interface: CAW_FROM("demo:words/dictionary@1.0.0", "[async-lower]look-up") uint32_t look_up(...); */
#define CAW_FROM(interface, name) __attribute__((import_module(interface), import_name(name))) extern

/*
 * Awaits the call that an "[async-lower]" function has begun; its result is where the call was told. Cancelled, or dropped without
 * having been awaited, it cancels the call, and has waited until that has ended: nothing is written to the result after that.
 */
CAW__HANDLE caw_of(void) caw_component_call(uint32_t begun);

/* What came from another component (strings, lists, of a result or an argument) is yours to free; `size` in bytes. NULL is ignored. */
void caw_component_free(void *block, size_t size);
/* Memory that the other side may free so, or a string that is given away: as malloc. NULL: none is left, or size is 0. */
void *caw_component_alloc(size_t size);

/*
 * Exports an async function of an interface of your world: its name there, the async function, its parameters as the canonical ABI
 * has them and the arguments for it, and who gives the result to the host, once, when the function has ended:
 *
 *     interface translator { translate: async func(text: string) -> string; }
 *
 *     CAW_ASYNC(text, translate, char *text, size_t size) { ... }
 *     CAW_FROM("[export]demo:words/translator", "[task-return]translate") void translate_return(const char *data, size_t size);
 *     static void give(const text *result) { translate_return(result->data, result->size); }
 *     CAW_COMPONENT_EXPORT("demo:words/translator", "translate", translate, (char *text, size_t size), (text, size), give);
 *
 * `give` has a pointer to the result (of void: const char *, to nothing), which it also frees if it is the function's own.
 * All calls of an instance are tasks of one loop, which CAW_MAIN runs in, too, if the world has wasi:cli/run; what they spawn goes on
 * when they have ended. A caller that cancels its call cancels the task; it may still return a result. An error that leaves the
 * function is reported and ends the instance with a trap, as the component model has no others: a function that may fail says so by its
 * result.
 */
#define CAW_COMPONENT_EXPORT(interface, name, function, parameters, arguments, give)                                           \
    __attribute__((export_name("[async-lift]" interface "#" name))) uint32_t caw__lifted_##function parameters;                \
    uint32_t caw__lifted_##function parameters                                                                                 \
    {                                                                                                                          \
        caw_loop *caw__previous = caw__component_enter();                                                                      \
        caw_auto  caw__h = CAW__PLAIN_HANDLE(function arguments);                                                              \
        void (*caw__give)(const CAW__STORED_RESULT(caw__h) *) = (give);                                                        \
        return caw__component_begin(caw_base(caw__h), caw__shared_shape(CAW__SHAPE(CAW__RESULT(caw__h))),                      \
                                    (caw__component_give *)caw__give, caw__previous);                                          \
    }                                                                                                                          \
    __attribute__((export_name("[callback][async-lift]" interface "#" name))) uint32_t caw__called_##function(                 \
        uint32_t event, uint32_t handle, uint32_t code);                                                                       \
    uint32_t caw__called_##function(uint32_t event, uint32_t handle, uint32_t code)                                            \
    {                                                                                                                          \
        return caw__guest_called(event, handle, code);                                                                         \
    }                                                                                                                          \
    _Static_assert(1, "")

/* ---- Private ----------------------------------------------------------------------------------------------------- */
#ifdef __cplusplus
#define CAW__PLAIN_HANDLE(handle) +(handle)
#else
#define CAW__PLAIN_HANDLE(handle) handle
#endif
typedef void caw__component_give(const void *result);
caw_loop    *caw__component_enter(void);
uint32_t     caw__component_begin(caw_any *any, uint32_t shape, caw__component_give *give, caw_loop *previous);
uint32_t     caw__guest_called(uint32_t event, uint32_t handle, uint32_t code);

#ifdef __cplusplus
}
#endif
#endif
