/* What the benchmark of jobs asks an executor for: nothing, what a kilobyte is worth, what many megabytes are. */
#include <cawait.h>
#include <cawait/export.h>
#include <stdlib.h>
#include <string.h>

static void nothing(void) {}
CAW_JOB(void, nothing);

static int sum(caw_bytes bytes)
{
    int all = 0;
    for (size_t i = 0; i < bytes.size; i++) all += bytes.data[i];
    return all;
}
CAW_JOB(int, sum, caw_bytes, bytes);

static double size_of(caw_bytes bytes) { return (double)bytes.size; }
CAW_JOB(double, size_of, caw_bytes, bytes);

static caw_executor *pool;

static int begin(int workers)
{
    caw_unref(pool);
    pool = caw_executor_new(.workers = (size_t)workers);
    return (int)caw_executor_kind_of(pool);
}
CAW_EXPORT_SYNC(int, begin, int, workers);

/* One after the other. */
static CAW_ASYNC(void, round_trips, int count)
{
    CAW_BEGIN(void) {
        for (int n = 0; n < count; n++) CAW_AWAIT(caw_run_in_executor(pool, nothing));
    } CAW_END;
}
CAW_EXPORT(void, round_trips, int, count);

static int left;
static CAW_ASYNC(int, one_lane, void)
{
    CAW_BEGIN(int) {
        static uint8_t kilobyte[1024];
        int            all = 0;
        memset(kilobyte, 1, sizeof kilobyte);
        while (left-- > 0) all += CAW_AWAIT(caw_run_in_executor(pool, sum, (caw_bytes){kilobyte, sizeof kilobyte}));
        CAW_RETURN(all);
    } CAW_END;
}

/* So many jobs of a kilobyte, 16 at a time: what all of them are worth. */
static CAW_ASYNC(int, kilobytes, int count)
{
    CAW_BEGIN(int) {
        enum { LANES = 16 };
        caw_of(int) lanes[LANES];
        int all = 0;
        left = count;
        for (int i = 0; i < LANES; i++) lanes[i] = caw_spawn(one_lane());
        for (int i = 0; i < LANES; i++) all += CAW_AWAIT(lanes[i]);
        CAW_RETURN(all);
    } CAW_END;
}
CAW_EXPORT(int, kilobytes, int, count);

static CAW_ASYNC(void, items, int count, caw_sender *to)
{
    CAW_BEGIN(void) {
        for (int i = 0; i < count; i++) CAW_AWAIT(caw_channel_put(to, caw_int(i)));
    } CAW_END;
}
CAW_JOB(void, items, int, count, caw_sender *, to);

static CAW_ASYNC(int, taken, caw_receiver *from)
{
    CAW_BEGIN(int) {
        int count = 0;
        CAW_FOR_AWAIT(caw_value n, caw_channel_items(from)) {
            count += n.tag == CAW_INT32;
        }
        CAW_END_FOR;
        CAW_RETURN(count);
    } CAW_END;
}
CAW_JOB(int, taken, caw_receiver *, from);

/* So many items from one worker to the other, through a channel with room for 64. `home` takes part: then they go by way of here. */
static CAW_ASYNC(int, channel, int count, bool home)
{
    CAW_BEGIN(int) {
        caw_channel *numbers = caw_channel_new(64);
        CAW_DEFER(caw_unref, numbers);
        if (home) caw_drop(caw_channel_get(numbers));
        caw_of(void) putting = caw_run_in_executor(pool, items, count, numbers);
        int got = CAW_AWAIT(caw_run_in_executor(pool, taken, numbers));
        CAW_AWAIT(putting);
        CAW_RETURN(got);
    } CAW_END;
}
CAW_EXPORT(int, channel, int, count, bool, home);

static CAW_ASYNC(double, megabytes, int count)
{
    CAW_BEGIN(double) {
        size_t   size = (size_t)count << 20;
        uint8_t *data = malloc(size);
        if (!data) CAW_RAISE(CAW_MEMORY_ERROR, NULL);
        CAW_DEFER(free, data);
        memset(data, 1, size);
        CAW_RETURN(CAW_AWAIT(caw_run_in_executor(pool, size_of, (caw_bytes){data, size})));
    } CAW_END;
}
CAW_EXPORT(double, megabytes, int, count);
