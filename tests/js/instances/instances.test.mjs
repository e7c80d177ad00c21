// Several instances are strangers to each other; disposing of one ends all that it had begun, and nothing else.

import assert from 'node:assert/strict';
import test from 'node:test';
import { CawError } from '../../../dist/js/node.js';
import { taskTree } from '../../../dist/js/run/task-text.js';
import { rejection, settled, start } from '../harness.mjs';

const source = new URL('instances.c', import.meta.url);

/** @type {unknown[]} */
const unhandled = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));

test('memory and loops are their own', async () => {
  const [one, two] = await Promise.all([start(source), start(source)]);
  assert.deepEqual(await Promise.all([one.x.count(), one.x.count(), two.x.count()]), [2, 2, 1]);
  one.app[Symbol.dispose]();
  assert.equal(await two.x.count(), 2);
  two.app[Symbol.dispose]();
});

test('tasks() names what is under way', async () => {
  const { app } = await start(source);
  await settled();
  const tasks = app.tasks();
  assert.equal(tasks.length, 2);
  assert.match(taskTree(tasks), /main_[\s\S]*background/);
  for (const { name, state, waitsFor, calls } of tasks) {
    assert.match(name, /^\S+$/);
    assert.equal(state, 'waiting');
    assert.match(waitsFor ?? '', /^\w+$/);
    assert.match(calls[0]?.file ?? '', /instances\.c$|sleep\.c$/);
  }
  app[Symbol.dispose]();
  assert.deepEqual(app.tasks(), []);
});

test('tasks() while one of them runs', async () => {
  const { app, x } = await start(source);
  /** @type {import('../../../dist/js/node.js').Task[]} */
  let tasks = [];
  await x.look(() => (tasks = app.tasks()));
  const states = tasks.map(({ name, state, calls }) => `${name} ${state}: ${calls.map((call) => call.function)}`);
  const [looking, ...others] = states.filter((task) => /look|begun|fresh/.test(task));
  assert.match(looking ?? '', /^Task-\d+ running: look$/);
  assert.deepEqual(others, ['begun ready: yields', 'fresh not begun: yields']);
  app[Symbol.dispose]();
});

test('dispose cancels, rejects, releases; cleanup runs', async () => {
  const { app, x, printed, reports } = await start(source);
  const controller = new AbortController();
  const calls = [x.sleeps(), x.awaits(new Promise(() => {})), x.sleeps({ signal: controller.signal })];
  await x.leaks(new Promise(() => {}));
  const { promises, timers, handles } = app.stats();
  assert.deepEqual([promises, timers, handles > 0], [2, 1, true]);
  app[Symbol.dispose]();
  for (const call of [...calls, app.done]) {
    const error = await rejection(call);
    assert.ok(error instanceof CawError || error instanceof DOMException, `${error}`);
    assert.ok(error.type === 'Disposed' || error.name === 'AbortError', `${error}`);
  }
  assert.deepEqual(printed.sort(), ['finally', 'finally', 'finally', 'let go']);
  assert.deepEqual(app.stats(), { handles: 0, promises: 0, calls: 0, frames: 0, blocks: 0, timers: 0, bytes: 0 });
  assert.equal((await rejection(x.count())).type, 'Disposed');
  app[Symbol.dispose]();
  controller.abort();
  await settled();
  assert.deepEqual(reports, []);
  assert.deepEqual(unhandled, []);
});

test('cleanup that waits for what never comes does not hold up the end', async () => {
  const { app, x, printed } = await start(source);
  const call = x.stubborn(new Promise(() => {}));
  app[Symbol.dispose]();
  await rejection(call);
  assert.ok(!printed.includes('never printed'));
  await rejection(app.done);
});

test('a promise that settles after the end is nothing', async () => {
  const { app, x } = await start(source);
  /** @type {any} */
  let resolve, reject;
  const calls = [x.awaits(new Promise((yes) => (resolve = yes))), x.awaits(new Promise((_, no) => (reject = no)))];
  const ends = [...calls, app.done].map(rejection);
  app[Symbol.dispose]();
  resolve();
  reject(new Error('late'));
  await settled();
  await Promise.all(ends);
  assert.deepEqual(unhandled, []);
});

test('not from inside: that is an error, and the instance goes on', async () => {
  const { app, x } = await start(source);
  const error = await rejection(x.calls(() => app[Symbol.dispose]()));
  assert.match(error.message, /cannot be disposed of from inside its own C code/);
  assert.equal(await x.count(), 1);
  app[Symbol.dispose]();
  await rejection(app.done);
});
