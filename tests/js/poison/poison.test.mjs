// After a trap: every promise outstanding is rejected, later calls are refused, nothing is an unhandled rejection.

import assert from 'node:assert/strict';
import test from 'node:test';
import { CawError } from '../../../dist/js/node.js';
import { rejection, settled, start } from '../harness.mjs';

const source = new URL('poison.c', import.meta.url);

/** @type {unknown[]} */
const unhandled = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));

/** @type {Record<string, (x: any) => unknown>} */
const TRAPS = {
  'inside the call': (x) => x.at_once(),
  'in a microtask tick': (x) => x.later(0),
  'in a timer': (x) => x.later(0.001),
  'in a promise reaction': (x) => x.after(Promise.resolve()),
  'in a promise reaction that fails': (x) => x.after(new Promise((resolve) => setImmediate(resolve))),
  'in cleanup, after an abort': (x) => {
    const controller = new AbortController();
    const call = x.traps_when_cancelled({ signal: controller.signal });
    controller.abort();
    return call;
  },
  'by a stack that overflows': (x) => x.overflow(),
};

for (const [where, trap] of Object.entries(TRAPS)) {
  test(`a trap ${where}`, async () => {
    const { app, x, reports } = await start(source);
    const waiting = [x.waits(), x.waits({ signal: new AbortController().signal })];
    const error = await rejection(/** @type {Promise<unknown>} */ (trap(x)));
    assert.ok(error instanceof CawError);
    assert.equal(error.type, 'Trap');
    assert.match(error.message, /^the module trapped \(.*\) and cannot be used any more: load it again/);
    assert.ok(error.cause instanceof Error);
    for (const call of waiting) assert.equal(await rejection(call), error);
    assert.equal(await rejection(app.done), error);
    assert.equal(await rejection(x.fine()), error);
    assert.equal(app.stats().calls, 0);
    assert.deepEqual(app.tasks(), []);
    assert.equal(reports.length, 1, 'reported once');
    app[Symbol.dispose]();
    await settled();
    assert.deepEqual(unhandled, []);
  });
}

test('a trap under JavaScript under C: nothing in between goes on', async () => {
  const { app, x } = await start(source);
  const trapping = await x.make();
  let wentOn = false;
  const between = Object.assign(
    () => {
      try {
        trapping();
      } catch {
        // JavaScript may swallow it; C still must not run on.
      }
    },
    { wentOn: () => (wentOn = true) },
  );
  const error = await rejection(x.sandwich(between));
  assert.equal(error.type, 'Trap');
  assert.equal(wentOn, false);
  assert.throws(
    () => trapping(),
    (thrown) => thrown === error,
  );
  assert.equal(await rejection(app.done), error);
});

test('another instance of the module is not concerned', async () => {
  const one = await start(source);
  const two = await start(source);
  await rejection(one.x.at_once());
  assert.equal(await two.x.fine(), 1);
  const ends = [one.app.done, two.app.done].map(rejection);
  two.app[Symbol.dispose]();
  await Promise.all(ends);
});
