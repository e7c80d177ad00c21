/* Pictures of who awaits whom as text: call graph, tree, table, cycles; what is too long, and without memory. */
#include "fault.h"

static char text[1 << 17];

/* The text without places: "(file:line)" becomes "()", "File 'file', line 1," becomes "File,". */
static const char *plain(caw_call_graph *graph, size_t (*format)(const caw_call_graph *, char *, size_t))
{
    size_t length = format(graph, text, sizeof text);
    caw_unref(graph);
    CHECK_INT(strlen(text), length);
    char *to = text;
    for (const char *from = text; *from; from++) {
        *to++ = *from;
        if (strncmp(from, "(/", 2) == 0 || strncmp(from, "(../", 4) == 0 || strncmp(from, "(tests", 6) == 0)
            from = strchr(from, ')') - 1;
        if (strncmp(from, "File", 4) == 0) {
            memcpy(to, "ile", 3);
            to += 3;
            from = strchr(strchr(from, ',') + 1, ',') - 1;
        }
    }
    *to = 0;
    return text;
}

static CAW_ASYNC(void, forever, caw_of(void) future)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_ref(future));
    } CAW_END;
}

static CAW_ASYNC(void, outer, caw_of(void) future)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(forever(future));
    } CAW_END;
}

static CAW_ASYNC(void, join, caw_of(void) task)
{
    CAW_BEGIN_OWNING(void, caw_unref(task)) {
        CAW_AWAIT(task);
    } CAW_END;
}

static CAW_ASYNC(void, gather_both, caw_of(void) future)
{
    CAW_BEGIN(void) {
        caw_of(void) shared = caw_spawn(outer(future), .name = "shared");
        caw_unref(
            CAW_AWAIT(caw_gather(caw_spawn(join(caw_ref(shared)), .name = "left"), caw_spawn(join(shared), .name = "right"))));
    } CAW_END;
}

ASYNC_TEST(a_tree_and_its_other_shapes)
{
    CAW_BEGIN(void) {
        caw_of(void) future = caw_future(void);
        CAW_DEFER(caw_unref, future);
        caw_of(void) both = caw_spawn(gather_both(future), .name = "both");
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        caw_unref(caw_spawn(outer(future), .name = "fresh"));
        caw_call_graph *graph = caw_capture_tasks(NULL);
        CHECK_TEXT(plain(caw_ref(graph), caw_format_task_tree), "└── (T) Task-1: is running\n"
                                                                "    └──  case_a_tree_and_its_other_shapes ()\n"
                                                                "└── (T) both: waits for a gather\n"
                                                                "    └──  gather_both ()\n"
                                                                "        ├── (T) left\n"
                                                                "        │   └──  join ()\n"
                                                                "        │       └── (T) shared: waits for a Future\n"
                                                                "        │           └──  outer ()\n"
                                                                "        │               └──  forever ()\n"
                                                                "        └── (T) right\n"
                                                                "            └──  join ()\n"
                                                                "                └── (T) shared: see above\n"
                                                                "└── (T) fresh: has not begun\n"
                                                                "    └──  outer ()\n");
        plain(graph, caw_format_task_table);
        CHECK(strstr(text, "task id              task name            coroutine stack ") == text);
        CHECK(strstr(text, " both                 gather_both    ") != NULL);
        CHECK(strstr(text, " shared               forever -> outer     ") != NULL);
        const char *line = strchr(strstr(text, " forever -> outer "), '\n'), *second = strchr(line + 1, '\n');
        const char *left = strstr(line - 60, " left            0x"), *right = strstr(line, " right           0x");
        CHECK(left && left < line && right && right < second);
        CHECK(strstr(text, " 0x0\n") != NULL);
        static const size_t columns[] = {21, 42, 93, 144, 160}; /* where they begin, in each row but that of dashes */
        for (const char *row = text; *row; row = strchr(row, '\n') + 1) {
            if (*row == '-') continue;
            bool awaited = !strstr(row, " 0x0\n") || strchr(row, '\n') < strstr(row, " 0x0\n");
            for (size_t i = 0; i < 5; i++) CHECK(row[columns[i] - 1] == ' ');
            for (size_t i = 0; i < 5; i++) CHECK(row[columns[i]] != ' ' || ((i == 2 || i == 3) && !awaited));
        }
        caw_set_done(future);
        CAW_AWAIT(both);
    } CAW_END;
}

