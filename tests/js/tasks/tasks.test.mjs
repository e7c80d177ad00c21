// What JavaScript sees of the tasks: records, and their text.

import assert from 'node:assert/strict';
import test from 'node:test';
import { taskCycles, taskTable, taskTree } from '../../../dist/js/run/task-text.js';
import { quiet, rejection, settled, start } from '../harness.mjs';

const { app, x } = await start(new URL('tasks.c', import.meta.url));

/** Without the places. @param {string} text */
const plain = (text) => text.replaceAll(/ \(.*?\.c:\d+\)/g, '');

/** Runs it up to where all wait, looks, and lets it end. @param {(promise: Promise<void>) => Promise<void>} call */
async function during(call) {
  let release = () => {};
  const done = call(new Promise((resolve) => (release = resolve)));
  do await settled();
  while (app.tasks().some(({ state }) => state !== 'waiting'));
  const tasks = app.tasks();
  release();
  await done;
  await settled();
  quiet(app);
  return tasks;
}

test('records: names, states, calls, who awaits whom', async () => {
  const tasks = await during((promise) => x.all(promise));
  assert.deepEqual(app.tasks(), []);
  const names = new Map(tasks.map(({ id, name }) => [id, name]));
  const main = tasks[0]?.name ?? '';
  assert.deepEqual(
    tasks.map(({ name, state, waitsFor, calls, awaitedBy }) => [
      name,
      `${state}: ${waitsFor}`,
      calls.map((call) => call.function).join(' < '),
      awaitedBy.map((id) => names.get(id)).join(),
    ]),
    [
      [main, 'waiting: wait', 'wait < all', ''],
      ['waited', 'waiting: Promise', 'leaf', main],
      ['gathering', 'waiting: gather', 'gathering', ''],
      ['grouped', 'waiting: TaskGroup', 'group_leave < grouped', ''],
      ['shared', 'waiting: Promise', 'leaf', 'left,right'],
      ['left', 'waiting: Task', 'join', 'gathering'],
      ['right', 'waiting: Task', 'join', 'gathering'],
      ['child', 'waiting: Promise', 'leaf', 'grouped'],
    ],
  );
  assert.equal(names.size, tasks.length, 'ids differ');
  const [place] = tasks[1]?.calls ?? [];
  assert.match(place?.file ?? '', /tasks\.c$/);
});

test('the tree', async () => {
  const tasks = await during((promise) => x.all(promise));
  assert.equal(
    plain(taskTree(tasks)),
    `└── (T) ${tasks[0]?.name}: waits for a wait
    └──  all
        └──  wait
            └── (T) waited: waits for a Promise
                └──  leaf
└── (T) gathering: waits for a gather
    └──  gathering
        ├── (T) left
        │   └──  join
        │       └── (T) shared: waits for a Promise
        │           └──  leaf
        └── (T) right
            └──  join
                └── (T) shared: see above
└── (T) grouped: waits for a TaskGroup
    └──  grouped
        └──  group_leave
            └── (T) child: waits for a Promise
                └──  leaf`,
  );
  assert.equal(taskTree([]), '');
});

test('the table', async () => {
  const tasks = await during((promise) => x.all(promise));
  const [head, rule, ...rows] = taskTable(tasks).split('\n');
  assert.equal(
    head?.replaceAll(/ {2,}/g, '|'),
    'task id|task name|coroutine stack|awaiter chain|awaiter name|awaiter id',
  );
  assert.match(rule ?? '', /^-+$/);
  assert.equal(rows.length, tasks.length + 1, 'a line for each awaiter');
  const shared = rows.filter((row) => / shared /.test(row)).map((row) => row.split(/ {2,}/).slice(1, -1).join('|'));
  assert.deepEqual(shared, ['shared|leaf|join|left', 'shared|leaf|join|right']);
  assert.match(rows[0] ?? '', / wait -> all .* 0x0$/);
  assert.equal(taskTable([]).split('\n').length, 2);
});

test('cycles are cut, and named', async () => {
  const controller = new AbortController();
  const call = x.cycle({ signal: controller.signal });
  await settled();
  const tasks = app.tasks();
  assert.deepEqual(
    taskCycles(tasks).map((cycle) => cycle.map(({ name }) => name)),
    [['a', 'b', 'a']],
  );
  assert.match(
    plain(taskTree(tasks)),
    /\(T\) a\n.*await_other\n.*\(T\) b\n.*await_other\n.*\(T\) a: a cycle\ncycle: a -> b -> a$/,
  );
  controller.abort();
  await rejection(call);
  quiet(app);
});

test('many awaiters, long chains', async () => {
  const many = await during((promise) => x.many(promise, 1000));
  const one = many.find(({ name }) => name === 'one');
  assert.equal(one?.awaitedBy.length, 1000);
  assert.equal(taskTree(many).match(/one: see above/g)?.length, 999);
  assert.equal(taskTable(many).split('\n').length, 2 + 1 + 1000 + 1000);
  const chain = await during((promise) => x.chain(promise, 5000));
  assert.equal(chain.length, 5002);
  const tree = taskTree(chain);
  const below = tree.match(/: see below/g)?.length ?? 0;
  assert.equal(tree.match(/\(T\)/g)?.length, 5002 + below);
  assert.ok(below > 90 && below < 100);
  assert.doesNotMatch(tree, /see above/);
  assert.deepEqual(taskCycles(chain), []);
});
