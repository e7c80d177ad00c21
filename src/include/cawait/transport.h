/*
 * Owns: transports and protocols: bytes in both directions over anything, with back-pressure, an orderly and a hard end
 * (asyncio's Transport and Protocol).
 * Must not know: streams (stream.h, the comfortable side of this), nor what carries the bytes.
 *
 * Three parties: who writes a protocol (callbacks for what arrives), who uses the transport (write, close...), and who makes a
 * transport of something that carries bytes: a few functions, caw_transport_ops, for what can be done at once; the buffer, the
 * limits, the flushing close and the order of the callbacks are the library's.
 */
#ifndef CAWAIT_TRANSPORT_H
#define CAWAIT_TRANSPORT_H

#include <cawait/loop.h>
#include <cawait/value.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Counted object of one loop. Whoever uses it holds it, and its carrier while that is open with the host (a socket); from close or abort
 * on it holds itself until the connection is lost.
 */
typedef struct caw_transport caw_transport;

/* ---- Protocols --------------------------------------------------------------------------------------------------------- */

/*
 * What a transport calls, in this order: connection_made, then data_received any number of times, eof_received at most once,
 * connection_lost exactly once (never if the loop is closed, or nobody holds the transport, before), release exactly once and last.
 * Not from inside a call of the program's, but for pause_writing and resume_writing, which take turns, a pause first. All may be
 * NULL. They run outside of tasks, in a context that was copied when the transport was made.
 */
typedef struct caw_protocol_ops {
    void (*connection_made)(void *self, caw_transport *transport); /* borrowed */
    /* The bytes are borrowed. A negative return (-CAW_MEMORY_ERROR: no room) ends the connection with that error. */
    int (*data_received)(void *self, const void *data, size_t size);
    /* The other side sends no more. false, or NULL: the transport closes itself; true: writing goes on. */
    bool (*eof_received)(void *self);
    /* Closed (error NULL), or broken; the error is borrowed. */
    void (*connection_lost)(void *self, caw_error *error);
    void (*pause_writing)(void *self);  /* more than the high limit is buffered */
    void (*resume_writing)(void *self); /* no more than the low limit is */
    void (*release)(void *self);        /* the transport calls no more */
    /*
     * In place of data_received, for who has memory of its own for what comes (asyncio's BufferedProtocol): get_buffer gives where it may
     * be put, and in *size how much of it; `hint` is how much there may be, 0: nobody knows. NULL or no bytes end the connection with
     * RuntimeError. Then buffer_updated says how much was put there; its return is as data_received's. Both, or neither.
     */
    void *(*get_buffer)(void *self, size_t hint, size_t *size);
    int (*buffer_updated)(void *self, size_t size);
} caw_protocol_ops;

/* ---- Using one ------------------------------------------------------------------------------------------------------------- */

/*
 * Sends, or buffers what cannot be sent now; the bytes are copied. Never waits. 0; -CAW_RUNTIME_ERROR after write_eof;
 * -CAW_MEMORY_ERROR: nothing was taken. When the connection is lost already, the bytes are dropped without a word, as in asyncio.
 * Source: WriteTransport.write, writelines.
 */
CAW__NODISCARD int caw_transport_write(caw_transport *transport, const void *data, size_t size);
/* All parts, or none. */
CAW__NODISCARD int caw_transport_writelines(caw_transport *transport, const caw_bytes *parts, size_t count);

/* Ends the writing half once everything is sent. 0, also when closing; -CAW_RUNTIME_ERROR when this kind of transport cannot. */
int  caw_transport_write_eof(caw_transport *transport);
bool caw_transport_can_write_eof(const caw_transport *transport);

/*
 * close: reads no more, sends what is buffered, then the connection is lost, without error. abort: drops what is buffered. Either
 * way connection_lost is called in a later pass, never in here. Again: no effect. From any callback.
 * Source: BaseTransport.close, WriteTransport.abort.
 */
void caw_transport_close(caw_transport *transport);
void caw_transport_abort(caw_transport *transport);
bool caw_transport_is_closing(const caw_transport *transport);

