// accepted
// flags: -x c++ -std=gnu++17 -UCAW_CORO
#include <cawait.h>
#include <cawait/sim.h>

/* Every macro of the headers that is no part of an async function's body, with handles of C's. */
extern "C" {
CAW_DECLARE(int, from_c, int);
caw_of(void) nothing(void);
caw_gen(int) numbers(void);
int main_(void);
caw_of(int) program(void);
}
caw_of(int) program(void) { return caw_future(int); }
CAW_MAIN(program)

struct point {
    double x, y;
};
static double area(double width, double height) { return width * height; }
CAW_JOB(double, area, double, width, double, height);
static void note(const char *) {}
CAW_JOB(void, note, const char *, text);
static caw_context_var level = CAW_CONTEXT_VAR("level", caw_int(1));
static void            handler(void *, caw_any *) {}
static caw_of(int) each(int *n) { return from_c(*n); }
static caw_any      *own(caw_awaitable *) { return caw_base(from_c(1)); }
static caw_awaitable awaitable = CAW_AWAITABLE(own);
static caw_of(void) serve(void *, caw_stream) { return nothing(); }

int main_(void)
{
    int      n = 0;
    point    p;
    caw_auto task = caw_spawn(from_c(1), .name = "one", .eager = true);
    caw_of(int) plain = caw_future(int), of_loop = caw_future_on(caw_running_loop(), int);
    caw_of(void) done = caw_future(void);
    caw_of(point) at = caw_future(point);
    n += caw_set_result(plain, 3) + caw_set_done(done) + caw_set_error(of_loop, caw_error_new(CAW_VALUE_ERROR, NULL));
    n += caw_set_result(at, point{1, 2}) + caw_result(at, &p) + caw_result(plain, NULL) + caw_result(done, NULL);
    n += caw_done(task) + caw_cancelled(task) + caw_cancelling(task) + caw_uncancel(task) + caw_cancel(task, "why");
    n += caw_add_done_callback(task, handler, nullptr) + caw_remove_done_callback(task, handler, nullptr);
    n += caw_set_task_name(task, caw_task_name(task));
    caw_unref(caw_exception(of_loop));
    caw_unref(caw_call_soon(caw_loop_of(task), [](void *) {}, nullptr));
    caw_drop(caw_gather(caw_ref(task), caw_ref(done)));
    caw_drop(caw_gather_settled(from_c(1), nothing()));
    caw_drop(caw_wait(caw_ref(task), caw_ref(done)));
    caw_drop(caw_wait_until(CAW_FIRST_COMPLETED, CAW_NEVER, caw_ref(task)));
    caw_drop(caw_wait_for(from_c(1), 1));
    caw_drop(caw_shield(caw_ref(task)));
    caw_drop(caw_race(from_c(1), from_c(2)));
    caw_drop(caw_any_of(from_c(1), from_c(2)));
    caw_any *both[] = {caw_base(plain), caw_base(task)};
    caw_drop(caw_race_array(int, both, 2));
    caw_drop(caw_any_of_array(int, both, 2));
    caw_unref(caw_as_completed(from_c(1), nothing()));
    caw_unref(caw_as_completed_within(1, from_c(1)));
    caw_drop(caw_map(each, &n, 1, 1));
    caw_drop(caw_cancel_and_wait(caw_ref(task)));
    caw_drop(caw_awaitable_of(int, &awaitable));
    n += caw_result_at((caw_results *)nullptr, 0, int) + (int)caw_result_at((caw_results *)nullptr, 0, point).x;

    caw_gen(int) g = numbers();
    caw_drop(caw_anext(g));
    caw_drop(caw_asend(g, caw_none()));
    caw_drop(caw_athrow(g, caw_error_new(CAW_VALUE_ERROR, "%d", n)));
    caw_drop(caw_aclose(g));
    (void)caw_generator_with(caw_ref(g), &n);
    (void)caw_aclosing(g);

    caw_task_group *group = caw_task_group_new();
    caw_drop(caw_group_spawn(group, from_c(1), .name = "child"));
    caw_unref(group);
    caw_executor *executor = caw_executor_new(.workers = 2);
    caw_drop(caw_run_in_executor(executor, area, 1, 2));
    caw_drop(caw_to_thread(note, "text"));
    caw_drop(caw_executor_shutdown(executor, .cancel_futures = true));
    const char *texts[] = {"a", "b"};
    caw_drop(caw_executor_map(executor, note, texts, 2));
    caw_drop(caw_getaddrinfo("localhost", 80, .passive = true));
    caw_drop(caw_open_connection("localhost", 80, .limit = 1024));
    caw_drop(caw_start_server(serve, nullptr, nullptr, 0, .backlog = 1));
    caw_value_drop(caw_context_get(&level));
    caw_value all[] = {
        caw_bool(true),    caw_int64(1),         caw_double(2), caw_pointer(&n, nullptr), caw_text(caw_string_of("t")),
        caw_blob(nullptr), caw_js_value(nullptr)};
    for (caw_value v : all) caw_value_drop(v);

    caw_unref(caw_run(from_c(1), &n, .debug = true));
    caw_unref(caw_run(nothing(), NULL));
    caw_loop *loop = caw_loop_new();
    caw_unref(caw_run_until_complete(loop, from_c(1), &n));
    caw_runner runner = {};
    caw_unref(caw_runner_run(&runner, from_c(1), nullptr, .context = nullptr));
    caw_unref(caw_capture_call_graph(task));
    caw_print_call_graph(task);
    return n;
}