static CAW_ASYNC(void, look_up, void)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        CHECK_TEXT(plain(CAW_CAPTURE_CALL_GRAPH(), caw_format_call_graph), "* Task(name='inner')\n"
                                                                           "  + Call stack:\n"
                                                                           "  |   File, in async look_up()\n"
                                                                           "  + Awaited by:\n"
                                                                           "    * Task(name='left')\n"
                                                                           "      + Call stack:\n"
                                                                           "      |   File, in async join()\n"
                                                                           "      + Awaited by:\n"
                                                                           "        * Task(name='Task-1')\n"
                                                                           "          + Call stack:\n"
                                                                           "          |   File, in async case_a_call_graph()\n"
                                                                           "    * Task(name='right')\n"
                                                                           "      + Call stack:\n"
                                                                           "      |   File, in async join()\n"
                                                                           "      + Awaited by:\n"
                                                                           "        * Task(name='Task-1'): see above\n");
        CAW_PRINT_CALL_GRAPH();
        CHECK(strstr(test.log, "* Task(name='inner')\n  + Call stack:\n") == test.log);
        CHECK_LOGGED("\n        * Task(name='Task-1'): see above\n");
    } CAW_END;
}

ASYNC_TEST(a_call_graph)
{
    CAW_BEGIN(void) {
        caw_of(void) inner = caw_spawn(look_up(), .name = "inner");
        caw_unref(
            CAW_AWAIT(caw_gather(caw_spawn(join(caw_ref(inner)), .name = "left"), caw_spawn(join(inner), .name = "right"))));
        caw_of(void) future = caw_future(void);
        CHECK_TEXT(plain(caw_capture_call_graph(future), caw_format_call_graph), "* Future()\n");
        caw_print_call_graph(future);
        CHECK_LOGGED("* Future()\n");
        caw_unref(future);
        caw_print_tasks(NULL);
        CHECK_LOGGED("└── (T) Task-1: is running\n    └──  case_a_call_graph (");
    } CAW_END;
}

/* ---- Cycles ------------------------------------------------------------------------------------------------------------------ */

static caw_of(void) knot[4];

static CAW_ASYNC(void, await_two, int first, int second)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_sleep(0));
        caw_unref(CAW_AWAIT(caw_gather(caw_ref(knot[first]), caw_ref(knot[second]))));
    } CAW_END;
}

ASYNC_TEST(cycles_are_cut_and_named)
{
    CAW_BEGIN(void) {
        static const char *const names[] = {"a", "b", "c", "d"};
        static const int         to[][2] = {{1, 2}, {0, 2}, {3, 3}, {2, 2}};
        for (int i = 0; i < 4; i++) knot[i] = caw_spawn(await_two(to[i][0], to[i][1]), .name = names[i]);
        CAW_AWAIT(caw_sleep(0));
        CAW_AWAIT(caw_sleep(0));
        CHECK_TEXT(plain(caw_capture_tasks(NULL), caw_format_task_tree),
                   "└── (T) Task-1: is running\n"
                   "    └──  case_cycles_are_cut_and_named ()\n"
                   "└── (T) a: waits for a gather\n"
                   "    └──  await_two ()\n"
                   "        ├── (T) b: waits for a gather\n"
                   "        │   └──  await_two ()\n"
                   "        │       ├── (T) a: a cycle\n"
                   "        │       └── (T) c: waits for a gather\n"
                   "        │           └──  await_two ()\n"
                   "        │               └── (T) d: waits for a gather\n"
                   "        │                   └──  await_two ()\n"
                   "        │                       └── (T) c: a cycle\n"
                   "        └── (T) c: see above\n"
                   "cycle: a -> b -> a\n"
                   "cycle: c -> d -> c\n");
        plain(caw_capture_call_graph(knot[2]), caw_format_call_graph);
        CHECK(strstr(text, "\n    * Task(name='d')\n") && strstr(text, "\n        * Task(name='c'): a cycle\n"));
        for (int i = 0; i < 4; i++) caw_cancel(knot[i], NULL);
        for (int i = 0; i < 4; i++) caw_unref(knot[i]);
        CAW_AWAIT(caw_sleep(1));
    } CAW_END;
}