/*
 * Stops and starts data_received. 0; -CAW_RUNTIME_ERROR when this kind of transport cannot be paused. No effect when it is so
 * already, or closing. Source: ReadTransport.pause_reading, resume_reading.
 */
int  caw_transport_pause_reading(caw_transport *transport);
void caw_transport_resume_reading(caw_transport *transport);
bool caw_transport_is_reading(const caw_transport *transport);

/*
 * When the protocol is told to pause writing (more than `high` bytes are buffered) and to resume (no more than `low`). Negative:
 * the default, 64 KiB and a quarter of high; high alone negative: four times low. 0, or -CAW_VALUE_ERROR unless high >= low.
 * Source: set_write_buffer_limits.
 */
int    caw_transport_set_write_buffer_limits(caw_transport *transport, ptrdiff_t high, ptrdiff_t low);
size_t caw_transport_write_buffer_size(const caw_transport *transport);

/*
 * What the carrier tells of itself: a new value, none when it knows nothing of that name. Sockets: "peername" and "sockname", text as
 * "127.0.0.1:80", also once the connection is lost.
 */
caw_value caw_transport_get_extra_info(caw_transport *transport, const char *name);
caw_loop *caw_transport_loop(const caw_transport *transport);

/* ---- Making one --------------------------------------------------------------------------------------------------------------- */

/*
 * What a carrier can do. Each gets the transport; caw_transport_state gives the carrier's own struct. None may call the protocol
 * but by the functions below, and those only from a callback of the carrier's own. All but send may be NULL.
 */
typedef struct caw_transport_ops {
    const char *name;
    /*
     * Sends what it can now, and gives how many bytes that were; fewer than all, 0 included, is a promise to call
     * caw_transport_writable once it can go on. -1 with *error (a new reference) ends the connection with it.
     */
    ptrdiff_t (*send)(caw_transport *transport, const void *data, size_t size, caw_error **error);
    void (*send_eof)(caw_transport *transport); /* all is sent, and was the last; NULL: it cannot */
    /*
     * It closes, and everything is sent: true is a promise to call caw_transport_finished once that has arrived, or caw_transport_fail:
     * until then the connection is not lost. NULL, or false: it is at once.
     */
    bool (*finish)(caw_transport *transport);
    /* pause is called also when it begins to close, paused or not; then there is no resume. NULL: it cannot be paused. */
    void (*pause_reading)(caw_transport *transport);
    void (*resume_reading)(caw_transport *transport);
    /* It is over: let go of the carrier. Once, after connection_lost; `aborted` unless everything was sent. */
    void (*close)(caw_transport *transport, bool aborted);
    caw_value (*extra_info)(caw_transport *transport, const char *name);
    void (*release)(caw_transport *transport); /* the last reference went; `close` came before */
} caw_transport_ops;

/* A new transport with `state_size` zeroed bytes of the carrier's, on `loop` (NULL: the running one). NULL without memory or loop. */
CAW__REFERENCE caw_transport *caw_transport_new(const caw_transport_ops *ops, size_t state_size, caw_loop *loop);
void                         *caw_transport_state(caw_transport *transport);
/* Gives it its protocol, once, and calls connection_made, at once. */
void caw_transport_attach(caw_transport *transport, const caw_protocol_ops *ops, void *self);

/* Bytes came. Ignored once it is closing. */
void caw_transport_received(caw_transport *transport, const void *data, size_t size);
/*
 * The same without a copy, for a protocol with get_buffer: where to put what comes, then how much of it was put there. NULL: the protocol
 * is another, or the transport is closing, now or because it gave none.
 */
void *caw_transport_get_buffer(caw_transport *transport, size_t hint, size_t *size);
void  caw_transport_buffer_updated(caw_transport *transport, size_t size);
/* The other side sends no more. Ignored once it is closing. */
void caw_transport_received_eof(caw_transport *transport);
/* Sending can go on: send is called once with what is buffered. */
void caw_transport_writable(caw_transport *transport);
/* What finish has promised; ignored when it was lost meanwhile. */
void caw_transport_finished(caw_transport *transport);
/* It broke: as abort, and connection_lost gets the error, which is consumed. */
void caw_transport_fail(caw_transport *transport, caw_error *error);

#ifdef __cplusplus
}
#endif
#endif
