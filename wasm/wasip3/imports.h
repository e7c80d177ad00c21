/*
 * Owns: the component model's built-in functions as C sees them, by their names in the canonical ABI (CanonicalABI.md of the component
 * model; the mangling is wit-component's), and the codes they speak. What one interface of WASI has is beside who uses it.
 * Must not know: who calls them.
 */
#ifndef CAW_WASIP3_IMPORTS_H
#define CAW_WASIP3_IMPORTS_H

#include <stddef.h>
#include <stdint.h>

#define CAW__FROM(interface, name) __attribute__((import_module(interface), import_name(name))) extern
#define CAW__EXPORTED_AS(name) __attribute__((export_name(name)))

/* What an async function that is exported, and its callback, give back to the host. */
enum { CM_EXIT = 0, CM_YIELD = 1, CM_WAIT = 2 /* on the set in the bits from 4 */ };

/* What a callback is told. */
enum {
    CM_EVENT_NONE = 0, /* it had given YIELD */
    CM_EVENT_SUBTASK = 1,
    CM_EVENT_STREAM_READ = 2,
    CM_EVENT_STREAM_WRITE = 3,
    CM_EVENT_FUTURE_READ = 4,
    CM_EVENT_FUTURE_WRITE = 5,
    CM_EVENT_CANCEL = 6 /* the caller wants no result any more */
};

/* A call of an async function of another's: its state, and from bit 4 its handle; one that has RETURNED at once has none. */
enum { CM_STARTING = 0, CM_STARTED = 1, CM_RETURNED = 2, CM_CANCELLED_BEFORE_STARTED = 3, CM_CANCELLED_BEFORE_RETURNED = 4 };

/* A copy to or from a stream or future: how it ended, and from bit 4 how many were copied. */
#define CM_BLOCKED UINT32_MAX
enum { CM_COMPLETED = 0, CM_DROPPED = 1 /* by the other end */, CM_CANCELLED_COPY = 2 };

CAW__FROM("$root", "[waitable-set-new]") uint32_t caw__waitable_set_new(void);
/* Blocks; the first for what is there already. The event, or NONE; event_and_code[0] is the waitable, [1] the code. */
CAW__FROM("$root", "[waitable-set-wait]") uint32_t caw__waitable_set_wait(uint32_t set, uint32_t waitable_and_code[2]);
CAW__FROM("$root", "[waitable-set-poll]") uint32_t caw__waitable_set_poll(uint32_t set, uint32_t waitable_and_code[2]);
CAW__FROM("$root", "[waitable-set-drop]") void caw__waitable_set_drop(uint32_t set);
CAW__FROM("$root", "[waitable-join]") void caw__waitable_join(uint32_t waitable, uint32_t set); /* set 0: it is in none */
CAW__FROM("$root", "[subtask-cancel]") uint32_t caw__subtask_cancel(uint32_t subtask);
CAW__FROM("$root", "[subtask-drop]") void caw__subtask_drop(uint32_t subtask);
CAW__FROM("$root", "[thread-yield]") uint32_t caw__thread_yield(void);
CAW__FROM("$root", "[backpressure-inc]") void caw__backpressure_inc(void);
CAW__FROM("$root", "[backpressure-dec]") void caw__backpressure_dec(void);
CAW__FROM("$root", "[context-get-0]") uint32_t caw__context_get(void);
CAW__FROM("$root", "[context-set-0]") void caw__context_set(uint32_t value);
CAW__FROM("[export]$root", "[task-cancel]") void caw__guest_cancelled(void);
/* A stream of nothing but signs: the end to read in the low half, that to write in the high one. */
CAW__FROM("$root", "[stream-new-unit]") uint64_t caw__signs_new(void);
CAW__FROM("$root", "[async-lower][stream-read-unit]") uint32_t caw__signs_read(uint32_t stream, void *none, uint32_t count);
CAW__FROM("$root", "[async-lower][stream-write-unit]")
uint32_t caw__signs_write(uint32_t stream, const void *none, uint32_t count);
CAW__FROM("$root", "[stream-cancel-read-unit]") uint32_t caw__signs_cancel_read(uint32_t stream);
CAW__FROM("$root", "[stream-drop-readable-unit]") void caw__signs_drop_readable(uint32_t stream);
CAW__FROM("$root", "[stream-drop-writable-unit]") void caw__signs_drop_writable(uint32_t stream);

#endif