/* ---- What is long ------------------------------------------------------------------------------------------------------------- */

static CAW_ASYNC(void, recurse, int depth, caw_of(void) future)
{
    CAW_BEGIN(void) {
        if (depth) CAW_AWAIT(recurse(depth - 1, future));
        else CAW_AWAIT(caw_ref(future));
    } CAW_END;
}

static size_t count(const char *what)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, what)); at++) n++;
    return n;
}

ASYNC_TEST(what_is_far_away)
{
    CAW_BEGIN(void) {
        caw_of(void) future = caw_future(void);
        CAW_DEFER(caw_unref, future);
        caw_of(void) task = caw_spawn(recurse(300, future), .name = "deep");
        for (int i = 0; i < 101; i++) task = caw_spawn(join(task));
        for (int i = 0; i < 103; i++) CAW_AWAIT(caw_sleep(0));
        caw_call_graph *graph = caw_capture_tasks(NULL);
        CHECK_INT(caw_call_graph_size(graph), 103);
        CHECK_INT(caw_call_graph_node(graph, 1)->call_count, 301);
        plain(graph, caw_format_task_tree);
        CHECK_INT(count("join"), 101); /* in two trees, of 51 each */
        CHECK_INT(count(": see below\n"), 1);
        CHECK_INT(count(": see above\n"), 0);
        graph = caw_capture_call_graph(future);
        CHECK_INT(caw_call_graph_size(graph), 103);
        plain(graph, caw_format_call_graph);
        CHECK_INT(count("join"), 49);
        CHECK_INT(count("* ...\n"), 1);
        char small[20];
        graph = caw_capture_call_graph(task);
        CHECK_INT(caw_format_task_tree(graph, small, sizeof small), caw_format_task_tree(graph, NULL, 0));
        CHECK_TEXT(small, "└── (T) Task-");
        caw_unref(graph);
        caw_set_done(future);
        CAW_AWAIT(task);
        task = caw_spawn(recurse(99, future));
        caw_set_done(future);
        caw_of(void) other = caw_future(void);
        caw_of(void) long_chain = caw_spawn(recurse(99, other), .name = "chain");
        CAW_AWAIT(task);
        CAW_AWAIT(caw_sleep(0));
        plain(caw_capture_call_graph(long_chain), caw_format_task_tree);
        CHECK_INT(count("recurse"), 49);
        CHECK_INT(count("└──  ...\n"), 1);
        caw_set_done(other);
        caw_unref(other);
        CAW_AWAIT(long_chain);
    } CAW_END;
}

/* ---- Without memory ----------------------------------------------------------------------------------------------------------- */

SCENARIO(no_memory)
{
    CAW_BEGIN(void) {
        caw_of(void) future = NEED(caw_future(void));
        CAW_DEFER(caw_unref, future);
        for (int i = 0; i < 20; i++) caw_unref(caw_spawn(outer(future)));
        CAW_AWAIT(caw_sleep(0));
        caw_call_graph *graph = NEED(CAW_CAPTURE_CALL_GRAPH());
        CAW_DEFER(caw_unref, graph);
        caw_call_graph *all = NEED(caw_capture_tasks(NULL));
        CAW_DEFER(caw_unref, all);
        CHECK(caw_format_call_graph(graph, text, sizeof text) && caw_format_task_tree(all, text, sizeof text) &&
              caw_format_task_table(all, text, sizeof text));
        caw_print_tasks(NULL);
        test.log[0] = 0;
        caw_set_done(future);
    } CAW_END;
}

