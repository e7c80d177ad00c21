/*
 * cawait: asyncio for C. The umbrella: the portable runtime, every primitive. Host extensions are separate: <cawait/js.h>,
 * <cawait/export.h>, <cawait/fetch.h>, <cawait/web_stream.h>, <cawait/http.h> (JavaScript), <cawait/stdin.h> (WASI and native),
 * <cawait/file.h>, <cawait/component.h> (WASI 0.3), <cawait/sim.h> (tests).
 */
#ifndef CAWAIT_H
#define CAWAIT_H

#include <cawait/address.h>
#include <cawait/array.h>
#include <cawait/as_completed.h>
#include <cawait/barrier.h>
#include <cawait/base.h>
#include <cawait/channel.h>
#include <cawait/condition.h>
#include <cawait/connection.h>
#include <cawait/context.h>
#include <cawait/coro.h>
#include <cawait/datagram.h>
#include <cawait/error.h>
#include <cawait/event.h>
#include <cawait/executor.h>
#include <cawait/exit_stack.h>
#include <cawait/future.h>
#include <cawait/gather.h>
#include <cawait/generator.h>
#include <cawait/generator_with.h>
#include <cawait/getaddrinfo.h>
#include <cawait/graph.h>
#include <cawait/lock.h>
#include <cawait/loop.h>
#include <cawait/map.h>
#include <cawait/queue.h>
#include <cawait/race.h>
#include <cawait/run.h>
#include <cawait/runner.h>
#include <cawait/semaphore.h>
#include <cawait/server.h>
#include <cawait/shield.h>
#include <cawait/socket.h>
#include <cawait/standard.h>
#include <cawait/stream.h>
#include <cawait/task.h>
#include <cawait/task_group.h>
#include <cawait/threadsafe.h>
#include <cawait/timeout.h>
#include <cawait/transport.h>
#include <cawait/try.h>
#include <cawait/value.h>
#include <cawait/wait.h>
#include <cawait/with.h>
#ifdef __cplusplus
#include <cawait/c_only.h>
#endif

#endif
