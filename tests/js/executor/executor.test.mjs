// Executors: functions of C in workers, each with an instance of its own: what crosses, cancellation, what is lost, the end.

import assert from 'node:assert/strict';
import test from 'node:test';
import { withMaximum } from '../growth/maximum.mjs';
import { build, load, process_, rejection, start, watched } from '../harness.mjs';
import { BEST, BOTH, INSTANCES, THREADS, ended } from './pool.mjs';

const source = new URL('executor.c', import.meta.url);
/** Where memory cannot be shared, as in pages that are not isolated, a job does not hear that it is cancelled: then it has to be killed. */
const KILL = typeof SharedArrayBuffer === 'function' ? 0 : 0.01;

for (const [kind, name] of BOTH)
  test(`arguments, results and errors, ${name}`, async () => {
    const { app, x, printed } = await start(source);
    assert.equal(x.make(kind, 2, 0), kind);
    assert.equal(await x.mean_of(new Float64Array([1, 2, 6]), 0.5), 3.5);
    assert.equal(await x.shout('héllo'), 'HéLLO');
    assert.deepEqual(printed, ['shouting héllo']);
    assert.equal(await x.large(100_000), 100_000);
    assert.equal(x.make(kind, 1, 0), kind);
    for (const size of [100, 16_385, 500_003]) assert.equal(Math.floor(await x.weigh(size)), 123);
    const error = await rejection(x.trap(3));
    assert.equal(error.type, 'ValueError');
    assert.equal(error.message, 'no luck');
    assert.equal(error.cause.errno, 2);
    ended(app);
  });

test('what a job has printed is there when it has ended, with an end of line or without', async () => {
  const { app, x, printed } = await start(source);
  x.make(INSTANCES, 1, 0);
  await x.mutter();
  assert.deepEqual(printed, ['one line', 'and no end']);
  ended(app);
});

test('what the program is given for the lines of jobs may throw, or take bytes as it likes', async () => {
  const broken = () => {
    throw new Error('it broke');
  };
  for (const [options, told] of [
    [{ print: broken }, /the print function threw.*it broke/],
    [{ stdout: broken }, /the stdout function threw.*it broke/],
    [{ stdout: () => -1 }, /the stdout function threw.*gave the number -1 for 9 bytes/],
  ]) {
    const { app, x, reports } = await start(source, options);
    x.make(INSTANCES, 1, 0);
    await x.mutter();
    assert.equal(reports.length, 2);
    assert.match(reports[0] ?? '', /** @type {RegExp} */ (told));
    ended(app);
  }
  const got = /** @type {number[]} */ ([]);
  const { app, x } = await start(source, { stdout: (/** @type {Uint8Array} */ bytes) => got.push(bytes[0] ?? 0) && 1 });
  x.make(INSTANCES, 1, 0);
  await x.mutter();
  assert.equal(String.fromCharCode(...got), 'one line\nand no end\n');
  ended(app);
  const handed = /** @type {Uint8Array[]} */ ([]);
  const other = await start(source, {
    stdout: (/** @type {Uint8Array} */ bytes) =>
      void handed.push(structuredClone(bytes, { transfer: [/** @type {ArrayBuffer} */ (bytes.buffer)] })),
  });
  other.x.make(INSTANCES, 1, 0);
  await other.x.mutter();
  assert.equal(handed.length, 2);
  assert.deepEqual(other.reports, []);
  ended(other.app);
});

test('instances share nothing, and are kept', async () => {
  const { app, x } = await start(source);
  assert.equal(x.make(BEST, 1, 0), INSTANCES);
  assert.equal(await x.counted(3), 3000); // one worker's count; this instance's is 0
  assert.equal(await x.counted(2), 5000);
  ended(app);
});

test('two at once', async () => {
  const { app, x } = await start(source);
  x.make(INSTANCES, 2, KILL);
  const spins = new AbortController();
  const spinning = x.spin({ signal: spins.signal });
  assert.equal(await x.mean_of(new Float64Array([4]), 0), 4); // while the other has a worker for itself
  spins.abort();
  assert.equal((await rejection(spinning)).name, 'AbortError');
  await x.shut(false); // it has heard of it, and ended
  assert.match((await rejection(x.nap(0))).message, /cannot schedule new futures after shutdown/);
  ended(app);
});

test('a job at work is no deadlock', async () => {
  const { app, x, reports, pass } = await watched(source);
  x.make(INSTANCES, 1, KILL);
  const spins = new AbortController();
  const spinning = x.spin({ signal: spins.signal });
  await pass(3);
  assert.deepEqual(reports, []);
  spins.abort();
  assert.equal((await rejection(spinning)).name, 'AbortError');
  await pass(1); // where no memory is shared the job hears of nothing, and is killed
  await x.shut(false);
  ended(app);
});

test('a sleep ends with its cancellation', async () => {
  const { app, x } = await start(source);
  x.make(INSTANCES, 1, KILL);
  const sleeps = new AbortController();
  const sleeping = x.nap(1000, { signal: sleeps.signal });
  const next = x.nap(0.001);
  sleeps.abort();
  assert.equal((await rejection(sleeping)).name, 'AbortError');
  assert.equal(await next, true);
  ended(app);
});

