// Whose time it is: fake timers that come and go, a clock of the test's own, a Promise that was replaced.

import assert from 'node:assert/strict';
import test, { mock } from 'node:test';
import { mockedClock } from '../../../dist/js/node.js';
import { quiet, settled, start } from '../harness.mjs';

const source = new URL('host.c', import.meta.url);

test('fake timers that are put in and taken away leave the instance its clock', async () => {
  const { app, x } = await start(source);
  mock.timers.enable({ apis: ['setTimeout', 'setImmediate', 'Date'] });
  const nap = x.sleeps(0.01);
  mock.timers.reset();
  await nap;
  quiet(app);
});

test('performance.now, replaced, is nothing to the instance', async () => {
  const { app, x, reports } = await start(source);
  const own = Object.getOwnPropertyDescriptor(performance, 'now');
  try {
    for (const now of [() => 0, () => undefined, () => assert.fail()]) {
      Object.defineProperty(performance, 'now', { value: now, configurable: true, writable: true });
      await x.sleeps(0.01);
    }
  } finally {
    if (own) Object.defineProperty(performance, 'now', own);
    else delete (/** @type {any} */ (performance).now);
  }
  assert.deepEqual(reports, []);
  quiet(app);
});

test('with mockedClock() the time is the one of the fake timers', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  try {
    const { app, x } = await start(source, { clock: mockedClock() });
    let done = 0;
    const naps = [x.sleeps(3600), x.sleeps(7200)].map((nap) => nap.then(() => done++));
    mock.timers.tick(3_599_000);
    await settled();
    assert.equal(done, 0);
    mock.timers.tick(1000);
    await settled();
    assert.equal(done, 1);
    mock.timers.tick(3_600_000);
    await Promise.all(naps);
    quiet(app);
  } finally {
    mock.timers.reset();
  }
});

test('a timer that the host has lost is set again by whatever comes next', async () => {
  let now = 0;
  /** @type {Set<() => void>} */
  const set = new Set();
  const clock = {
    now: () => now,
    setTimeout: (/** @type {() => void} */ call) => (set.add(call), call),
    clearTimeout: (/** @type {any} */ call) => set.delete(call),
  };
  const { app, x } = await start(source, { clock });
  const naps = [x.sleeps(5), x.sleeps(100)];
  assert.equal(set.size, 1);
  set.clear(); // whoever faked the timers has taken them away
  now = 60_000;
  const other = x.sleeps(1);
  assert.equal(set.size, 1);
  for (const call of [...set]) call();
  await naps[0];
  now = 200_000;
  for (const call of [...set]) call();
  await Promise.all([...naps, other]);
  quiet(app);
});

test('a Promise put in place of the real one', async () => {
  const { app, x } = await start(source);
  const { Promise: real } = globalThis;
  globalThis.Promise = /** @type {any} */ (class Other extends real {});
  try {
    assert.ok((await x.sleeps(0)) >= 0);
  } finally {
    globalThis.Promise = real;
  }
  quiet(app);
});
