// Async jobs: they await in the loops of their workers, and are cancelled there as tasks are.

import assert from 'node:assert/strict';
import test from 'node:test';
import { rejection, start } from '../harness.mjs';
import { BOTH, INSTANCES, ended } from './pool.mjs';

const source = new URL('async_job.c', import.meta.url);

/** Resolved once it has printed that. */
function saying() {
  /** @type {string[]} */
  const printed = [];
  /** @type {(() => void)[]} */
  const waiting = [];
  const print = (/** @type {string} */ line) => {
    printed.push(line);
    for (const go of waiting.splice(0)) go();
  };
  const said = async (/** @type {string} */ line) => {
    while (!printed.includes(line))
      await /** @type {Promise<void>} */ (new Promise((resolve) => waiting.push(resolve)));
  };
  return { print, printed, said };
}

for (const [kind, name] of BOTH) {
  test(`arguments, results and errors, ${name}`, async () => {
    const { app, x, printed } = await start(source);
    assert.equal(x.make(kind, 2, 0), kind);
    assert.deepEqual(await Promise.all([x.tell('one', 0.01), x.tell('two', 0)]), ['one 2.5', 'two 2.5']);
    assert.deepEqual(printed.sort(), ['told one', 'told two']);
    assert.equal(await x.large(100_000), 100_000);
    const error = await rejection(x.fail(3));
    assert.equal(error.type, 'ValueError');
    assert.equal(error.message, 'no luck');
    assert.equal(error.cause.errno, 2);
    assert.match(error.stack, /fails/);
    ended(app);
  });

  test(`cancelled as tasks are, ${name}`, async () => {
    const { print, printed, said } = saying();
    const { app, x } = await start(source, { print });
    x.make(kind, 1, 0);
    for (const how of [0, 1]) {
      const controller = new AbortController();
      const call = x.linger(how, { signal: controller.signal });
      await said('waits');
      controller.abort();
      if (how) assert.equal(await call, 42);
      else assert.equal((await rejection(call)).name, 'AbortError');
      assert.deepEqual(printed.splice(0), ['waits', 'cancelled']); // before it was answered
    }
    assert.equal(await x.message(), 'enough');
    ended(app);
  });
}

test('one that does not end is ended with its worker', async () => {
  const { print, said } = saying();
  const { app, x } = await start(source, { print });
  x.make(INSTANCES, 1, 0.05);
  const controller = new AbortController();
  const call = x.linger(2, { signal: controller.signal });
  await said('waits');
  controller.abort();
  assert.equal((await rejection(call)).name, 'AbortError');
  const hangs = new AbortController();
  const hanging = x.fail(0, { signal: hangs.signal });
  hangs.abort();
  assert.equal((await rejection(hanging)).name, 'AbortError');
  assert.equal(await x.tell('next', 0), 'next 2.5');
  ended(app);
});

test('a trap is the end of its worker alone', async () => {
  const { app, x, reports } = await start(source);
  x.make(INSTANCES, 1, 0);
  assert.match((await rejection(x.fail(1))).message, /^the worker is lost: the module trapped \(.+\)/);
  assert.match((await rejection(x.fail(2))).message, /^the worker is lost: /);
  assert.equal(await x.tell('next', 0), 'next 2.5');
  assert.deepEqual(reports, [], 'who waits is told, and nobody else');
  ended(app);
});

for (const [kind, name] of BOTH)
  test(`what its loop has to report, onReport hears, ${name}`, async () => {
    const { app, x, reports } = await start(source);
    x.make(kind, 1, 0);
    await x.fail(4);
    assert.equal(reports.length, 1);
    assert.match(reports[0] ?? '', /Task exception was never retrieved[^]*nobody heard/);
    ended(app);
  });

test('what it leaves in its instance ends with it', async () => {
  const { app, x, printed } = await start(source);
  x.make(INSTANCES, 1, 0);
  for (const what of [3, 1, 0]) assert.equal(await x.leave(what), what);
  assert.deepEqual(printed, [
    'task cancelled',
    'generator closed',
    'answered 3',
    'task cancelled',
    'answered 1',
    'answered 0',
  ]);
  ended(app);
});

test('the end of the instance is theirs', async () => {
  const { print, said } = saying();
  const { app, x } = await start(source, { print });
  x.make(INSTANCES, 1, 0);
  const running = rejection(x.linger(2));
  const waiting = rejection(x.linger(2));
  await said('waits');
  app[Symbol.dispose]();
  assert.equal((await running).name, 'Disposed'); // as a task that does not end at once
  assert.equal((await waiting).name, 'AbortError');
});
