/* Objects never leave their thread: the checked build stops who uses one of another's, and says whose it is. */
#include "threads.h"
#include <setjmp.h>

static CAW_ASYNC(int, give, int n)
{
    CAW_BEGIN(int) {
        CAW_AWAIT(caw_sleep(0));
        CAW_RETURN(n);
    } CAW_END;
}

static int message; /* what a program may give to another thread */

static const char *take(void)
{
    int        n = message, result = 0;
    caw_error *error = caw_run(give(n), &result);
    MUST(!error && result == 42);
    return caw_thread_end() ? "something is left" : NULL;
}

TEST(a_message_may_go_to_another_thread)
{
    message = 42;
    IN_THREADS(3, take);
}

#ifdef CAW_CHECKED

extern _Thread_local void (*caw__check_stopped)(const char *text); /* in place of the end of the program */
static _Thread_local char    stopped[500];
static _Thread_local jmp_buf back;

static void note(const char *text) { snprintf(stopped, sizeof stopped, "%s", text); }

/* Nothing has been done yet. */
static void leave(const char *text)
{
    note(text);
    longjmp(back, 1);
}

static CAW_ASYNC_GEN(int, count, int most)
{
    CAW_BEGIN_GEN(int)
    {
        for (int i = 0; i < most; i++) CAW_YIELD(i);
    }
    CAW_END_GEN;
}

static void callback(void *argument) { (void)argument; }
static void done(void *argument, caw_any *future) { (void)argument, (void)future; }

static const caw_transport_ops no_ops;

/* Made by the first thread; the others only look at them, or try to. */
static struct {
    caw_loop *loop;
    caw_of(int) future, coroutine, task;
    caw_gen(int) generator;
    caw_handle        *handle;
    caw_queue         *queue;
    caw_lock          *lock;
    caw_event         *event;
    caw_semaphore     *semaphore;
    caw_condition     *condition;
    caw_barrier       *barrier;
    caw_string        *string;
    caw_error         *error;
    caw_context       *context;
    caw_exit_stack    *stack;
    caw_stream_reader *reader;
    caw_transport     *transport;
} theirs;

/* What each of them does is wrong, and is told before anything is done. The text names the kind of thing. */
typedef struct misuse {
    const char *what, *kind;
    void (*use)(void);
} misuse;

static void set_result(void) { (void)caw_set_result(theirs.future, 1); }
static void set_error(void) { (void)caw_set_error(theirs.future, NULL); }
static void cancel(void) { (void)caw_cancel(theirs.future, NULL); }
static void cancel_task(void) { (void)caw_cancel(theirs.task, NULL); }
static void uncancel(void) { (void)caw_uncancel(theirs.task); }
static void rename_task(void) { (void)caw_set_task_name(theirs.task, "mine"); }
static void ask(void) { (void)caw_done(theirs.future); }
static void watch(void) { (void)caw_remove_done_callback(theirs.future, done, NULL); }
static void ref(void) { caw_unref(caw_ref(theirs.string)); }
static void call_soon(void) { caw_unref(caw_call_soon(theirs.loop, callback, NULL)); }
static void read_clock(void) { (void)caw_time(theirs.loop); }
static void stop(void) { caw_stop(theirs.loop); }
static void turn(void) { (void)caw_loop_turn(theirs.loop, NULL); }
static void run_forever(void) { (void)caw_run_forever(theirs.loop); }
static void cancel_handle(void) { caw_handle_cancel(theirs.handle); }
static void put(void) { (void)caw_queue_put_nowait(theirs.queue, caw_none()); }
static void get(void) { (void)caw_queue_get_nowait(theirs.queue, &(caw_value){0}); }
static void wait_for_item(void) { caw_drop(caw_queue_get(theirs.queue)); }
static void tick_off(void) { (void)caw_queue_task_done(theirs.queue); }
static void shut_down(void) { caw_queue_shutdown(theirs.queue, false); }
static void unlock(void) { (void)caw_lock_release(theirs.lock); }
static void lock(void) { caw_drop(caw_lock_acquire(theirs.lock)); }
static void set_event(void) { caw_event_set(theirs.event); }
static void clear_event(void) { caw_event_clear(theirs.event); }
static void release(void) { (void)caw_release(theirs.semaphore); }
static void notify(void) { (void)caw_condition_notify(theirs.condition, 1); }
static void wait_at_barrier(void) { caw_drop(caw_barrier_wait(theirs.barrier)); }
static void add_note(void) { (void)caw_error_add_note(theirs.error, "note"); }
static void set_cause(void) { (void)caw_error_set_cause(theirs.error, NULL); }
static void run_in(void) { caw_context_run(theirs.context, callback, NULL); }
static void push(void) { (void)caw_exit_stack_callback(theirs.stack, callback, NULL); }
static void feed(void) { caw_stream_feed_eof(theirs.reader); }
static void close_transport(void) { caw_transport_close(theirs.transport); }
static void drop(void) { caw_drop(theirs.coroutine); }
static void spawn(void) { caw_unref(caw_spawn(theirs.coroutine, .loop = theirs.loop)); }
static void next(void) { caw_drop(caw_anext(theirs.generator)); }

