/*
 * Owns: the floor: state machines written by hand on a queue of ready ones, and nothing of asyncio: no errors, cancellation,
 * names, contexts, counted references, callbacks, timers; one waiter, one int for a result.
 * Must not know: cawait. It shows what the rest costs.
 */
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(#name)))
#define IMPORT(name) __attribute__((import_module("bare"), import_name(#name)))

typedef struct task task;
struct task {
    task *next; /* in the ready queue, or in the free list */
    void (*step)(task *self);
    task *waiter, *child;
    int   state, left, result, done;
};

/* ---- Memory: one size, one free list ----------------------------------------------------------------------------------- */

static task *idle, *fresh, *fresh_end;

static task *task_new(void (*step)(task *), int left)
{
    task *it = idle;
    if (it) {
        idle = it->next;
    } else {
        if (fresh == fresh_end) {
            fresh = (task *)(__builtin_wasm_memory_grow(0, 1) * 65536);
            fresh_end = fresh + 65536 / sizeof *fresh;
        }
        it = fresh++;
    }
    it->step = step;
    it->left = left;
    it->waiter = 0;
    it->state = it->result = it->done = 0;
    return it;
}

static void task_free(task *it)
{
    it->next = idle;
    idle = it;
}

/* ---- The queue ----------------------------------------------------------------------------------------------------------- */

static task *ready, *ready_tail;

static void push(task *it)
{
    it->next = 0;
    if (ready) ready_tail->next = it;
    else ready = it;
    ready_tail = it;
}

static void run(void)
{
    while (ready) {
        task *it = ready;
        ready = it->next;
        it->step(it);
    }
}

static void finish(task *self)
{
    self->done = 1;
    if (self->waiter) push(self->waiter);
}

/* ---- Async functions ------------------------------------------------------------------------------------------------------- */

static void empty(task *self)
{
    self->result = self->left;
    finish(self);
}

static void empty_alone(task *self) { task_free(self); }

static void once(task *self)
{
    if (self->state++ == 0) {
        push(self);
        return;
    }
    self->result = self->left;
    finish(self);
}

static void yielder(task *self)
{
    if (self->left-- > 0) push(self);
    else finish(self);
}

/* Takes the result of a child that has ended. */
static void collect(task *self)
{
    self->result += self->child->result;
    task_free(self->child);
}

/* A parent that starts its children on its own stack, and waits for those that did not end there. */
static void parent(task *self, void (*child)(task *))
{
    if (self->state) collect(self);
    while (self->left-- > 0) {
        self->child = task_new(child, 1);
        child(self->child);
        if (!self->child->done) {
            self->child->waiter = self;
            self->state = 1;
            return;
        }
        collect(self);
    }
    finish(self);
}
static void parent_inline(task *self) { parent(self, empty); }
static void parent_once(task *self) { parent(self, once); }

/* A parent whose children begin in the queue. */
static void parent_spawned(task *self)
{
    if (self->state) collect(self);
    self->state = 1;
    if (self->left-- <= 0) {
        finish(self);
        return;
    }
    self->child = task_new(once, 1);
    self->child->waiter = self;
    push(self->child);
}

/* ---- Rows -------------------------------------------------------------------------------------------------------------------- */

static int run_one(void (*step)(task *), int times)
{
    task *it = task_new(step, times);
    push(it);
    run();
    int result = it->result;
    task_free(it);
    return result;
}

EXPORT(yields) int yields(int times)
{
    task *tasks[100];
    for (int i = 0; i < 100; i++) push(tasks[i] = task_new(yielder, times));
    run();
    for (int i = 0; i < 100; i++) task_free(tasks[i]);
    return 100 * times;
}

EXPORT(spawns) int spawns(int times)
{
    for (int burst = 0; burst < times; burst++) {
        for (int i = 0; i < 1000; i++) push(task_new(empty_alone, i));
        run();
    }
    return 1000 * times;
}

EXPORT(await_inline) int await_inline(int times) { return run_one(parent_inline, times); }
EXPORT(await_once) int await_once(int times) { return run_one(parent_once, times); }
EXPORT(await_spawned) int await_spawned(int times) { return run_one(parent_spawned, times); }
EXPORT(bytes_asleep) int bytes_asleep(void) { return sizeof(task); }

/* ---- JavaScript: the other half is bare.mjs --------------------------------------------------------------------------------- */

IMPORT(watch) void watch(task *waiter);
IMPORT(resolve) void resolve(uint32_t slot, double value);
IMPORT(tick) void tick(void);

/* Awaits the promise that bare.mjs holds, `left` times. */
static void awaiter(task *self)
{
    if (self->left-- > 0) watch(self);
    else resolve(0, self->result), task_free(self);
}
EXPORT(await_promise) void await_promise(int times) { push(task_new(awaiter, times)), run(); }
EXPORT(settle) void settle(task *waiter, double value)
{
    waiter->result += (int)value;
    push(waiter);
    run();
}

static void answer(task *self)
{
    if (self->state++ == 0) {
        push(self);
        tick();
        return;
    }
    resolve((uint32_t)self->left, 1);
    task_free(self);
}
EXPORT(call) void call(uint32_t slot, int waits)
{
    task *it = task_new(answer, (int)slot);
    it->state = !waits;
    answer(it);
}
EXPORT(turn) void turn(void) { run(); }