static CAW_ASYNC(void, hang, void)
{
    CAW_BEGIN(void) {
        caw_of(void) future = caw_future(void);
        CAW_DEFER(caw_unref, future);
        CAW_AWAIT(caw_spawn(forever(future), .name = "stuck"));
    } CAW_END;
}

TEST(a_deadlock_without_memory)
{
    for (failing = 1;; failing++) {
        allocation = 0;
        caw_unref(caw_run(hang(), NULL));
        if (allocation < failing) break;
        bool said = strstr(test.log, "hang") || strstr(test.log, "no memory to say who awaits whom");
        CHECK(said || !strstr(test.log, "cawait: deadlock"));
        test.log[0] = 0;
    }
    failing = 0;
    CHECK_LOGGED("(T) stuck: waits for a Future");
}

static CAW_ASYNC(void, join_later, caw_of(void) * task)
{
    CAW_BEGIN(void) {
        CAW_AWAIT(caw_ref(*task));
    } CAW_END;
}

/* Whom each awaits, the first as the last. */
ASYNC_TEST(in_both_directions)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(void);
        caw_of(void) last;
        caw_auto first = caw_spawn(join_later(&last), .name = "first");
        last = caw_spawn(forever(f), .name = "last");
        CAW_AWAIT(caw_sleep(0));
        caw_call_graph *graph = caw_capture_tasks(NULL);
        CHECK_INT(caw_call_graph_size(graph), 3);
        const caw_call_node *node = caw_call_graph_node(graph, 1);
        CHECK_TEXT(node->name, "first");
        CHECK_INT(node->await_count, 1);
        CHECK_INT(node->awaits[0], 2);
        CHECK_INT(caw_call_graph_node(graph, 2)->awaited_by[0], 1);
        caw_unref(graph);
        graph = caw_capture_call_graph(f); /* which is the first then */
        CHECK_INT(caw_call_graph_node(graph, 1)->await_count, 1);
        CHECK_INT(caw_call_graph_node(graph, 1)->awaits[0], 0);
        caw_unref(graph);
        CHECK_INT(caw_set_done(f), 0);
        CAW_AWAIT(first);
        caw_unref(last);
        caw_unref(f);
    } CAW_END;
}

/* A future is no task, and says so; a long name takes the room that it needs; of nothing there is nothing to say. */
ASYNC_TEST(futures_long_names_and_nothing)
{
    CAW_BEGIN(void) {
        caw_auto f = caw_future(void);
        caw_auto task = caw_spawn(forever(f), .name = "a name that is longer than its column");
        CAW_AWAIT(caw_sleep(0));
        CHECK(strstr(plain(caw_capture_call_graph(f), caw_format_task_tree), "Future: is pending\n") != NULL);
        const char *rule = strstr(plain(caw_capture_call_graph(task), caw_format_task_table), " awaiter id\n-----");
        CHECK(rule && strspn(strchr(rule, '\n') + 1, "-") == 170); /* as asyncio's */
        CHECK(strstr(text, "-----\n0x") != NULL);
        CHECK(strstr(plain(caw_capture_call_graph(task), caw_format_task_table),
                     " a name that is longer than its column forever") != NULL);
        CHECK_INT(caw_set_done(f), 0);
        CAW_AWAIT(task);
        caw_unref(f);
    } CAW_END;
}

TEST(of_a_loop_without_tasks)
{
    caw_loop       *loop = caw_loop_new();
    caw_call_graph *none = caw_capture_tasks(loop);
    char            buffer[8] = "before";
    CHECK_INT(caw_call_graph_size(none), 0);
    CHECK_INT(caw_call_graph_cycle(none, 0, buffer, sizeof buffer), 0);
    CHECK_TEXT(buffer, "");
    CHECK_INT(caw_format_call_graph(none, buffer, sizeof buffer), 0);
    CHECK_INT(caw_format_task_tree(none, buffer, sizeof buffer), 0);
    caw_unref(none);
    CHECK_INT(caw_loop_close(loop), 0);
}