static const misuse misuses[] = {
    {"caw_set_result", "Future", set_result},
    {"caw_set_error", "Future", set_error},
    {"caw_cancel", "Future", cancel},
    {"caw_cancel of a task", "Task", cancel_task},
    {"caw_uncancel", "Task", uncancel},
    {"caw_set_task_name", "Task", rename_task},
    {"caw_done", "Future", ask},
    {"caw_remove_done_callback", "Future", watch},
    {"caw_ref", "string", ref},
    {"caw_call_soon", "loop", call_soon},
    {"caw_time", "loop", read_clock},
    {"caw_stop", "loop", stop},
    {"caw_loop_turn", "loop", turn},
    {"caw_run_forever", "loop", run_forever},
    {"caw_handle_cancel", "handle", cancel_handle},
    {"caw_queue_put_nowait", "Queue", put},
    {"caw_queue_get_nowait", "Queue", get},
    {"caw_queue_get", "Queue", wait_for_item},
    {"caw_queue_task_done", "Queue", tick_off},
    {"caw_queue_shutdown", "Queue", shut_down},
    {"caw_lock_release", "Lock", unlock},
    {"caw_lock_acquire", "Lock", lock},
    {"caw_event_set", "Event", set_event},
    {"caw_event_clear", "Event", clear_event},
    {"caw_release", "Semaphore", release},
    {"caw_condition_notify", "Condition", notify},
    {"caw_barrier_wait", "Barrier", wait_at_barrier},
    {"caw_error_add_note", "error", add_note},
    {"caw_error_set_cause", "error", set_cause},
    {"caw_context_run", "context", run_in},
    {"caw_exit_stack_callback", "ExitStack", push},
    {"caw_stream_feed_eof", "StreamReader", feed},
    {"caw_transport_close", "transport", close_transport},
    {"caw_drop", "coroutine", drop},
    {"caw_spawn", "coroutine", spawn},
    {"caw_anext", "async generator", next},
};

/* Its number, so that the text can be compared: a string of this thread's is used by the next one. */
static bool names_both(const char *text, const char *kind)
{
    unsigned owner = 0, user = 0;
    char     format[100], rest[200] = "";
    snprintf(format, sizeof format, "this %s belongs to thread %%u and is used by thread %%u%%199[^\n]", kind);
    return sscanf(text, format, &owner, &user, rest) == 3 && owner && user && owner != user &&
           strstr(rest, ": objects never leave their thread, messages do");
}

static const char *misuse_all(void)
{
    static char said[700];
    caw__check_stopped = leave;
    for (size_t i = 0; i < sizeof misuses / sizeof *misuses; i++) {
        *stopped = 0;
        if (!setjmp(back)) misuses[i].use();
        if (names_both(stopped, misuses[i].kind)) continue;
        snprintf(said, sizeof said, "%s: \"%s\"", misuses[i].what, stopped);
        return said;
    }
    MUST(!caw_thread_end());
    return NULL;
}

TEST(who_uses_what_another_thread_has_is_stopped)
{
    theirs.loop = caw_loop_new();
    theirs.future = caw_future_on(theirs.loop, int);
    theirs.coroutine = give(1);
    theirs.task = caw_spawn(give(2), .loop = theirs.loop);
    theirs.generator = count(3);
    theirs.handle = caw_call_soon(theirs.loop, callback, NULL);
    theirs.queue = caw_queue_new(0);
    theirs.lock = caw_lock_new();
    theirs.event = caw_event_new();
    theirs.semaphore = caw_semaphore_new(1);
    theirs.condition = caw_condition_new(theirs.lock);
    theirs.barrier = caw_barrier_new(2);
    theirs.string = caw_string_of("string");
    theirs.error = caw_error_new(CAW_VALUE_ERROR, "error");
    theirs.context = caw_context_copy();
    theirs.stack = caw_exit_stack_new();
    theirs.reader = caw_stream_reader_new(100);
    theirs.transport = caw_transport_new(&no_ops, 0, theirs.loop);
    IN_THREADS(1, misuse_all);
    caw_unref(theirs.transport);
    caw_unref(theirs.reader);
    caw_unref(theirs.stack);
    caw_unref(theirs.context);
    caw_unref(theirs.error);
    caw_unref(theirs.string);
    caw_unref(theirs.barrier);
    caw_unref(theirs.condition);
    caw_unref(theirs.semaphore);
    caw_unref(theirs.event);
    caw_unref(theirs.lock);
    caw_unref(theirs.queue);
    caw_unref(theirs.handle);
    caw_unref(theirs.generator);
    caw_drop(theirs.coroutine);
    CHECK_ERROR(caw_run_until_complete(theirs.loop, theirs.task, NULL), CAW_OK, "");
    CHECK(!caw_done(theirs.future) && !caw_set_result(theirs.future, 1));
    caw_unref(theirs.future);
    caw_loop_close(theirs.loop);
}

static CAW_ASYNC(int, await_it, void)
{
    CAW_BEGIN(int) {
        CAW_RETURN(CAW_AWAIT(theirs.future));
    } CAW_END;
}

static const char *await_theirs(void)
{
    int result = 0;
    caw__check_stopped = note;
    caw_unref(caw_run(await_it(), &result));
    caw__check_stopped = NULL;
    MUST(names_both(stopped, "Future") && strstr(stopped, "foreign.c:"));
    MUST(result == 7 && !caw_thread_end());
    return NULL;
}

TEST(so_is_who_awaits_it)
{
    theirs.loop = caw_loop_new();
    theirs.future = caw_future_on(theirs.loop, int);
    CHECK(!caw_set_result(theirs.future, 7));
    (void)caw_ref(theirs.future);
    IN_THREADS(1, await_theirs);
    caw_unref(theirs.future);
    caw_loop_close(theirs.loop);
}

#endif
