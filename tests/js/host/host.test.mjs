// When the loop gets its turns: fairness, one timer for all, what keeps a process alive and what does not.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { process_, quiet, start } from '../harness.mjs';

const source = new URL('host.c', import.meta.url);
/** @type {number[]} */
let delays = [];
let armed = 0;
let most = 0;
const live = new Set();
const { app, x } = await start(source, {
  clock: {
    now: () => performance.now(),
    setTimeout(call, delay) {
      delays.push(delay);
      const timer = setTimeout(() => (live.delete(timer), call()), Math.min(delay, 1e6));
      live.add(timer);
      armed++;
      most = Math.max(most, live.size);
      return timer;
    },
    clearTimeout: (/** @type {any} */ timer) => (live.delete(timer), clearTimeout(timer)),
  },
});

/** What setTimeout is asked for while it runs. @param {() => Promise<void>} run */
async function timers(run) {
  delays = [];
  armed = most = 0;
  await run();
  return { armed, most, delays, left: live.size };
}

/** Timers, immediates and I/O get through while C is busy, and C gets on with its work. */
async function sharesTheThread() {
  do {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setImmediate(resolve));
    await readFile(source);
  } while ((await x.seen()) < 10_000);
  await x.end();
}

test('endless work does not keep timers and I/O from running', async () => {
  const running = x.ping_pong();
  await sharesTheThread();
  await running;
  quiet(app);
});

test('nor do promises that settle promises', async () => {
  const running = x.promises(Promise.resolve());
  await sharesTheThread();
  await running;
  quiet(app);
});

test('the budget is the number of steps in a turn', async () => {
  app.setBudget({ jobs: 10, ms: 0 });
  const running = x.ping_pong();
  await new Promise((resolve) => setImmediate(resolve));
  const first = await x.end();
  await running;
  assert.ok(first <= 100, `${first} steps before the first macrotask`);
  app.setBudget({});
  quiet(app);
});

test('a budget of one step, or a part of one: a macrotask a step', async () => {
  for (const jobs of [1, 0.5]) {
    let passed = false;
    app.setBudget({ jobs, ms: 0 });
    setImmediate(() => (passed = true));
    await x.naps(2);
    assert.ok(passed);
  }
  app.setBudget({});
  quiet(app);
});

test('a call that starts many timers, each before the last, arms one of the host', async () => {
  await timers(async () => {
    const counted = x.countdown(20);
    assert.equal(armed, 1);
    await counted;
  });
  quiet(app);
});

test('one host timer, however many sleep', async () => {
  const seen = await timers(async () => {
    assert.ok((await x.many(2000)) > 0);
  });
  assert.equal(seen.most, 1);
  assert.equal(seen.left, 0);
  assert.ok(seen.armed < 2000);
  quiet(app);
});

test('timers do not fire early', async () => {
  const slept = await Promise.all(
    Array.from({ length: 50 }, (_, n) => x.sleeps(n / 10_000).then((/** @type {number} */ took) => took - n / 10_000)),
  );
  assert.ok(Math.min(...slept) > -2e-6, `${Math.min(...slept)} s`);
  quiet(app);
});

test('a delay beyond 2^31 ms is cut, and armed again', async () => {
  const seen = await timers(async () => {
    const controller = new AbortController();
    const call = x.sleeps(1e7, { signal: controller.signal });
    controller.abort();
    await assert.rejects(call);
  });
  assert.deepEqual(seen.delays, [2 ** 31 - 1]);
  assert.equal(seen.left, 0, 'cancelled: the host timer is gone');
  quiet(app);
});

test('a second loop gets its turns, too', async () => {
  assert.equal(await x.own_loop(), 5);
  quiet(app);
});

test('and so does one that is made in the middle of a step', async () => {
  for (const promised of [false, true]) {
    const later = new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(await x.late_loop(promised, Promise.resolve(1), later), 1);
  }
  quiet(app);
});

test('a process lives as long as a timer is pending, and no longer', async () => {
  const slept = await process_(
    source,
    `const app = await load(bytes); app.exports.sleeps(0.05).then((t) => console.log(t >= 0.05));`,
  );
  assert.deepEqual([slept.code, slept.out], [0, 'true\n']);
  const cancelled = await process_(
    source,
    `const app = await load(bytes); const c = new AbortController();
     app.exports.sleeps(1000, { signal: c.signal }).catch((e) => console.log(e.name)); c.abort();`,
  );
  assert.deepEqual([cancelled.code, cancelled.out], [0, 'AbortError\n']);
  const loaded = await process_(source, 'await load(bytes); console.log("loaded")');
  assert.deepEqual([loaded.code, loaded.out], [0, 'loaded\n']);
});

test('a process that ends while tasks hang says which', async () => {
  const { code, out } = await process_(
    source,
    'const app = await load(bytes); app.exports.hangs(new Promise(() => {}));',
  );
  assert.equal(code, 0);
  assert.match(out, /deadlock[\s\S]*hangs/);
});
