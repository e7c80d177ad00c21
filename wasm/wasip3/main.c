/*
 * Owns: the exported function of a command, wasi:cli/run: CAW_MAIN, driven from callback to callback, and its end, which is
 * caw_run's; or the program's own main, which may block. The exit code.
 * Must not know: how callbacks follow each other (guest.c).
 */
#include "guest.h"
#include "instance.h"
#include "files.h"
#include "run/run.h"
#include <stdio.h>
#include <stdlib.h>
#include <wasi/api.h>

CAW__FROM("[export]wasi:cli/run@0.3.0", "[task-return]run") void caw__wasi_run_return(uint32_t failed);

caw_of(int) caw__main(void) __attribute__((weak));
/* A program's own: clang has a name for each of its two forms. */
int main_of_arguments(int argc, char **argv) __asm__("__main_argc_argv") __attribute__((weak));
int main_of_nothing(void) __asm__("__main_void") __attribute__((weak));

void caw__main_link(void) {}

/* What atexit() was told, and a C++ program's destructors; of the C library. */
void __wasm_call_dtors(void) __attribute__((weak));

/* A host that runs it ends it as soon as it has the result: what is printed later is lost. */
static void return_code(int code)
{
    if (__wasm_call_dtors && (code == 0 || code == 1)) __wasm_call_dtors();
    fflush(stdout);
    if (code == 0 || code == 1) caw__wasi_run_return((uint32_t)code);
    else exit(code);
}

/* ---- CAW_MAIN: caw_run in parts -------------------------------------------------------------------------------------------------------- */

enum { MAIN, LEAVERS, GENERATORS, EXECUTOR, OVER };

static struct {
    caw__guest     guest;
    caw_loop      *loop; /* a reference */
    caw_task      *task; /* a reference: the main task */
    caw_future    *awaited;
    caw__stopper  *stopper;
    caw__run_parts run;
    caw__leavers   leavers;
    int            round, code;
    caw_error     *error; /* what it has ended with */
} program;

/* Runs the loop until that is done; consumes it. False: no memory for it. */
static bool run_for(caw_future *future)
{
    program.stopper = caw__stop_when_done(program.loop, future);
    if (!program.stopper) {
        caw_unref(future);
        return false;
    }
    program.awaited = future;
    caw__run_begin(&program.run, program.loop);
    return true;
}

/* What is to be waited for in a round; NULL: nothing. */
static caw_future *round_of(int round)
{
    caw_loop *loop = program.loop;
    if (round == LEAVERS) return caw__leavers_ask(&program.leavers, loop);
    caw_any *end = NULL;
    if (round == GENERATORS && loop->generators_end) end = caw_base(loop->generators_end->shutdown(loop));
    if (round == EXECUTOR && loop->executor_end) end = caw_base(loop->executor_end(loop));
    return end ? caw__ensure_future(end, loop, CAW__SHAPE(void)) : NULL;
}

/* An error that ends it at once; any other of a later round was reported. */
static bool is_exit(const caw_error *error)
{
    return caw_error_is(error, CAW_KEYBOARD_INTERRUPT) || caw_error_is(error, CAW_SYSTEM_EXIT);
}

static void round_ended(void)
{
    int        round = program.round;
    caw_error *error = caw__stopped(program.stopper, program.awaited, caw__run_end(&program.run));
    error = caw__outcome_of(program.awaited, error, round == MAIN ? &program.code : NULL);
    if (round == LEAVERS) caw__leavers_gone(&program.leavers, !error);
    if (round == MAIN) {
        program.loop->main = NULL;
        program.error = caw__main_outcome(program.loop, program.task, error);
        caw_unref(program.task);
    } else if (is_exit(error)) {
        caw__error_within(error, program.error);
        caw_unref(program.error);
        program.error = error;
        program.round = OVER;
    } else {
        caw_unref(error);
    }
    while (++program.round < OVER) {
        caw_future *next = round_of(program.round);
        if (next && run_for(next)) return;
    }
    caw__program_turn = NULL;
    caw_loop_close(program.loop);
    caw__loop_unref(program.loop);
    caw__guest_due(&program.guest);
}

static bool turn(caw_loop *loop)
{
    double         deadline;
    caw__run_state state;
    if (loop != program.loop) return false;
    state = caw__run_turn(&program.run, NULL, &deadline);
    if (state == CAW__RUN_WAITS && isinf(deadline) && !caw__host_pending(loop)) {
        state = caw__run_waited(&program.run, -CAW_EOF_ERROR);
    }
    if (state == CAW__RUN_OVER) round_ended();
    return true;
}

static void finish(caw__guest *it)
{
    (void)it;
    caw_error *error = program.error;
    if (error) {
        caw_report report = {.message = "CAW_MAIN failed", .error = error};
        caw_call_exception_handler(NULL, &report);
        program.code = caw_error_is(error, CAW_KEYBOARD_INTERRUPT) ? 130 : 1;
        caw_unref(error);
    }
    return_code(program.code);
}

static void cancel(caw__guest *it)
{
    (void)it;
    caw_interrupt(program.loop);
}

static void gone(caw__guest *it) { (void)it; }

static uint32_t begin(void)
{
    caw_of(int) main = caw__main();
    program.guest = (caw__guest){.finish = finish, .cancel = cancel, .gone = gone};
    program.round = MAIN;
    program.code = 0;
    program.error = NULL;
    program.loop = caw__own_loop();
    if (!program.loop) caw_drop(main);
    caw_any *any =
        program.loop ? caw__spawn(caw_base(main), CAW__SHAPE(int), &(caw_spawn_options){.loop = program.loop}) : NULL;
    if (any) {
        caw__loop_ref(program.loop);
        program.task = caw_ref(caw__as_task(any));
        if (program.task) program.task->future.object.flags |= CAW__SILENT;
        program.loop->main = program.task;
        caw__program_turn = turn;
    }
    if (!any || !run_for((caw_future *)(void *)any)) {
        caw__program_turn = NULL;
        program.error = caw__error_no_memory();
        program.guest.due = true;
    }
    return caw__guest_begin(&program.guest);
}

/* ---- A main of the program's own ------------------------------------------------------------------------------------------------------- */

/* With the arguments as the C library has them. */
static int call_main(void)
{
    size_t    count, size;
    char     *text;
    char    **arguments;
    uint8_t **addresses;
    if (main_of_nothing) return main_of_nothing();
    if (!main_of_arguments || __wasi_args_sizes_get(&count, &size)) return 1;
    text = malloc(size + 1);
    arguments = calloc(count + 1, sizeof *arguments);
    addresses = (uint8_t **)(void *)arguments;
    if (!text || !arguments || __wasi_args_get(addresses, (uint8_t *)text)) return 1;
    return main_of_arguments((int)count, arguments);
}

/* ---- What the host calls --------------------------------------------------------------------------------------------------------------- */

CAW__EXPORTED_AS("[async-lift]wasi:cli/run@0.3.0#run") uint32_t caw__run_export(void);
uint32_t caw__run_export(void)
{
    caw__files = &caw__files_here;
    if (!main_of_nothing && !main_of_arguments && caw__main) return begin();
    caw__may_block(true);
    int code = call_main();
    caw__may_block(false);
    return_code(code);
    return CM_EXIT;
}

CAW__EXPORTED_AS("[callback][async-lift]wasi:cli/run@0.3.0#run")
uint32_t caw__run_called(uint32_t event, uint32_t handle, uint32_t code);
uint32_t caw__run_called(uint32_t event, uint32_t handle, uint32_t code) { return caw__guest_called(event, handle, code); }
