/*
 * Owns: channels: a queue whose ends are in different workers.
 * Must not know: what a worker is on which host.
 *
 *     static CAW_ASYNC(void, parse, caw_receiver *lines, caw_sender *numbers)
 *     {
 *         CAW_BEGIN(void) {
 *             CAW_FOR_AWAIT(caw_value line, caw_channel_items(lines)) {
 *                 CAW_AWAIT(caw_channel_put(numbers, caw_double(atof(caw_string_data(line.as_string)))));
 *                 caw_value_drop(line);
 *             } CAW_END_FOR;
 *         } CAW_END;
 *     }
 *     CAW_JOB(void, parse, caw_receiver *, lines, caw_sender *, numbers);
 *
 *     caw_executor *e = caw_executor_new(.workers = 2);                            // in an async function; one for each stage
 *     caw_channel *lines = caw_channel_new(8), *numbers = caw_channel_new(8);
 *     caw_auto     reading = caw_run_in_executor(e, read_lines, "file", lines);    // a job that puts them
 *     caw_auto     parsing = caw_run_in_executor(e, parse, lines, numbers);
 *     CAW_FOR_AWAIT(caw_value n, caw_channel_items(numbers)) { sum += n.as_double; } CAW_END_FOR;
 */
#ifndef CAWAIT_CHANNEL_H
#define CAWAIT_CHANNEL_H

#include <cawait/executor.h>
#include <cawait/queue.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Counted object, of the loop that was running when it was made; a queue there, first in, first out. An async job (CAW_JOB) has as
 * parameters what it does with one: a caw_sender * puts, a caw_receiver * gets; it is given the channel for either, as an argument. Both are
 * counted, borrowed from the caller as any argument, and of no use once the job has ended.
 *
 * When the last of the jobs that it was given to as a sender has left it (has ended, whatever way: returned, failed, was cancelled,
 * killed, lost), it is closed; so it is when the last receiver has. Give all of them their ends, then, before you wait for one.
 *
 * Where one job puts and one other takes, in a worker each, items go from one to the other (on JavaScript hosts through a MessagePort; large
 * ones are handed over), and it does not matter what the loop that has made the channel is doing. When others take part, that loop or a
 * further job, they go by way of it from then on, in the same order. An item is put when there is room for it: those that were put for a job
 * that has ended meanwhile, and was the last receiver, may be gone, as those are which a job that is lost or killed had before it.
 *
 * A worker has one job at a time: jobs that wait for each other by channels need a pool with as many workers (.workers) as they are; one
 * that has not begun is waited for until another has ended.
 */
typedef struct caw_channel  caw_channel;
typedef struct caw_sender   caw_sender;
typedef struct caw_receiver caw_receiver;

/* At most `max_size` items, 0 or less: no bound. NULL without memory, or with no running loop; to that one TypeError is what comes of all. */
CAW__REFERENCE caw_channel *caw_channel_new(int max_size);

/*
 * Puts a value, waiting while the channel is full; consumes the value in every case. From another worker it goes as a job's arguments do:
 * TypeError for a pointer or a JavaScript value between instances. QueueShutDown once it is closed. As caw_queue_put, but for this: who is
 * cancelled while the value is on its way cannot know whether it has arrived.
 */
#define caw_channel_put(end, value)                                                                                            \
    caw__channel_put((caw_channel *)_Generic((end), caw_channel *: (end), caw_sender *: (end)), (value))
/*
 * Takes the next value, waiting for one; it is the caller's. QueueShutDown once it is closed and empty. As caw_queue_get; who is cancelled
 * loses none: one that is on its way goes back to where it was taken, and behind what another end has taken since.
 */
#define caw_channel_get(end) caw__channel_get((caw_channel *)_Generic((end), caw_channel *: (end), caw_receiver *: (end)))
/* What caw_channel_get gives, one after the other, until it is closed and empty. As caw_queue_items. */
#define caw_channel_items(end) caw__channel_items((caw_channel *)_Generic((end), caw_channel *: (end), caw_receiver *: (end)))
/* No more puts, at any end; what is there can be taken. As caw_queue_shutdown. */
#define caw_channel_close(end)                                                                                                 \
    caw__channel_close((caw_channel *)_Generic((end), caw_channel *: (end), caw_sender *: (end), caw_receiver *: (end)))

/* ---- Private ----------------------------------------------------------------------------------------------------- */
CAW__HANDLE caw_of(void) caw__channel_put(caw_channel *end, caw_value value);
CAW__HANDLE caw_of(caw_value) caw__channel_get(caw_channel *end);
CAW__HANDLE caw_gen(caw_value) caw__channel_items(caw_channel *end);
void        caw__channel_close(caw_channel *end);

#ifdef __cplusplus
}
#endif
#endif
