// How a program ends: CAW_MAIN as asyncio.run does, which cancels what is left and waits for it; disposal and interrupts meanwhile.

import assert from 'node:assert/strict';
import test from 'node:test';
import { CawError } from '../../../dist/js/node.js';
import { process_, quiet, rejection, settled, start } from '../harness.mjs';

const source = new URL('ending.c', import.meta.url);
const globals = /** @type {any} */ (globalThis);

/**
 * CAW_MAIN goes on when the test has what load() gives, and has done with it what comes first.
 * @param {string} how @param {import('../../../dist/js/node.js').Options} [options]
 * @param {(begun: Awaited<ReturnType<typeof start>>) => unknown} [first]
 */
async function begin(how, options, first) {
  /** @type {any} */
  let go;
  globals.ready = new Promise((resolve) => (go = resolve));
  const begun = await start(source, { ...options, env: { HOW: how } });
  const given = first?.(begun);
  go();
  return { ...begun, given: /** @type {any} */ (given) };
}

/** Waits until a line was printed. @param {string[]} printed @param {string} line */
async function until(printed, line) {
  while (!printed.includes(line)) await settled();
}

test('with nothing left, done is the int', async () => {
  const { app } = await begin('nothing');
  assert.equal(await app.done, 7);
  quiet(app);
});

test('tasks are cancelled in the order of their creation, cleanup is waited for, then generators', async () => {
  globals.cleanup = () => new Promise((resolve) => setTimeout(resolve, 2, 0.5));
  const { app, x, printed, reports } = await begin('order');
  assert.equal(await app.done, 7);
  assert.deepEqual(printed, [
    '0',
    'main',
    'first cancelled',
    'second',
    'third cancelled',
    'not begun cancelled',
    'second 0.5',
    'generator closed',
  ]);
  assert.deepEqual(reports, []);
  await x['let_go']?.();
  quiet(app);
  assert.equal(await x['add']?.(2, 3), 5, 'the instance goes on');
});

test('what cleanup fails with is reported; done is what CAW_MAIN gave', async () => {
  const { app, reports } = await begin('failing cleanup');
  assert.equal(await app.done, 7);
  assert.equal(reports.length, 1);
  assert.match(reports[0] ?? '', /unhandled exception during .* shutdown[\s\S]*ValueError: no such luck\n +in fails/);
  quiet(app);
});

test('a CAW_MAIN that fails, too, ends after the others', async () => {
  const { app, printed } = await begin('failing');
  const error = await rejection(app.done);
  assert.ok(error instanceof CawError && error.type === 'ValueError');
  assert.deepEqual(printed, ['main', 'first cancelled']);
  quiet(app);
});

test('one that is interrupted', async () => {
  const { app, printed } = await begin('endless');
  await until(printed, 'main');
  app.interrupt();
  assert.equal((await rejection(app.done)).type, 'KeyboardInterrupt');
  assert.deepEqual(printed, ['main', 'first cancelled']);
  quiet(app);
});

test('done waits for a task that refuses', async () => {
  /** @type {any} */
  let go;
  globals.until = new Promise((resolve) => (go = resolve));
  const { app, printed } = await begin('refusing');
  await until(printed, 'refused');
  await settled();
  assert.equal(app.tasks().length, 1);
  go();
  assert.equal(await app.done, 7);
  assert.deepEqual(printed, ['main', 'first cancelled', 'refused', 'went on']);
  quiet(app);
});

test('tasks that cleanup makes are cancelled as well', async () => {
  const { app, printed } = await begin('leaving');
  assert.equal(await app.done, 7);
  assert.deepEqual(printed, ['main', 'first cancelled', '3', '2', '1', '0']);
  quiet(app);
});