test('what does not hear of it is killed', async () => {
  const { app, x } = await start(source);
  x.make(INSTANCES, 1, 0.01);
  const hangs = new AbortController();
  const hanging = x.trap(0, { signal: hangs.signal });
  const next = x.counted(1);
  hangs.abort();
  assert.equal((await rejection(hanging)).name, 'AbortError');
  assert.equal(await next, 1000); // another worker's
  ended(app);
});

test('a trap is the end of its worker alone', async () => {
  const { app, x } = await start(source);
  x.make(INSTANCES, 1, 0);
  const { message } = await rejection(x.trap(1));
  assert.match(message, /^the worker is lost: the module trapped \(.+\)( in traps)?$/);
  assert.ok(message.endsWith(' in traps') || 'Bun' in globalThis, message); // whose stacks have no functions of C
  assert.match((await rejection(x.trap(2))).message, /^the worker is lost: /);
  assert.equal(await x.counted(1), 1000);
  ended(app);
});

test('a worker of the program’s own that cannot be', async () => {
  await assert.rejects(start(source, { worker: /** @type {any} */ (5) }), /its worker is the number 5, not a function/);
  const worker = () => {
    throw new Error('not today');
  };
  const { app, x, reports } = await start(source, { worker });
  x.make(INSTANCES, 1, 0);
  const error = await rejection(x.nap(0));
  assert.equal(error.type, 'OSError');
  assert.deepEqual(reports, ['cawait: no worker can be started: Error: not today']);
  ended(app);
});

test('a worker of the program’s own that says something else, and cannot be ended', async () => {
  /** @type {Record<string, (given: any) => void>} */
  const told = {};
  const worker = () => ({
    on: (/** @type {string} */ event, /** @type {any} */ call) => (told[event] = call),
    set onmessage(/** @type {any} */ call) {
      told['message'] = (data) => call({ data });
    },
    set onerror(/** @type {any} */ call) {
      told['error'] = call;
    },
    ref() {},
    unref() {},
    removeAllListeners() {},
    terminate() {
      throw new Error('never');
    },
    postMessage(/** @type {unknown} */ message) {
      if (!(message instanceof Uint8Array)) return;
      queueMicrotask(() => {
        for (const answer of [null, 5, { type: 'log' }, undefined, []]) told['message']?.(answer);
        told['error']?.(new Error('it died'));
      });
    },
  });
  const { app, x, reports } = await start(source, { worker });
  x.make(INSTANCES, 1, 0);
  assert.match((await rejection(x.nap(0))).message, /it died/);
  assert.equal(reports.filter((text) => /a worker said .*, which serveJobs\(\) does not/.test(text)).length, 5);
  assert.equal(reports.filter((text) => /a worker cannot be ended: Error: never/.test(text)).length, 1);
  app[Symbol.dispose]();
});

test('a result for which there is no memory here, and one for which there is none there', async () => {
  const app = await load(withMaximum(await build(source), 64)); // 4 MiB, of each
  const x = app.exports;
  x.make(INSTANCES, 1, 0);
  assert.ok(x.hold(2_900_000));
  assert.equal((await rejection(x.large(900_000))).type, 'MemoryError');
  assert.equal((await rejection(x.large(3_000_000))).type, 'MemoryError');
  assert.equal(await x.large(100_000), 100_000);
  x.hold(0);
  ended(app);
});

test('threads there are none', async () => {
  const { app, x } = await start(source);
  x.make(THREADS, 1, 0);
  const error = await rejection(x.nap(0));
  assert.equal(error.type, 'OSError');
  assert.match(error.message, /CAW_EXECUTOR_INSTANCES/);
  ended(app);
});

test('the end of the instance is theirs', async () => {
  const { app, x } = await start(source);
  x.make(INSTANCES, 1, 0);
  const hanging = rejection(x.trap(0));
  const waiting = rejection(x.nap(0));
  app[Symbol.dispose]();
  assert.equal((await hanging).name, 'AbortError');
  assert.equal((await waiting).name, 'AbortError');
});

test('workers that do nothing keep no process alive, and one that works does', async () => {
  const { code, out } = await process_(
    source,
    `const app = await load(bytes);
     app.exports.make(${INSTANCES}, 2, 0);
     console.log(await app.exports.counted(1));
     app.exports.nap(0.05).then((slept) => console.log(slept));`,
  );
  assert.equal(out, '1000\ntrue\n');
  assert.equal(code, 0);
});

test('every call settles, whatever becomes of its job', async () => {
  const { app, x } = await start(source);
  x.make(INSTANCES, 3, 0.005);
  let random = 5;
  const below = (/** @type {number} */ n) => (random = (random * 48271) % 2147483647) % n;
  let [done, aborted, lost] = [0, 0, 0];
  const calls = Array.from({ length: 600 }, () => {
    const controller = new AbortController();
    const { signal } = controller;
    const kind = below(40);
    const call =
      kind === 0
        ? x.trap(below(2), { signal })
        : kind < 4
          ? x.trap(3, { signal })
          : x.counted(1 + below(3), { signal });
    if (kind === 0 || below(4) === 0) setTimeout(() => controller.abort(), below(60));
    return call.then(
      () => done++,
      (/** @type {Error} */ error) => (error.name === 'AbortError' ? aborted++ : lost++),
    );
  });
  await Promise.all(calls);
  assert.equal(done + aborted + lost, 600);
  assert.ok(done > 100 && lost > 0, `${done} done, ${aborted} aborted, ${lost} failed`);
  assert.equal(await x.mean_of(new Float64Array([8]), 0), 8);
  await x.shut(false);
  ended(app);
});
