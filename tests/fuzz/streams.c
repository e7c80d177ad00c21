/*
 * Owns: the harness of the streams: bytes choose a kind of stream, feed it, read it, break it, at any moment.
 * Must not know: what each kind promises.
 */
#include "streams.h"

static const kind_of_stream *kind;
static caw_of(void) workers[3];

static void act(void *unused)
{
    (void)unused;
    unsigned which = byte(), worker = which >> 4 & 3;
    switch (which % 8) {
    case 0: return;
    case 1: memory_fail(byte() & 15, which & 128); break;
    case 2:
        if (worker < kind->workers && workers[worker]) caw_cancel(workers[worker], NULL);
        break;
    case 3:
        if (worker < kind->workers && workers[worker] && caw_done(workers[worker])) {
            caw_unref((void *)(uintptr_t)workers[worker]);
            workers[worker] = caw_spawn(kind->work(worker));
        }
        break;
    default: kind->deed(); break;
    }
}

/* Called when nothing is ready. */
static double outside(void *data, double now, double deadline)
{
    (void)data;
    kind->idle();
    if (!more()) return __builtin_nan("");
    act(NULL);
    return deadline < now + 1 ? deadline : now + 1;
}

static CAW_ASYNC(void, program, void)
{
    CAW_BEGIN(void) {
        if (!kind->open()) CAW_RETURN();
        for (unsigned i = 0; i < kind->workers; i++) workers[i] = caw_spawn(kind->work(i));
        while (more()) {
            unsigned how = byte();
            for (unsigned i = how & 3; i; i--) act(NULL);
            if (how & 4) caw_unref(caw_call_soon(NULL, act, NULL));
            if (how & 8) CAW_AWAIT(caw_sleep(1));
            else CAW_AWAIT(caw_sleep(0));
        }
    } CAW_END;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const kind_of_stream *const kinds[] = {&fed_stream, &pipe_stream, &carried_stream};
    input_open(bytes, size);
    kind = kinds[below(3)];
    caw_sim_on_wait(outside, NULL);
    caw_unref(caw_run(program(), NULL));
    caw_sim_on_wait(NULL, NULL);
    input_over();
    for (unsigned i = 0; i < 3; i++) {
        caw_unref((void *)(uintptr_t)workers[i]);
        workers[i] = NULL;
    }
    kind->close();
    input_close();
    return 0;
}