test('calls that have not ended are rejected, and the text says why; also those made meanwhile', async () => {
  /** @type {any} */
  let go;
  globals.until = new Promise((resolve) => (go = resolve));
  const { app, x, printed, given } = await begin('refusing', {}, ({ x }) => ({
    calls: [x['call']?.(), x['call']?.({ signal: new AbortController().signal })].map(rejection),
    plain: rejection(x['plain']?.()),
  }));
  const { calls, plain } = given;
  await until(printed, 'refused');
  const meanwhile = rejection(x['call']?.());
  for (const call of calls) {
    const error = await call;
    assert.equal(error.name, 'AbortError');
    assert.match(error.message, /CAW_MAIN has ended/);
  }
  go();
  assert.equal((await meanwhile).name, 'AbortError');
  assert.equal(await app.done, 7);
  assert.equal(app.stats().calls, 1, 'a future is no task');
  const later = rejection(x['call']?.());
  app[Symbol.dispose]();
  assert.doesNotMatch((await later).message, /CAW_MAIN/);
  assert.equal((await plain).type, 'Disposed');
});

for (const [what, type] of /** @type {const} */ ([
  ['disposed of', 'Disposed'],
  ['interrupted', 'KeyboardInterrupt'],
])) {
  test(`${what} while it ends`, async () => {
    globals.until = new Promise(() => {});
    const { app, printed, reports } = await begin('refusing');
    await until(printed, 'refused');
    if (what === 'interrupted') app.interrupt();
    else app[Symbol.dispose]();
    assert.equal((await rejection(app.done)).type, type);
    assert.deepEqual(app.stats(), { handles: 0, promises: 0, calls: 0, frames: 0, blocks: 0, timers: 0, bytes: 0 });
    assert.deepEqual(reports, []);
    assert.ok(!printed.includes('went on'));
    app[Symbol.dispose]();
    app.interrupt();
  });
}

test('the signal of load, aborted while it ends, changes nothing', async () => {
  /** @type {any} */
  let go;
  globals.until = new Promise((resolve) => (go = resolve));
  const controller = new AbortController();
  const { app, printed } = await begin('refusing', { signal: controller.signal });
  await until(printed, 'refused');
  controller.abort();
  await settled();
  go();
  assert.equal(await app.done, 7);
});

test('not from a print function: that is an error there; an interrupt comes after', async () => {
  /** @type {any} */
  let app;
  /** @type {any[]} */
  const thrown = [];
  const begun = await begin(
    'endless',
    {
      print(line) {
        try {
          if (line === 'main') app[Symbol.dispose]();
          if (line === 'call cancelled') app[Symbol.dispose](); // in the middle of the end
        } catch (error) {
          thrown.push(error);
        }
        if (line === 'main') {
          app.interrupt();
          app.interrupt();
        }
      },
    },
    ({ app: it, x }) => {
      app = it;
      return { call: rejection(x['call']?.()) };
    },
  );
  const { call } = begun.given;
  assert.equal((await rejection(app.done)).type, 'KeyboardInterrupt');
  await call;
  assert.match(thrown[0]?.message, /cannot be disposed of from inside its own C code/);
  assert.equal(thrown.length, 1);
});

test('many that wait for each other are asked by one request', async () => {
  for (const how of ['chain', 'shields']) {
    const endless = await begin(`endless ${how}`);
    const done = rejection(endless.app.done);
    await until(endless.printed, 'main');
    endless.app[Symbol.dispose]();
    await done;
    assert.deepEqual(endless.printed, ['main', 'first cancelled', 'innermost cancelled']);
    const { app, printed } = await begin(how);
    assert.equal(await app.done, 7);
    assert.deepEqual(printed, ['main', 'first cancelled', 'innermost cancelled']);
    quiet(app);
  }
});

test('Node ends by itself', async () => {
  const { code, out } = await process_(
    source,
    `const app = await load(bytes, { env: { HOW: '' } });
     console.log(await app.done);`,
  );
  assert.equal(out, 'main\nfirst cancelled\n7\n');
  assert.equal(code, 0);
});
